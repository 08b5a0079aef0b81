//! Writes a made-up workspace as a dump.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use rc_audit_tests::dump;
use rc_audit_tests::workspace::{Plan, Workspace, busy, clinic};

/// Write a made-up workspace as mongodump would
#[derive(Debug, Parser)]
struct Options {
    /// The folder, or the file of an archive, to write
    out: PathBuf,
    /// The release
    #[arg(long, default_value = "6.13.0")]
    version: String,
    /// What has been done to it since its first start
    #[arg(long, value_enum, default_value_t = Story::None)]
    story: Story,
    /// Other seeds give other people and texts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many people
    #[arg(long, default_value_t = 12)]
    users: usize,
    /// How many rooms
    #[arg(long, default_value_t = 10)]
    rooms: usize,
    /// How many messages
    #[arg(long, default_value_t = 120)]
    messages: usize,
    /// Compress, as mongodump --gzip does
    #[arg(long)]
    gzip: bool,
    /// Write one archive instead of a folder
    #[arg(long)]
    archive: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Story {
    /// Nothing: as after the first start
    None,
    /// A clinic that tried to keep its data in, and overlooked some things
    Clinic,
    /// Something of everything that the program looks for
    Busy,
}

fn main() {
    let options = Options::parse();
    let mut plan = Plan::new(&options.version);
    plan.seed = options.seed;
    plan.users = options.users;
    plan.rooms = options.rooms;
    plan.messages = options.messages;
    let mut workspace = plan.build();
    match options.story {
        Story::None => {}
        Story::Clinic => clinic(&mut workspace),
        Story::Busy => busy(&mut workspace),
    }
    write(&workspace, &options);
}

fn write(workspace: &Workspace, options: &Options) {
    if options.archive {
        dump::archive(workspace, &options.out, options.gzip);
    } else {
        dump::folder(workspace, &options.out, options.gzip);
    }
    anstream::println!("{}", options.out.display());
}
