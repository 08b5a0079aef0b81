//! What a run over many workspaces has done, kept in a file so that another run can go on with it.
//!
//! The file is no evidence: whatever it names is read from the bundle again, and counts only if it is
//! signed with the key that signs this run.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
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

/// That the bundle of a workspace is whole.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    pub(super) target: usize,
    pub(super) database: String,
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

/// What a run finds of one before it that did not end.
pub(super) enum Before {
    Nothing,
    /// One that was asked the same, with what it says is done.
    Same(Vec<Claim>),
    /// One that was asked something else.
    Other,
}

impl Before {
    /// Looks into the folder of reports on many workspaces.
    pub(super) fn look(folder: &Path, asked: &str) -> Self {
        let path = folder.join(NAME);
        if !path.exists() {
            return Self::Nothing;
        }
        let text = bundle::plain(&path, AT_MOST).unwrap_or_default();
        let mut lines = text.split(|byte| *byte == b'\n');
        let first = lines
            .next()
            .and_then(|line| serde_json::from_slice(line).ok());
        let same = first.is_some_and(|first: First| first.format == FORMAT && first.asked == asked);
        if !same {
            return Self::Other;
        }
        // The last line may have been cut off with the run.
        let claims = lines.filter_map(|line| serde_json::from_slice(line).ok());
        Self::Same(claims.collect())
    }
}

impl Record {
    /// Begins a record, or goes on with the one that is there.
    pub(super) fn open(folder: &Path, asked: &str, resume: bool) -> Result<Self> {
        let path = folder.join(NAME);
        let open = || -> std::io::Result<File> {
            let mut open = OpenOptions::new();
            open.create(true).write(true).mode(0o640);
            if resume {
                let mut file = open.append(true).open(&path)?;
                // Ends a line that was cut off.
                file.write_all(b"\n")?;
                return Ok(file);
            }
            let mut file = open.truncate(true).open(&path)?;
            let first = First {
                format: FORMAT.to_owned(),
                asked: asked.to_owned(),
            };
            append(&mut file, &first)?;
            Ok(file)
        };
        let file = open().map_err(|error| {
            Error::new(
                Exit::Output,
                format!(
                    "the record of the run in {} failed: {error}",
                    path.display()
                ),
                "Let this user write there, or name another folder with --out.",
            )
        })?;
        Ok(Self { path, file })
    }

    /// Notes that the bundle of a workspace is whole. What can't be noted is only done once more.
    pub(super) fn note(&mut self, target: usize, database: &str, bundle: &str, manifest: &str) {
        let line = Claim {
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

impl Claim {
    /// What it says was done, read from the bundle itself. Nothing if that is not what was written, or if
    /// half of the time to the next report has passed since, so that a run that goes on is no excuse for
    /// leaving one out.
    pub(super) fn whole(&self, out: &Path, signer: &str, now: Timestamp) -> Option<Done> {
        let plain = |part| matches!(part, Component::Normal(_));
        if !self.bundle.components().all(plain) {
            return None;
        }
        let trust = Trust {
            fingerprints: vec![signer.to_owned()],
            ..Trust::default()
        };
        let items = bundle::read(&out.join(&self.bundle), Depth::Report)
            .ok()?
            .ok()?;
        let Finding::Verified(checked) = verify(&items, &trust) else {
            return None;
        };
        let manifest = &checked.manifest;
        let finished: Timestamp = manifest.finished.parse().ok()?;
        let due: Timestamp = manifest.next_due.parse().ok()?;
        let fresh = now.duration_since(finished) < due.duration_since(finished) / 2;
        if checked.digest != self.manifest || checked.pruned.is_some() || !fresh {
            return None;
        }
        let content = &items.iter().find(|item| item.name == REPORT)?.content;
        let Content::Bytes(bytes) = content else {
            return None;
        };
        let listed = |name: &str| manifest.files.iter().find(|(_, it)| it == name);
        Some(Done {
            target: self.target,
            database: self.database.clone(),
            report: serde_json::from_slice(bytes).ok()?,
            place: Place {
                bundle: self.bundle.to_str()?.to_owned(),
                page: listed(PAGE).is_some(),
                report: listed(REPORT)?.0.clone(),
                manifest: Some(checked.digest.clone()),
            },
        })
    }
}
