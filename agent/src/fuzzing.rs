//! Readers of files for fuzzers, with everything that follows from what they read. Nothing of it is
//! in the program.

use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;
use rc_audit_report::assemble::{self, Frame, Written};
use rc_audit_report::messages::Language;
use rc_audit_report::{digest, json, v1};
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::evaluate::evaluate;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::policy::Policy;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::snapshot::Snapshot;

use crate::collect;
use crate::dump::Dump;
use crate::error::Result;

/// The moment that is judged for.
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::shipped().unwrap_or_default());

/// Reads bytes as the file of a workspace. As with the others, what is given is how many workspaces were
/// read and judged.
#[must_use]
pub fn dump(bytes: &[u8]) -> usize {
    in_a_file("file", bytes, dumped)
}

/// Reads bytes as one collection of a folder, beside another that holds the settings.
#[must_use]
pub fn collection(bytes: &[u8]) -> usize {
    // { _id: "a", value: true }
    const SETTINGS: &[u8] = b"\x18\0\0\0\x02_id\0\x02\0\0\0a\0\x08value\0\x01\0";
    in_a_file("users.bson", bytes, |path| {
        if let Some(folder) = path.parent()
            && std::fs::write(folder.join("rocketchat_settings.bson"), SETTINGS).is_ok()
        {
            let _ = std::fs::copy(path, folder.join("rocketchat_room.bson"));
            return dumped(folder);
        }
        0
    })
}

/// Reads bytes as a snapshot.
#[must_use]
pub fn snapshot(bytes: &[u8]) -> usize {
    in_a_file("file", bytes, |path| used(collect::from_snapshot(path)))
}

/// Writes bytes to a file of its own and uses it.
fn in_a_file(name: &str, bytes: &[u8], then: impl FnOnce(&Path) -> usize) -> usize {
    let Ok(folder) = tempfile::tempdir() else {
        return 0;
    };
    let path = folder.path().join(name);
    match std::fs::write(&path, bytes) {
        Ok(()) => then(&path),
        Err(_) => 0,
    }
}

/// Reads dumps, however many workspaces they hold.
fn dumped(path: &Path) -> usize {
    let dumps = Dump::find(path).unwrap_or_default();
    dumps
        .iter()
        .map(|dump| used(collect::from_dump(dump, Some(NOW))))
        .sum()
}

fn used(snapshot: Result<Snapshot>) -> usize {
    if let Ok(snapshot) = snapshot {
        let bytes = collect::bytes(&snapshot).unwrap_or_default();
        let again: Option<Snapshot> = serde_json::from_slice(&bytes).ok();
        assert!(again.is_some_and(|again| collect::bytes(&again).is_ok_and(|it| it == bytes)));
        judge(&snapshot);
        return 1;
    }
    0
}

/// What reads is judged, and the report can be read again.
fn judge(snapshot: &Snapshot) {
    let (policy, environment) = (Policy::standard(), Environment::default());
    let attestations = Attestations::default();
    let evidence = Evidence::draw(snapshot, &policy, &environment, &attestations, NOW);
    let judgements = evaluate(RULES.rules(), &evidence);
    let report = assemble::report(
        RULES.rules(),
        &judgements,
        &evidence,
        Frame {
            tool_version: "0.0.0",
            tool_digest: None,
            rules_digest: RULES.digest(),
            snapshot_digest: digest::sha256(b""),
            started: snapshot.started,
            finished: snapshot.finished,
            challenge: None,
            language: Language::English,
            fail_on: None,
            confinement: v1::Confinement::default(),
            attachments: Vec::new(),
            written: Written::default(),
        },
    );
    let bytes = json::render(&report).unwrap_or_default();
    let again: Option<v1::Report> = serde_json::from_slice(&bytes).ok();
    assert!(again.is_some_and(|again| again == report));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A settings document, `{ _id: "Statistics_reporting", value: true }`.
    const SETTING: &[u8] = b"\x2b\0\0\0\x02_id\0\x15\0\0\0Statistics_reporting\0\x08value\0\x01\0";

    #[test]
    fn what_a_fuzzer_begins_with_is_read_and_judged() {
        assert_eq!(in_a_file("rocketchat_settings.bson", SETTING, dumped), 1);
        assert_eq!(dump(br#"{"_id":"Statistics_reporting","value":true}"#), 1);
        assert_eq!(collection(SETTING), 1);
        let sound = in_a_file("rocketchat_settings.bson", SETTING, |path| {
            let dumps = Dump::find(path).unwrap();
            let workspace = collect::from_dump(&dumps[0], Some(NOW)).unwrap();
            assert!(workspace.settings.contains_key("Statistics_reporting"));
            snapshot(&collect::bytes(&workspace).unwrap())
        });
        assert_eq!(sound, 1);
    }

    #[test]
    fn what_is_no_file_of_a_workspace_is_refused() {
        for bytes in [&b""[..], b"{", b"\x05\0\0\0\0"] {
            assert_eq!(dump(bytes), 0, "{bytes:?}");
            assert_eq!(snapshot(bytes), 0, "{bytes:?}");
        }
    }
}
