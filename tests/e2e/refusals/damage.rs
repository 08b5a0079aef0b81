//! Files that are cut short or changed are never judged as if they were whole.

use std::path::{Path, PathBuf};

use rc_audit_tests::dump;
use rc_audit_tests::workspace::Workspace;

use super::refuse;
use crate::kit::{desk, dumped};

/// Where to cut a file of so many bytes: near both ends, and in between.
fn cuts(length: usize) -> Vec<usize> {
    vec![5, length / 3, length / 2, length - 5, length - 1]
}

/// Writes the beginning of a file over it.
fn cut(path: &Path, bytes: &[u8], length: usize) {
    std::fs::write(path, &bytes[..length]).unwrap();
}

#[test]
fn a_dump_file_that_was_cut_short_is_refused() {
    let desk = desk();
    let workspace = Workspace::of("6.13.0");
    for gzip in [false, true] {
        let name = if gzip { "packed" } else { "plain" };
        dump::folder(&workspace, &desk.path(name), gzip);
        let ending = if gzip { ".gz" } else { "" };
        for collection in ["rocketchat_settings", "users"] {
            let file = format!("{collection}.bson{ending}");
            let path = desk.path(name).join(dump::DATABASE).join(&file);
            let bytes = std::fs::read(&path).unwrap();
            for length in cuts(bytes.len()) {
                cut(&path, &bytes, length);
                refuse(&desk, &[name], 2, &[&file, "make the dump again"]);
            }
            cut(&path, &bytes, bytes.len());
        }
        desk.check(&[name]).expect(1, &["Bundle:"]);
    }
}

#[test]
fn an_archive_that_was_cut_short_is_refused_wherever_the_cut_is() {
    let desk = desk();
    let workspace = Workspace::of("5.4.4");
    for name in ["archive", "archive.gz"] {
        let path = desk.path(name);
        dump::archive(&workspace, &path, name.ends_with("gz"));
        let bytes = std::fs::read(&path).unwrap();
        let mut lengths = cuts(bytes.len());
        // An archive that is not packed can also end between two blocks and look whole.
        let ends = |at: &usize| bytes[..*at].ends_with(&[0xff; 4]);
        let between: Vec<usize> = (200..bytes.len()).filter(ends).collect();
        if name == "archive" {
            lengths.extend([between[0], between[1], between[between.len() / 2]]);
            lengths.push(between[between.len() - 1]);
        }
        for length in lengths {
            cut(&path, &bytes, length);
            refuse(&desk, &[name], 2, &[name, "make the dump again"]);
        }
        cut(&path, &bytes, bytes.len());
        desk.check(&[name]).expect(1, &["Bundle:"]);
    }
}

#[test]
fn a_packed_file_with_a_changed_byte_is_refused() {
    let desk = desk();
    dump::folder(&Workspace::of("6.4.8"), &desk.path("packed"), true);
    let file = "rocketchat_message.bson.gz";
    let path = desk.path("packed").join(dump::DATABASE).join(file);
    let bytes = std::fs::read(&path).unwrap();
    for at in [bytes.len() / 2, bytes.len() - 6, bytes.len() - 2] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        std::fs::write(&path, changed).unwrap();
        refuse(&desk, &["packed"], 2, &[file]);
    }
}

#[test]
fn two_files_for_one_collection_are_refused() {
    let desk = desk();
    let folder = dumped(&desk, &Workspace::of("6.4.8"));
    std::fs::copy(folder.join("users.bson"), folder.join("users.bson.gz")).unwrap();
    refuse(
        &desk,
        &[folder],
        2,
        &["users.bson.gz", "hold the same collection"],
    );
}

#[test]
fn an_export_that_is_malformed_is_refused_with_line_and_column() {
    let desk = desk();
    let path = desk.path("settings.jsonl");
    dump::settings_file(&Workspace::of("6.4.8"), &path);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let write = |name: &str, text: String| -> PathBuf { desk.write(name, text) };
    let half: String = lines[1].chars().take(100).collect();
    write("cut.jsonl", format!("{}\n{half}", lines[0]));
    refuse(
        &desk,
        &["cut.jsonl"],
        2,
        &["cut.jsonl, line 2", "in the middle", "mongoexport"],
    );
    write("cut.json", format!("[{},{half}", lines[0]));
    refuse(
        &desk,
        &["cut.json"],
        2,
        &["cut.json, line 1", "in the middle"],
    );
    write("odd.jsonl", format!("{}\n{{_id: 1}}\n", lines[0]));
    refuse(
        &desk,
        &["odd.jsonl"],
        2,
        &["odd.jsonl, line 2, column 2", "not a JSON document"],
    );
    write("twice.jsonl", format!("{text}{}\n", lines[0]));
    refuse(&desk, &["twice.jsonl"], 2, &["twice.jsonl", "there twice"]);
    write("other.jsonl", "{\"name\": \"no setting\"}\n".to_owned());
    refuse(&desk, &["other.jsonl"], 2, &["other.jsonl", "no setting"]);
}
