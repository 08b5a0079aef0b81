//! What may stand where in the source: the parts that judge and report reach nothing outside.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most lines that a file of source may have.
const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of Rust below a folder of the repository, by their path in it.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(&root().join(folder), folder, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} has no source");
    found
}

fn gather(folder: &Path, name: &str, into: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let entry = entry.expect("a readable folder");
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().display());
        if path.is_dir() {
            gather(&path, &name, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push((name, std::fs::read_to_string(&path).expect("source")));
        }
    }
}

/// The lines of a file that are no comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

/// Every line below a folder that names one of these.
fn naming(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in sources(folder) {
        for (number, line) in code(&text) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    found
}

#[test]
fn nothing_that_is_made_once_is_made_on_several_threads() {
    // A thread of the pool that waits for the others takes other work meanwhile. If that asks for what the
    // thread is making, it waits for itself, and the run never ends.
    for folder in ["agent/src", "report/src", "rules/src"] {
        for (name, text) in sources(folder) {
            let has = |word: &str| code(&text).any(|(_, line)| line.contains(word));
            let once = has("LazyLock::new") || has("get_or_init") || has("call_once");
            let several = has("par_iter") || has("par_chunks") || has("rayon::");
            assert!(
                !(once && several),
                "{name} makes something once, and uses rayon"
            );
        }
    }
}

#[test]
fn only_the_module_for_it_names_the_database_driver() {
    let elsewhere: Vec<String> = naming("agent/src", &["mongodb::", "extern crate mongodb"])
        .into_iter()
        .filter(|line| !line.starts_with("agent/src/mongo"))
        .collect();
    assert_eq!(elsewhere, Vec::<String>::new());
    assert!(!naming("agent/src/mongo", &["mongodb::"]).is_empty());
    for folder in ["rules/src", "report/src"] {
        assert_eq!(naming(folder, &["mongodb::"]), Vec::<String>::new());
    }
}

#[test]
fn the_driver_is_never_asked_to_write() {
    let writing = [
        "insert_one",
        "insert_many",
        "update_one",
        "update_many",
        "delete_one",
        "delete_many",
        "replace_one",
        "find_one_and",
        "bulk_write",
        "create_collection",
        "create_index",
        "drop_index",
        ".drop(",
        "\"$out\"",
        "\"$merge\"",
    ];
    assert_eq!(naming("agent/src/mongo", &writing), Vec::<String>::new());
}

#[test]
fn the_rules_see_no_file_no_network_no_clock_and_no_environment() {
    // The types of addresses do nothing by themselves.
    let outside = [
        "std::fs",
        "std::net::{",
        "std::net::Tcp",
        "std::net::Udp",
        "std::net::ToSocketAddrs",
        "std::env",
        "std::time",
        "std::process",
        "std::thread",
        "tokio",
        "Timestamp::now",
        "Zoned::now",
        "SystemTime",
        "Instant::",
        "println!",
        "include_bytes!",
    ];
    assert_eq!(naming("rules/src", &outside), Vec::<String>::new());
}

#[test]
fn the_report_sees_no_file_and_no_network() {
    let outside = [
        "std::fs",
        "std::net::{",
        "std::net::Tcp",
        "std::net::Udp",
        "std::net::ToSocketAddrs",
        "std::env",
        "std::process",
        "tokio",
        "Timestamp::now",
        "SystemTime",
        "println!",
    ];
    assert_eq!(naming("report/src", &outside), Vec::<String>::new());
}

#[test]
fn nothing_that_is_built_in_speaks_another_protocol_or_comes_from_elsewhere() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("a file");
    let banned: Vec<String> = read(".cargo/deny.toml")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ name = \""))
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect();
    assert!(banned.iter().any(|name| name == "hyper"), "{banned:?}");
    let lock = read("Cargo.lock");
    let value = |line: &str, key: &str| {
        let text = line.strip_prefix(key)?.trim().strip_prefix('=')?.trim();
        Some(text.trim_matches('"').to_owned())
    };
    let names: Vec<String> = lock.lines().filter_map(|it| value(it, "name")).collect();
    assert!(names.iter().any(|name| name == "mongodb"));
    let found: Vec<&String> = names.iter().filter(|name| banned.contains(name)).collect();
    assert_eq!(found, Vec::<&String>::new());
    let sources: BTreeSet<String> = lock.lines().filter_map(|it| value(it, "source")).collect();
    // All from cargo's own registry, none from a repository or another registry.
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(sources.iter().all(|it| it.starts_with("registry+")));
}

#[test]
fn the_bill_of_materials_names_every_part_with_licence_and_digest() {
    let printed = crate::kit::run("sh", &root(), &["tests/sbom"]);
    let document: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(document["metadata"]["component"]["name"], "rc-audit");
    let parts = document["components"].as_array().expect("components");
    let names: Vec<&str> = parts.iter().filter_map(|it| it["name"].as_str()).collect();
    for name in ["mongodb", "ed25519-dalek", "rc-audit-rules", "landlock"] {
        assert!(names.contains(&name), "{name}");
    }
    // Tools of the tests are no part of the program.
    assert!(!names.contains(&"jsonschema"));
    for part in parts {
        let licence = part["licenses"][0]["expression"].as_str();
        assert!(licence.is_some_and(|it| !it.is_empty()), "{part}");
        let own = part["name"]
            .as_str()
            .is_some_and(|it| it.starts_with("rc-audit"));
        assert!(own || part["hashes"][0]["content"].is_string(), "{part}");
    }
}

#[test]
fn every_file_can_be_read_in_one_sitting() {
    for folder in ["agent", "report", "rules", "tests"] {
        for (name, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST, "{name} has {lines} lines");
        }
    }
}
