//! Bundles examined one by one and then as chains; what `verify`, `history` and `prune` share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rc_audit_report::chain::{self, Link, Remark};
use rc_audit_report::checkpoint::Claimed;
use rc_audit_report::trust::Trust;
use rc_audit_report::verify::{Checked, Finding, Tampered, judge_together, verify};

use crate::bundle::{self, Depth, Found, Items};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;

/// A bundle and what was found of it.
pub(super) struct Examined {
    pub(super) path: PathBuf,
    pub(super) finding: Finding,
    /// What else there is to say.
    pub(super) notes: Vec<String>,
}

/// What more is asked of a bundle whose bytes are the signed ones; what it answers, or what is wrong.
pub(super) type More<'a> =
    dyn Fn(&Items, &Checked) -> std::result::Result<Vec<String>, Tampered> + Sync + 'a;

impl Examined {
    /// What it says, if its bytes are the signed ones.
    pub(super) fn checked(&self) -> Option<&Checked> {
        match &self.finding {
            Finding::Verified(checked) | Finding::NotTrusted(checked) => Some(checked),
            Finding::Tampered(_) => None,
        }
    }
}

/// Bundles at several paths.
pub(super) fn find(paths: &[PathBuf]) -> Result<Found> {
    let mut all = Found {
        paths: Vec::new(),
        whole: false,
    };
    for path in paths {
        let found = bundle::find(path)?;
        all.paths.extend(found.paths);
        all.whole |= found.whole;
    }
    Ok(all)
}

/// Reads and checks bundles, in their order. `more` sees the files of each before they are dropped.
pub(super) fn examine(
    paths: Vec<PathBuf>,
    mut trust: Trust,
    depth: Depth,
    more: &More<'_>,
) -> Result<Vec<Examined>> {
    let mut examined: Vec<Examined> = paths
        .into_par_iter()
        .map(|path| {
            let items = bundle::read(&path, depth)?;
            let mut finding = match &items {
                Ok(files) => verify(files, &trust),
                Err(tampered) => Finding::Tampered(tampered.clone()),
            };
            let mut notes = Vec::new();
            if let Finding::Verified(checked) | Finding::NotTrusted(checked) = &finding {
                match more(&items, checked) {
                    Ok(said) => notes = said,
                    Err(tampered) => finding = Finding::Tampered(tampered),
                }
            }
            Ok(Examined {
                path,
                finding,
                notes,
            })
        })
        .collect::<Result<_>>()?;
    let mut findings: Vec<&mut Finding> = examined
        .iter_mut()
        .map(|bundle| &mut bundle.finding)
        .collect();
    judge_together(&mut findings, &mut trust);
    Ok(examined)
}

/// What there is to be said of the chain of a workspace.
pub(super) struct Chain<'a> {
    pub(super) workspace: &'a str,
    /// Its reports by number.
    pub(super) links: Vec<(&'a Path, &'a Checked)>,
    pub(super) remarks: Vec<Remark>,
}

/// The chains of bundles whose bytes are the signed ones, by workspace.
pub(super) fn chains(examined: &[Examined], whole: bool) -> Vec<Chain<'_>> {
    let mut by_workspace: BTreeMap<&str, Vec<(&Path, &Checked)>> = BTreeMap::new();
    for bundle in examined {
        if let Some(checked) = bundle.checked() {
            by_workspace
                .entry(&checked.manifest.workspace)
                .or_default()
                .push((&bundle.path, checked));
        }
    }
    by_workspace
        .into_iter()
        .map(|(workspace, mut links)| {
            links.sort_by_key(|(_, checked)| checked.manifest.seq);
            let remarks = chain::remarks(&as_links(&links), whole);
            Chain {
                workspace,
                links,
                remarks,
            }
        })
        .collect()
}

fn as_links<'a>(links: &[(&'a Path, &'a Checked)]) -> Vec<Link<'a>> {
    links
        .iter()
        .map(|(_, checked)| Link {
            manifest: &checked.manifest,
            digest: &checked.digest,
        })
        .collect()
}

/// Checks a checkpoint against the chains; the error says what it knows of that is not so here.
pub(super) fn since(chains: &[Chain<'_>], claimed: &Claimed) -> std::result::Result<(), String> {
    let checkpoint = &claimed.checkpoint;
    let Some(chain) = chains
        .iter()
        .find(|chain| chain.workspace == checkpoint.workspace)
    else {
        return Err(format!("no report on {} is here", checkpoint.workspace));
    };
    let key = chain
        .links
        .iter()
        .map(|(_, checked)| &checked.key)
        .find(|key| key.fingerprint() == checkpoint.key);
    match key {
        None => Err(format!(
            "the checkpoint was signed with {}, and none of the reports here was",
            checkpoint.key
        )),
        Some(key) if !claimed.is_signed_by(key) => Err(
            "the checkpoint itself is not genuine: its signature is not one of its text".to_owned(),
        ),
        Some(_) => match chain::since(&as_links(&chain.links), checkpoint) {
            Some(remark) => Err(remark.text),
            None => Ok(()),
        },
    }
}

/// A checkpoint: the line itself, or a file that holds it.
pub(super) fn checkpoint(given: &str) -> Result<Claimed> {
    let text = if given.trim_start().starts_with("rc-audit-checkpoint/") {
        given.to_owned()
    } else {
        input::text(Path::new(given))?
    };
    Claimed::parse(&text).map_err(|error| Error::usage(format!("--since: {error}"), ""))
}

/// Tampering is worse than a broken chain, and that worse than a stranger's signature.
pub(super) fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Tampered => 4,
        Exit::Chain => 3,
        Exit::NotTrusted => 2,
        Exit::Clean => 0,
        _ => 1,
    };
    if rank(other) > rank(one) { other } else { one }
}
