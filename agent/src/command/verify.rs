//! `verify`: check bundles, and how those of one workspace follow each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rc_audit_report::bundle::File;
use rc_audit_report::manifest;
use rc_audit_report::verify::{Checked, Finding, verify};

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::talk;
use crate::trust;

/// The most files that a bundle has.
const FILES: usize = 64;
/// The largest file of a bundle, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What was found of one bundle.
struct Seen {
    path: PathBuf,
    checked: Checked,
}

pub(super) fn run(options: &cli::Verify) -> Result<Exit> {
    let mut trust = trust::read(&options.trusting)?;
    let mut paths = Vec::new();
    for path in &options.bundles {
        paths.extend(bundles(path)?);
    }
    let say = |text: String| {
        if !options.quiet {
            talk::data(&format!("{text}\n"));
        }
    };
    let mut exit = Exit::Clean;
    let mut seen: Vec<Seen> = Vec::new();
    for path in paths {
        let outcome = match files(&path)? {
            Ok(files) => verify(&files, &trust),
            Err(finding) => finding,
        };
        match outcome {
            Finding::Verified(checked) => {
                say(format!(
                    "{}: verified, signed by {} ({})",
                    path.display(),
                    checked.fingerprint,
                    checked.standing.reason()
                ));
                trust.follow(&checked.manifest);
                seen.push(Seen { path, checked });
            }
            Finding::NotTrusted(checked) => {
                say(format!(
                    "{}: intact, but the signer {} is not trusted: {}; compare the fingerprint with \
                     one you have from elsewhere and give it with --signer",
                    path.display(),
                    checked.fingerprint,
                    checked.standing.reason()
                ));
                exit = worse(exit, Exit::NotTrusted);
                seen.push(Seen { path, checked });
            }
            Finding::Tampered(tampered) => {
                say(format!(
                    "{}: NOT GOOD: {}: {}",
                    path.display(),
                    tampered.file,
                    tampered.why
                ));
                exit = worse(exit, Exit::Tampered);
            }
        }
    }
    for problem in chain(&seen) {
        say(problem);
        exit = worse(exit, Exit::Chain);
    }
    Ok(exit)
}

/// Tampering is worse than a broken chain, and that worse than a stranger's signature.
fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Tampered => 3,
        Exit::Chain => 2,
        Exit::NotTrusted => 1,
        _ => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// The bundles at a path: itself, or the folders in it that are bundles.
fn bundles(path: &Path) -> Result<Vec<PathBuf>> {
    if path.join(manifest::NAME).exists() || output::sequence(path).is_some() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error: std::io::Error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "Check the path.",
        )
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?.path();
        if let Some(seq) = output::sequence(&entry) {
            found.push((seq, entry));
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::usage(
            format!("{} is no bundle and holds none", path.display()),
            "Give the folder of a bundle; it holds a file named MANIFEST.",
        ));
    }
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// The files of a bundle, each read once. Anything but a plain file is a finding.
fn files(path: &Path) -> Result<std::result::Result<Vec<File>, Finding>> {
    let failed = |error: std::io::Error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "Check the path.",
        )
    };
    let strange = |file: &str, why: &str| {
        Finding::Tampered(rc_audit_report::verify::Tampered {
            file: file.to_owned(),
            why: why.to_owned(),
        })
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        if !kind.is_file() {
            return Ok(Err(strange(&name, "it is not a plain file")));
        }
        if entry.metadata().map_err(failed)?.len() > LARGEST {
            return Ok(Err(strange(
                &name,
                "it is larger than any file of a bundle",
            )));
        }
        if files.len() == FILES {
            return Ok(Err(strange(
                &name,
                "there are more files than a bundle has",
            )));
        }
        files.push(File {
            bytes: fs::read(entry.path()).map_err(failed)?,
            name,
        });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Ok(files))
}

/// What is wrong between bundles of one workspace.
fn chain(seen: &[Seen]) -> Vec<String> {
    let mut by_workspace: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for bundle in seen {
        by_workspace
            .entry(&bundle.checked.manifest.workspace)
            .or_default()
            .push(bundle);
    }
    let mut problems = Vec::new();
    for bundles in by_workspace.values_mut() {
        bundles.sort_by_key(|bundle| bundle.checked.manifest.seq);
        for (before, after) in bundles.iter().zip(bundles.iter().skip(1)) {
            let (one, two) = (&before.checked.manifest, &after.checked.manifest);
            let what = if one.seq == two.seq {
                Some(format!("two bundles have the number {}", one.seq))
            } else if two.seq != one.seq + 1 {
                Some(format!(
                    "between number {} and number {} something is missing",
                    one.seq, two.seq
                ))
            } else if two.prev != before.checked.digest {
                Some(format!(
                    "number {} does not follow from number {}",
                    two.seq, one.seq
                ))
            } else {
                None
            };
            if let Some(what) = what {
                problems.push(format!(
                    "{}: the chain is broken: {what}",
                    after.path.display()
                ));
            }
        }
    }
    problems
}
