//! What a run over many workspaces has done, kept in a file so that another run can go on with it.
//!
//! The file is no evidence: whatever it names is read from the bundle again, and counts only if it is
//! signed with the key that signs this run.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rc_audit_report::fleet::Place;
use rc_audit_report::trust::Trust;
use rc_audit_report::v1::Report;
use rc_audit_report::verify::{Content, Finding, verify};
use serde::{Deserialize, Serialize};

use crate::bundle::{self, Depth, PAGE, REPORT};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The name of the file, in the folder of reports on many workspaces.
const NAME: &str = "run.jsonl";
/// The first line's format.
const FORMAT: &str = "rc-audit-fleet-run/1";
/// The largest record that is read, in bytes.
const AT_MOST: u64 = 256 << 20;

/// What the run was asked.
#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct First {
    format: String,
    /// A digest of targets, policies and options.
    asked: String,
}

/// A workspace whose bundle is whole.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    target: usize,
    database: String,
    bundle: PathBuf,
    manifest: String,
}

/// The record of a run.
pub(super) struct Record {
    path: PathBuf,
    file: File,
}

/// A workspace that an earlier run audited.
pub(super) struct Done {
    pub(super) target: usize,
    pub(super) database: String,
    pub(super) report: Report,
    pub(super) place: Place,
}

impl Record {
    /// Begins a record, or goes on with the one that is there. What it says is done is handed over one by
    /// one.
    pub(super) fn open(
        out: &Path,
        folder: &Path,
        asked: &str,
        resume: bool,
        signer: Option<&str>,
        mut done: impl FnMut(Done),
    ) -> Result<(Self, bool)> {
        let path = folder.join(NAME);
        let failed = |error: std::io::Error| {
            Error::new(
                Exit::Output,
                format!(
                    "the record of the run in {} failed: {error}",
                    path.display()
                ),
                "Let this user write there, or name another folder with --out.",
            )
        };
        let there = path.exists();
        if resume && there {
            let text = bundle::plain(&path, AT_MOST)?;
            let mut lines = BufReader::new(text.as_slice()).lines();
            let first = lines.next().and_then(std::result::Result::ok);
            let first: Option<First> = first.and_then(|line| serde_json::from_str(&line).ok());
            if first.as_ref().is_none_or(|first| first.asked != asked) {
                return Err(Error::usage(
                    format!(
                        "the run that did not end, in {}, was of other targets, policies or options",
                        path.display()
                    ),
                    "Give the same ones again, or begin anew without --resume.",
                ));
            }
            let mut seen = BTreeSet::new();
            for line in lines {
                // The last line may have been cut off with the run.
                let line = line.ok().and_then(|line| serde_json::from_str(&line).ok());
                let Some(line): Option<Line> = line else {
                    continue;
                };
                if seen.insert((line.target, line.database.clone()))
                    && let Some(it) = whole(out, line, signer)
                {
                    done(it);
                }
            }
        }
        let mut open = OpenOptions::new();
        open.create(true).write(true).mode(0o640);
        if resume {
            open.append(true);
        } else {
            open.truncate(true);
        }
        let mut file = open.open(&path).map_err(failed)?;
        if !(resume && there) {
            let first = First {
                format: FORMAT.to_owned(),
                asked: asked.to_owned(),
            };
            append(&mut file, &first).map_err(failed)?;
        }
        Ok((Self { path, file }, there))
    }

    /// Notes that the bundle of a workspace is whole. What can't be noted is only done once more.
    pub(super) fn note(&mut self, target: usize, database: &str, bundle: &str, manifest: &str) {
        let line = Line {
            target,
            database: database.to_owned(),
            bundle: PathBuf::from(bundle),
            manifest: manifest.to_owned(),
        };
        let _ = append(&mut self.file, &line);
    }

    /// Takes the record away when there is nothing left to go on with.
    pub(super) fn end(self) {
        // What stays behind is overwritten by the next run.
        let _ = std::fs::remove_file(self.path);
    }
}

fn append(file: &mut File, line: &impl Serialize) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}

/// What a line says was done, read from the bundle itself; nothing if that is not what was written.
fn whole(out: &Path, line: Line, signer: Option<&str>) -> Option<Done> {
    let plain = line
        .bundle
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    let trust = Trust {
        fingerprints: vec![signer?.to_owned()],
        ..Trust::default()
    };
    let items = bundle::read(&out.join(&line.bundle), Depth::Report)
        .ok()?
        .ok()?;
    let Finding::Verified(checked) = verify(&items, &trust) else {
        return None;
    };
    if !plain || checked.digest != line.manifest || checked.pruned.is_some() {
        return None;
    }
    let content = &items.iter().find(|item| item.name == REPORT)?.content;
    let Content::Bytes(bytes) = content else {
        return None;
    };
    let listed = |name: &str| checked.manifest.files.iter().find(|(_, it)| it == name);
    Some(Done {
        target: line.target,
        database: line.database,
        report: serde_json::from_slice(bytes).ok()?,
        place: Place {
            bundle: line.bundle.to_str()?.to_owned(),
            page: listed(PAGE).is_some(),
            report: listed(REPORT)?.0.clone(),
            manifest: Some(checked.digest),
        },
    })
}
