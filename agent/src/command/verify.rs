//! `verify`: check bundles, and how those of one workspace follow each other.

use jiff::Timestamp;
use rc_audit_report::fleet;
use rc_audit_report::manifest;
use rc_audit_report::rerender::Rerender;
use rc_audit_report::timestamp::{self, Authorities};
use rc_audit_report::trust::Standing;
use rc_audit_report::verify::{Checked, Content, Finding, Tampered, tampered};

use super::examine::{self, Chain, Examined, worse};
use crate::bundle::{self, Depth, Items, REPORT};
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::talk;
use crate::trust;

pub(super) fn run(options: &cli::Verify) -> Result<Exit> {
    let trust = trust::read(&options.trusting)?;
    let since = options
        .since
        .as_deref()
        .map(examine::checkpoint)
        .transpose()?;
    let found = examine::find(&options.bundles)?;
    if options.timestamp.is_some() && found.paths.len() != 1 {
        return Err(Error::usage(
            "a time stamp is of one report, and several are named",
            "Name the one bundle, or put each answer into its bundle as MANIFEST.tsr.",
        ));
    }
    let stamps = Stamps::read(options)?;
    let rerender = options.rerender.then(Rerender::default);
    let depth = match (&rerender, options.signatures_only) {
        (Some(_), _) => Depth::Report,
        (None, true) => Depth::Signatures,
        (None, false) => Depth::Files,
    };
    let examined = examine::examine(found.paths, trust, depth, &|items, checked| {
        if let Some(rerender) = &rerender
            && checked.pruned.is_none()
        {
            let manifest = &checked.manifest;
            let name = if manifest.workspace == fleet::NAME {
                fleet::FILE
            } else {
                REPORT
            };
            let report = bytes(items, name).ok_or_else(|| tampered(name, "it was not read"))?;
            rerender.compare(report, manifest)?;
        }
        stamps
            .as_ref()
            .map_or(Ok(Vec::new()), |stamps| stamps.check(items, checked))
    })?;
    let mut exit = Exit::Clean;
    let mut say = |text: &str, outcome: Exit| {
        if !options.quiet {
            talk::data(&format!("{text}\n"));
        }
        exit = worse(exit, outcome);
    };
    for bundle in &examined {
        let (text, outcome) = one(bundle);
        say(&format!("{}: {text}", bundle.path.display()), outcome);
        for note in &bundle.notes {
            say(&format!("{}: {note}", bundle.path.display()), Exit::Clean);
        }
        if let Some(checked) = bundle.checked() {
            for problem in asked(options, bundle, checked) {
                say(
                    &format!("{}: {problem}", bundle.path.display()),
                    Exit::Chain,
                );
            }
        }
    }
    let chains = examine::chains(&examined, found.whole || since.is_some());
    for chain in &chains {
        for (text, outcome) in together(chain) {
            say(&text, outcome);
        }
        if let Some(hours) = options.max_age
            && let Some(problem) = too_old(chain, hours)
        {
            say(&problem, Exit::Chain);
        }
    }
    if let Some(claimed) = &since {
        let checkpoint = &claimed.checkpoint;
        match examine::since(&chains, claimed) {
            // What is missing between is said with the chain.
            Ok(()) => say(
                &format!(
                    "{}: up to number {} everything is as the checkpoint knows it, if nothing else \
                     is said here",
                    checkpoint.workspace, checkpoint.seq
                ),
                Exit::Clean,
            ),
            Err(problem) => say(
                &format!(
                    "{}: NOT GOOD: {problem}; ask where these reports come from for the others",
                    checkpoint.workspace
                ),
                Exit::Chain,
            ),
        }
    }
    Ok(exit)
}

/// What is to be said of one bundle.
fn one(bundle: &Examined) -> (String, Exit) {
    let (checked, exit) = match &bundle.finding {
        Finding::Verified(checked) => (checked, Exit::Clean),
        Finding::NotTrusted(checked) => (checked, Exit::NotTrusted),
        Finding::Tampered(Tampered { file, why }) => {
            return (format!("NOT GOOD: {file}: {why}"), Exit::Tampered);
        }
    };
    let signer = &checked.fingerprint;
    let what = match (&checked.pruned, checked.read) {
        (Some(pruned), _) => format!(
            "body pruned on {} by {}: manifest and signatures are good, signed by {signer}; the \
             files themselves are no longer here",
            pruned.time,
            if pruned.by == checked.key {
                "its signer".to_owned()
            } else {
                pruned.by.fingerprint()
            }
        ),
        (None, false) => {
            format!("manifest and signatures are good, signed by {signer}; the files were not read")
        }
        (None, true) if exit == Exit::Clean => {
            format!(
                "verified, signed by {signer} ({})",
                checked.standing.reason()
            )
        }
        (None, true) => format!("intact, signed by {signer}"),
    };
    if exit == Exit::Clean {
        return (what, exit);
    }
    let advice = match checked.standing {
        Standing::Revoked(_) => "ask whoever runs it for a report that another key signed",
        _ => "compare the fingerprint with one you have from elsewhere and give it with --signer",
    };
    let reason = checked.standing.reason();
    (
        format!("{what}. But the signer is not trusted: {reason}; {advice}"),
        exit,
    )
}

