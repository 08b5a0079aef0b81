//! Cost of auditing one workspace, many and big ones, beside reading them barely.
//!
//! Every way is a process of its own, started cold, and the ways take turns in every round, so that
//! whatever else the machine does meets all of them alike. What counts is the ratio of medians.
//!
//! `cargo bench -p rc-audit-tests --bench audit` runs it all. It leaves `results.json` and a drawing of
//! each part in `target/audit-bench/`, and needs 10 GB for bundles meanwhile; `-- --parts people` takes
//! minutes and little room. `-- --callgrind` counts instructions of the pure parts instead, which no
//! other load on the machine changes.

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

use clap::{Parser, ValueEnum};
use rc_audit_tests::dump;
use rc_audit_tests::mongod::{Mongod, Options as Server};
use rc_audit_tests::workspace::Plan;
use tempfile::TempDir;

use measure::{Case, Way};

/// Compare the cost of auditing workspaces with that of reading them
#[derive(Debug, Parser)]
struct Options {
    /// How many rounds
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Part::value_variants().to_vec())]
    parts: Vec<Part>,
    /// How many times as many people and messages, each number by itself
    #[arg(long, value_delimiter = ',', default_values_t = [1, 10, 100])]
    people: Vec<usize>,
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

/// What is measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Part {
    /// One workspace, cold, with more and more people and messages
    People,
    /// More and more workspaces of which the settings are stored; needs pymongo
    Workspaces,
    /// One workspace with more and more messages
    Messages,
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
    let wants = |part| options.parts.contains(&part);
    if wants(Part::Workspaces) {
        load::needs_python();
    }
    let server = Mongod::start(&Server {
        replica_set: Some("rs0"),
        ..Server::default()
    });
    let mut cases = Vec::new();
    for (part, sizes, prepare) in [
        (Part::People, &options.people, one as Prepare),
        (Part::Workspaces, &options.workspaces, many),
        (Part::Messages, &options.messages, big),
    ] {
        if wants(part) {
            let sizes = sizes.iter();
            cases.extend(sizes.map(|size| prepare(&server, folder.path(), *size)));
        }
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

/// Loads what is compared at a size, and gives the ways to do it.
type Prepare = fn(&Mongod, &Path, usize) -> Case;

/// Where results are left.
fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/audit-bench")
}

/// One whole workspace, so many times as large.
fn one(server: &Mongod, folder: &Path, size: usize) -> Case {
    let mut plan = Plan::new("6.13.0");
    plan.users *= size;
    plan.messages *= size;
    let workspace = plan.build();
    let database = format!("one{size}");
    server.load(&database, &workspace);
    let copy = folder.join(format!("dump-{database}"));
    dump::folder(&workspace, &copy, false);
    let address = server.address(&database);
    let asked = load::asked(server, folder, &database);
    let only = std::slice::from_ref(&database);
    Case {
        part: measure::ONE.to_owned(),
        size,
        ways: vec![
            Way::bare(
                "bare read",
                &bare::documents(folder, &database, &address, only, &asked.collections),
            ),
            Way::bare(
                "same aggregations",
                &bare::questions(folder, &database, &address, only, &asked.questions),
            ),
            Way::audit("audit, JSON", &address, "json", None),
            Way::audit(measure::WHOLE, &address, "html", None),
            Way::audit("audit of a dump", &copy.display().to_string(), "html", None),
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
                &bare::documents(
                    folder,
                    &prefix,
                    &server_address,
                    &databases,
                    &["rocketchat_settings".to_owned()],
                ),
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
            Way::audit(measure::WHOLE, "", "html", Some(&list)),
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
