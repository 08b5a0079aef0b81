//! `history`: the chain of reports in a folder.

use std::fmt::Write as _;

use jiff::Timestamp;
use rc_audit_report::chain::Kind;
use rc_audit_report::checkpoint;
use rc_audit_report::verify::{Checked, Finding};
use serde::Serialize;

use super::examine::{self, Chain, worse};
use crate::bundle::{self, Depth};
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::talk;
use crate::trust;

/// The largest checkpoint that is read, in bytes.
const AT_MOST: u64 = 4096;

/// What `--json` prints.
#[derive(Serialize)]
struct History {
    format: &'static str,
    workspaces: Vec<Workspace>,
    not_good: Vec<NotGood>,
}

#[derive(Serialize)]
struct Workspace {
    name: String,
    reports: Vec<Line>,
    remarks: Vec<Said>,
    head: Option<String>,
    next_due: Option<String>,
    overdue: bool,
}

#[derive(Serialize)]
struct Line {
    seq: u64,
    finished: String,
    verdict: String,
    trend: &'static str,
    digest: String,
    key: String,
    challenge: String,
    pruned: Option<String>,
    path: String,
}

#[derive(Serialize)]
struct Said {
    kind: &'static str,
    seq: u64,
    breaks: bool,
    text: String,
}

#[derive(Serialize)]
struct NotGood {
    path: String,
    file: String,
    why: String,
}

pub(super) fn run(options: &cli::History) -> Result<Exit> {
    let trust = trust::read(&options.trusting)?;
    let found = bundle::find(&options.folder)?;
    let examined = examine::examine(
        found.paths,
        trust,
        Depth::Signatures,
        &|_, _| Ok(Vec::new()),
    )?;
    let mut exit = Exit::Clean;
    let mut not_good = Vec::new();
    for bundle in &examined {
        match &bundle.finding {
            Finding::Tampered(tampered) => {
                exit = worse(exit, Exit::Tampered);
                not_good.push(NotGood {
                    path: bundle.path.display().to_string(),
                    file: tampered.file.clone(),
                    why: tampered.why.clone(),
                });
            }
            // A list is no proof, so trust is asked for only where somebody names a signer.
            Finding::NotTrusted(_) if options.trusting.names_anybody() => {
                exit = worse(exit, Exit::NotTrusted);
            }
            _ => {}
        }
    }
    let chains = examine::chains(&examined, found.whole);
    if chains
        .iter()
        .flat_map(|chain| &chain.remarks)
        .any(|remark| remark.kind.breaks())
    {
        exit = worse(exit, Exit::Chain);
    }
    if options.checkpoint {
        return checkpoints(&chains).map(|()| exit);
    }
    let history = History {
        format: "rc-audit-history/1",
        workspaces: chains.iter().map(workspace).collect(),
        not_good,
    };
    if options.json {
        let text = serde_json::to_string_pretty(&history).map_err(|error| {
            Error::new(Exit::Internal, error.to_string(), "Please report this.")
        })?;
        talk::data(&format!("{text}\n"));
    } else {
        talk::data(&text(&history));
    }
    Ok(exit)
}

fn workspace(chain: &Chain<'_>) -> Workspace {
    let mut before: Option<&str> = None;
    let mut reports = Vec::new();
    for (path, checked) in &chain.links {
        let manifest = &checked.manifest;
        reports.push(Line {
            seq: manifest.seq,
            finished: manifest.finished.clone(),
            verdict: manifest.verdict.clone(),
            trend: trend(before, &manifest.verdict),
            digest: checked.digest.clone(),
            key: manifest.key.clone(),
            challenge: manifest.challenge.clone(),
            pruned: checked.pruned.as_ref().map(|pruned| pruned.time.clone()),
            path: path.display().to_string(),
        });
        before = Some(&manifest.verdict);
    }
    let mut remarks: Vec<Said> = chain
        .remarks
        .iter()
        .map(|remark| Said {
            kind: remark.kind.name(),
            seq: remark.seq,
            breaks: remark.kind.breaks(),
            text: remark.text.clone(),
        })
        .collect();
    for (path, checked) in &chain.links {
        if let Some(text) = bundle::misnamed(path, &checked.manifest) {
            remarks.push(Said {
                kind: Kind::Broken.name(),
                seq: checked.manifest.seq,
                breaks: true,
                text,
            });
        }
    }
    let newest = chain.links.last().map(|(_, checked)| &checked.manifest);
    Workspace {
        name: chain.workspace.to_owned(),
        reports,
        remarks,
        head: chain
            .links
            .last()
            .map(|(_, checked)| checked.digest.clone()),
        next_due: newest.map(|manifest| manifest.next_due.clone()),
        overdue: newest
            .and_then(|manifest| manifest.next_due.parse().ok())
            .is_some_and(|due: Timestamp| due < Timestamp::now()),
    }
}

