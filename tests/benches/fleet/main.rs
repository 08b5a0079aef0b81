//! Cost of auditing many workspaces, and big ones, beside reading them barely.
//!
//! Every way is a process of its own, started cold, and the ways take turns in every round, so that
//! whatever else the machine does meets all of them alike. What counts is the ratio of medians.
//!
//! `cargo bench -p rc-audit-tests --bench fleet` runs it all. It leaves `results.json` and a drawing of
//! each part in `target/fleet-bench/`, and needs 10 GB for bundles meanwhile. `-- --callgrind` counts
//! instructions of the pure parts instead, which no other load on the machine changes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that can't go on stops with a message"
)]

mod bare;
mod load;
mod measure;
mod plot;
mod pure;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use rc_audit_tests::mongod::{Mongod, Options as Server};
use tempfile::TempDir;

use measure::{Case, Way};

/// Compare the cost of auditing many workspaces with that of reading them
#[derive(Debug, Parser)]
struct Options {
    /// How many rounds
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many workspaces, each number by itself
    #[arg(long, value_delimiter = ',', default_values_t = [10, 100, 1_000])]
    workspaces: Vec<usize>,
    /// How many messages, each number by itself
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    messages: Vec<usize>,
    /// Count the instructions of the pure parts, and nothing else; needs valgrind
    #[arg(long)]
    callgrind: bool,
    /// Read barely what this file says, and end
    #[arg(long, value_name = "FILE", hide = true)]
    bare: Option<PathBuf>,
    /// Do the pure parts of an audit of this dump, each so many times, and end
    #[arg(long, num_args = 3, value_names = ["DUMP", "PART", "TIMES"], hide = true)]
    pure: Vec<String>,
    /// Measure the cases in this file, and end
    #[arg(long, value_name = "FILE", hide = true)]
    cases: Option<PathBuf>,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    if let Some(file) = &options.bare {
        return bare::read(file);
    }
    if let [dump, part, times] = options.pure.as_slice() {
        return pure::run(Path::new(dump), part, times.parse().expect("a number"));
    }
    if let Some(file) = &options.cases {
        return measure::run(file, options.rounds, &results());
    }
    std::fs::create_dir_all(results()).expect("a folder for results");
    let folder = TempDir::new().expect("a folder can be made");
    if options.callgrind {
        return pure::count(folder.path(), &results());
    }
    load::needs_python();
    let server = Mongod::start(&Server {
        replica_set: Some("rs0"),
        ..Server::default()
    });
    let mut cases = vec![one(&server, folder.path())];
    for count in &options.workspaces {
        cases.push(many(&server, folder.path(), *count));
    }
    for count in &options.messages {
        cases.push(big(&server, folder.path(), *count));
    }
    // What a process held counts as held by what it starts, so measuring is left to one that never made
    // a workspace.
    let file = folder.path().join("cases");
    let bytes = serde_json::to_vec(&cases).expect("JSON");
    std::fs::write(&file, bytes).expect("a file can be written");
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--rounds", &options.rounds.to_string(), "--cases"])
        .arg(file)
        .status()
        .expect("a process can be started");
    assert!(status.success(), "{status}");
}

/// Where results are left.
fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fleet-bench")
}

/// One whole workspace, cold.
fn one(server: &Mongod, folder: &Path) -> Case {
    let database = load::whole(server, "one", 120);
    let address = server.address(&database);
    let asked = load::asked(server, folder, &database);
    Case {
        part: "one workspace, cold".to_owned(),
        size: 1,
        ways: vec![
            Way::bare("bare read", &bare::whole(folder, &address, &asked)),
            Way::bare(
                "same aggregations",
                &bare::questions(
                    folder,
                    "one",
                    &address,
                    std::slice::from_ref(&database),
                    &asked.questions,
                ),
            ),
            Way::audit("audit, JSON", &address, "json", None),
            Way::audit("audit, JSON and HTML", &address, "html", None),
        ],
    }
}

/// Many workspaces of which the settings are stored, on one server.
fn many(server: &Mongod, folder: &Path, count: usize) -> Case {
    let prefix = format!("many{count}_");
    let databases = load::settings(server, &prefix, count);
    let asked = load::asked(server, folder, &databases[0]);
    let settings = asked
        .questions
        .into_iter()
        .filter(|it| it.0 == "rocketchat_settings");
    let list = load::targets(server, folder, &prefix, &databases);
    let server_address = server.address("");
    Case {
        part: "many workspaces".to_owned(),
        size: count,
        ways: vec![
            Way::bare(
                "bare read",
                &bare::collections(folder, &prefix, &server_address, &databases),
            ),
            Way::bare(
                "same aggregations",
                &bare::questions(
                    folder,
                    &prefix,
                    &server_address,
                    &databases,
                    &settings.collect::<Vec<_>>(),
                ),
            ),
            Way::python(&server_address, &prefix),
            Way::audit("audit, JSON", "", "json", Some(&list)),
            Way::audit("audit, JSON and HTML", "", "html", Some(&list)),
        ],
    }
}

/// One workspace with many messages; people and rooms stay as they are.
fn big(server: &Mongod, folder: &Path, messages: usize) -> Case {
    let database = load::whole(server, &format!("big{messages}"), messages);
    let address = server.address(&database);
    let asked = load::asked(server, folder, &database);
    Case {
        part: "messages".to_owned(),
        size: messages,
        ways: vec![
            Way::bare(
                "same aggregations",
                &bare::questions(
                    folder,
                    &format!("big{messages}"),
                    &address,
                    std::slice::from_ref(&database),
                    &asked.questions,
                ),
            ),
            Way::audit("audit, JSON", &address, "json", None),
        ],
    }
}