/// What is wrong with a bundle against what was asked: an old one in the place of a new one.
fn asked(options: &cli::Verify, bundle: &Examined, checked: &Checked) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(what) = bundle::misnamed(&bundle.path, &checked.manifest) {
        problems.push(format!(
            "NOT GOOD: {what}; an old report was put in the place of another"
        ));
    }
    if let Some(challenge) = &options.challenge
        && *challenge != checked.manifest.challenge
    {
        problems.push(format!(
            "NOT GOOD: it does not have the challenge that was asked for but '{}'; it may have been \
             made before",
            checked.manifest.challenge
        ));
    }
    problems
}

/// What is to be said of how bundles follow each other.
fn together(chain: &Chain<'_>) -> Vec<(String, Exit)> {
    chain
        .remarks
        .iter()
        .map(|remark| {
            let path = chain
                .links
                .iter()
                .rfind(|(_, checked)| checked.manifest.seq == remark.seq)
                .map_or_else(String::new, |(path, _)| path.display().to_string());
            if remark.kind.breaks() {
                (
                    format!(
                        "{path}: the chain is broken: {}; ask where these reports come from for \
                         what is missing",
                        remark.text
                    ),
                    Exit::Chain,
                )
            } else {
                (format!("{path}: note: {}", remark.text), Exit::Clean)
            }
        })
        .collect()
}

fn too_old(chain: &Chain<'_>, hours: u32) -> Option<String> {
    let (path, newest) = chain.links.last()?;
    let finished = &newest.manifest.finished;
    let limit = Timestamp::now()
        .checked_sub(jiff::SignedDuration::from_hours(i64::from(hours)))
        .ok()?;
    // A time that can't be read is not recent.
    let recent = finished
        .parse()
        .is_ok_and(|finished: Timestamp| finished >= limit);
    (!recent).then(|| {
        format!(
            "{}: NOT GOOD: too old: the newest report on {} is number {} of {finished}, more than \
             {hours} hours ago",
            path.display(),
            chain.workspace,
            newest.manifest.seq
        )
    })
}

/// How much earlier than the end of a report a time stamp of it can be, in seconds, because no two
/// clocks are the same.
const CLOCKS_APART: i64 = 300;
/// The largest answer or list of authorities that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// What time stamps are checked with.
struct Stamps {
    authorities: Authorities,
    /// The answer that somebody named; without it the one in the bundle counts.
    answer: Option<Vec<u8>>,
}

impl Stamps {
    fn read(options: &cli::Verify) -> Result<Option<Self>> {
        let Some(path) = &options.tsa_ca else {
            return Ok(None);
        };
        let authorities =
            Authorities::from_pem(&bundle::plain(path, LARGEST)?).map_err(|error| {
                Error::usage(
                    format!("{}: {error}", path.display()),
                    "Give the certificate of the authority's root in PEM.",
                )
            })?;
        let answer = options
            .timestamp
            .as_deref()
            .map(|path| bundle::plain(path, LARGEST))
            .transpose()?;
        Ok(Some(Self {
            authorities,
            answer,
        }))
    }

    fn check(
        &self,
        items: &Items,
        checked: &Checked,
    ) -> std::result::Result<Vec<String>, Tampered> {
        let Some(answer) = self
            .answer
            .as_deref()
            .or_else(|| bytes(items, timestamp::ANSWER))
        else {
            return Ok(vec!["note: it has no time stamp".to_owned()]);
        };
        let text = bytes(items, manifest::NAME)
            .ok_or_else(|| tampered(manifest::NAME, "it was not read"))?;
        let time = timestamp::check(answer, text, &self.authorities)
            .map_err(|error| tampered(timestamp::ANSWER, error.to_string()))?;
        let finished = &checked.manifest.finished;
        if let Ok(finished) = finished.parse::<Timestamp>()
            && time.as_second() + CLOCKS_APART < finished.as_second()
        {
            return Err(tampered(
                timestamp::ANSWER,
                format!(
                    "it is of {time}, before the report says that it was finished ({finished}); one \
                     of the two clocks is wrong"
                ),
            ));
        }
        Ok(vec![format!(
            "time stamp: an authority that you trust saw it at {time}"
        )])
    }
}

/// The bytes of a file of a bundle, if they were read.
fn bytes<'a>(items: &'a Items, name: &str) -> Option<&'a [u8]> {
    items
        .as_ref()
        .ok()?
        .iter()
        .find(|item| item.name == name)
        .and_then(|item| match &item.content {
            Content::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
}