/// How a verdict is against the one before.
fn trend(before: Option<&str>, now: &str) -> &'static str {
    let rank = |verdict: &str| match verdict {
        "pass" => Some(3),
        "incomplete" => Some(2),
        "nothing_to_judge" => Some(1),
        "fail" => Some(0),
        _ => None,
    };
    let Some(before) = before else {
        return "first";
    };
    match (rank(before), rank(now)) {
        (Some(before), Some(now)) if now > before => "better",
        (Some(before), Some(now)) if now < before => "worse",
        (Some(_), Some(_)) => "same",
        _ => "unknown",
    }
}

fn text(history: &History) -> String {
    let mut out = String::new();
    // Writing to a text can't fail.
    for workspace in &history.workspaces {
        let count = workspace.reports.len();
        let _ = writeln!(
            out,
            "{}: {count} {}",
            workspace.name,
            if count == 1 { "report" } else { "reports" }
        );
        let _ = writeln!(
            out,
            "{:>6}  {:<20}  {:<16}  {:<7}  {:<12}",
            "number", "finished", "verdict", "trend", "digest"
        );
        for line in &workspace.reports {
            let _ = writeln!(
                out,
                "{:>6}  {:<20}  {:<16}  {:<7}  {:<12}{}",
                line.seq,
                line.finished,
                line.verdict,
                line.trend,
                line.digest.get(..12).unwrap_or_default(),
                if line.pruned.is_some() {
                    "  body pruned"
                } else {
                    ""
                }
            );
            for said in workspace.remarks.iter().filter(|it| it.seq == line.seq) {
                let mark = if said.breaks { "!!" } else { " -" };
                let _ = writeln!(out, "      {mark}  {}", said.text);
            }
        }
        let broken = workspace.remarks.iter().filter(|said| said.breaks).count();
        let _ = writeln!(
            out,
            "The chain is {}.",
            match broken {
                0 => "unbroken".to_owned(),
                1 => "broken in one place (!!)".to_owned(),
                _ => format!("broken in {broken} places (!!)"),
            }
        );
        if let Some(head) = &workspace.head {
            let _ = writeln!(out, "It ends with {head}.");
        }
        if let Some(due) = &workspace.next_due {
            let late = if workspace.overdue {
                "was due by"
            } else {
                "is due by"
            };
            let _ = writeln!(out, "The next report {late} {due}.");
        }
    }
    for bad in &history.not_good {
        let _ = writeln!(out, "NOT GOOD: {}: {}: {}", bad.path, bad.file, bad.why);
    }
    out.push_str(
        "Only manifests and signatures were read. 'rc-audit verify' checks the files, and whether \
         you trust the signer.\n",
    );
    out
}

/// Prints the checkpoint of each chain, as the newest report has it.
fn checkpoints(chains: &[Chain<'_>]) -> Result<()> {
    for chain in chains {
        if let Some((path, checked)) = chain.links.last() {
            let bytes = bundle::plain(&path.join(checkpoint::NAME), AT_MOST)?;
            talk::data(&own(checked, &bytes)?);
        }
    }
    Ok(())
}

/// The line of a bundle, if it is still the one that was checked.
fn own(checked: &Checked, bytes: &[u8]) -> Result<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let genuine = checkpoint::Claimed::parse(&text).is_ok_and(|claimed| {
        claimed.checkpoint == checkpoint::Checkpoint::at(&checked.manifest, &checked.digest)
            && claimed.is_signed_by(&checked.key)
    });
    genuine.then_some(text).ok_or_else(|| {
        Error::new(
            Exit::Tampered,
            "the checkpoint was changed while it was read",
            "Run again.",
        )
    })
}
