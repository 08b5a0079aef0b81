//! `prune`: take the files of old reports away and leave their places in the chain.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use rc_audit_report::assemble;
use rc_audit_report::key::Signer;
use rc_audit_report::prune;
use rc_audit_report::trust::Trust;
use rc_audit_report::verify::Checked;

use super::examine::{self, Examined};
use crate::bundle::{self, Depth};
use crate::cli;
use crate::confine::{Guard, Places};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::signing;
use crate::talk;

pub(super) fn run(options: &cli::Prune, guard: &mut Guard) -> Result<Exit> {
    if !options.folder.is_dir() {
        return Err(Error::usage(
            format!("{} is no folder", options.folder.display()),
            "Name the folder that holds the bundles of one workspace.",
        ));
    }
    // A key may be held by an agent, which is connected here or never.
    let pen = signing::open(&options.signing)?;
    guard.offline(&Places::default().writing(&options.folder));
    let _lock = output::lock(&options.folder)?;
    let found = bundle::find(&options.folder)?;
    let inside = |path: &Path| path.parent() == Some(options.folder.as_path());
    if !found.whole || !found.paths.iter().all(|path| inside(path)) {
        return Err(Error::usage(
            format!(
                "{} does not hold the bundles of one workspace",
                options.folder.display()
            ),
            "Name the folder in which the bundles are, one workspace at a time.",
        ));
    }
    let key = pen.signers().key;
    let trust = Trust {
        keys: vec![key.public()],
        ..Trust::default()
    };
    let mut examined = examine::examine(found.paths, trust, Depth::Files, &|_, _| Ok(Vec::new()))?;
    // Evidence that is not what it should be is not made to vanish.
    let mut exit = Exit::Clean;
    examined.retain(|bundle| {
        let good = bundle.checked().is_some();
        if !good {
            talk::warning(&format!(
                "{} is not good and is left alone; 'rc-audit verify' says why",
                bundle.path.display()
            ));
            exit = Exit::Tampered;
        }
        good
    });
    if !examined
        .iter()
        .filter_map(Examined::checked)
        .any(|checked| checked.key == key.public())
    {
        return Err(Error::new(
            Exit::Key,
            format!(
                "the key {} signed none of these reports",
                key.public().fingerprint()
            ),
            "Nothing was removed. Name the key that did with --key.",
        ));
    }
    let old = old(options, &examined);
    let now = assemble::time(Timestamp::now());
    let mut bytes = 0;
    let mut count = 0_usize;
    for (path, checked) in old {
        if checked.pruned.is_some() {
            continue;
        }
        let names: Vec<&str> = checked
            .manifest
            .files
            .iter()
            .map(|(_, name)| name.as_str())
            .filter(|name| !prune::stays(name))
            .collect();
        for name in &names {
            bytes += fs::metadata(path.join(name)).map_or(0, |found| found.len());
        }
        count += 1;
        if options.dry_run {
            talk::data(&format!("{}: {}\n", path.display(), names.join(", ")));
        } else {
            take_away(path, checked, &names, &now, key)?;
            talk::data(&format!("{}: pruned\n", path.display()));
        }
    }
    talk::note(&format!(
        "{count} {} {}, {bytes} bytes. The chain stays as it is.",
        if count == 1 { "report" } else { "reports" },
        if options.dry_run {
            "would be pruned"
        } else {
            "pruned"
        }
    ));
    Ok(exit)
}

/// The reports that are old enough. The newest never is.
fn old<'a>(options: &cli::Prune, examined: &'a [Examined]) -> Vec<(&'a Path, &'a Checked)> {
    let mut all: Vec<(&Path, &Checked)> = examined
        .iter()
        .filter_map(|bundle| Some((bundle.path.as_path(), bundle.checked()?)))
        .collect();
    all.sort_by_key(|(_, checked)| checked.manifest.seq);
    let keep = options.keep.unwrap_or(1).max(1);
    all.truncate(all.len().saturating_sub(keep));
    if let Some(days) = options.older_than {
        let limit =
            Timestamp::now().checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(days)));
        all.retain(|(_, checked)| {
            let finished: Option<Timestamp> = checked.manifest.finished.parse().ok();
            matches!((finished, &limit), (Some(finished), Ok(limit)) if finished < *limit)
        });
    }
    all
}

/// The record comes first: if this is interrupted, what is left is still explained.
fn take_away(
    path: &Path,
    checked: &Checked,
    names: &[&str],
    now: &str,
    key: &dyn Signer,
) -> Result<()> {
    let (record, signature) =
        prune::record(&checked.manifest, &checked.digest, now, key).map_err(|error| {
            Error::new(
                Exit::Key,
                error.to_string(),
                "Repair it and run again; this report was left as it is.",
            )
        })?;
    // In this order a record is never without its signature.
    output::write_file(&path.join(prune::SIGNATURE), signature.as_bytes())?;
    output::write_file(&path.join(prune::NAME), record.as_bytes())?;
    for name in names {
        let file = path.join(name);
        fs::remove_file(&file).map_err(|error| {
            Error::new(
                Exit::Output,
                format!("{} can't be removed: {error}", file.display()),
                "Let this user write there and run again; the chain is still whole.",
            )
        })?;
    }
    Ok(())
}
