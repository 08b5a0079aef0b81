//! What is known of a run over many workspaces: kept while it goes on, and reported when it ends.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_report::assemble;
use rc_audit_report::bundle::{File, Subject};
use rc_audit_report::digest::sha256;
use rc_audit_report::fleet::{self, Brief, Fleet, Frame, Gathered, Member, Missing};
use rc_audit_report::html::FleetRenderer;
use rc_audit_report::messages::Language;
use rc_audit_report::v1::{Outcome, Verdict};

use super::fleet::{Audited, Ended};
use super::progress::Progress;
use super::record::{Before, Record};
use super::terms::Terms;
use super::{Run, broken};
use crate::cli::Format;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::Chain;
use crate::talk;

/// How many names of what is missing are said.
const NAMES: usize = 20;

/// What is known so far.
pub(super) struct Books<'a> {
    run: &'a Run<'a>,
    names: &'a [Option<String>],
    gathered: Gathered,
    exit: Exit,
    /// Targets of which something is known.
    seen: BTreeSet<usize>,
    audited: usize,
    whole: bool,
}

impl<'a> Books<'a> {
    pub(super) fn open(run: &'a Run<'a>, names: &'a [Option<String>], exit: Exit) -> Self {
        Self {
            run,
            names,
            gathered: Gathered::default(),
            exit,
            seen: BTreeSet::new(),
            audited: 0,
            whole: true,
        }
    }

    /// Adds what an earlier run did, if this one goes on with it, and gives what that is.
    pub(super) fn go_on(
        &mut self,
        before: Before,
        signer: Option<&str>,
    ) -> BTreeSet<(usize, String)> {
        let options = self.run.options;
        let mut done = BTreeSet::new();
        let claims = match (before, options.fleet.resume) {
            (Before::Nothing, _) => return done,
            (Before::Same(claims), true) => claims,
            (Before::Same(_), false) => {
                self.say("A run before did not end. This one begins anew; --resume goes on.");
                return done;
            }
            (Before::Other, _) => {
                self.say(
                    "A run before did not end, and it was of other targets, policies or options. This \
                     one begins anew.",
                );
                return done;
            }
        };
        let now = options.now.unwrap_or_else(Timestamp::now);
        // What was done twice counts as it was done last.
        for claim in claims.iter().rev() {
            let place = (claim.target, claim.database.clone());
            if done.contains(&place) {
                continue;
            }
            let whole = signer.and_then(|signer| claim.whole(&options.out, signer, now));
            if let Some(it) = whole {
                let name = name(self.names, it.target, Some(&it.database));
                let exit = self.run.exit(&it.report);
                self.add(it.target, Brief::of(&it.report, &name, it.place), exit);
                done.insert(place);
            }
        }
        self.say(&format!("Going on: {} done already.", done.len()));
        done
    }

    fn say(&self, text: &str) {
        if !self.run.options.quiet {
            talk::note(text);
        }
    }

    fn add(&mut self, target: usize, brief: Brief, exit: Exit) {
        self.gathered.add(brief);
        self.exit = self.exit.worse(exit);
        self.seen.insert(target);
        self.audited += 1;
    }

    /// Adds something that can't be audited, and says so.
    pub(super) fn miss(&mut self, target: usize, database: Option<&str>, error: &Error) {
        let name = name(self.names, target, database);
        talk::error(&Error::new(
            error.exit,
            format!("{}: {}", called(&name, database), error.what),
            error.next.clone(),
        ));
        self.weigh(error.exit);
        self.whole = false;
        self.seen.insert(target);
        self.gathered.miss(Missing {
            target: name,
            database: database.map(str::to_owned),
            why: error.what.clone(),
            next: error.next.clone(),
            exit: error.exit.code(),
        });
    }

    /// Whether everything could be audited so far.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Lets something else have its say in how the run ends.
    pub(super) fn weigh(&mut self, exit: Exit) {
        self.exit = self.exit.worse(exit);
    }

    /// Adds what became of a workspace, and gives the line that says so.
    pub(super) fn take(
        &mut self,
        outcome: Ended,
        record: &mut Record,
        progress: &mut Progress,
    ) -> String {
        let Ended {
            target,
            database,
            result,
        } = outcome;
        let audited = match result {
            Ok(audited) => audited,
            Err(error) => {
                progress.clear();
                self.miss(target, database.as_deref(), &error);
                let name = name(self.names, target, database.as_deref());
                return format!("{}: not audited", called(&name, database.as_deref()));
            }
        };
        let Audited {
            brief,
            notices,
            exit,
        } = *audited;
        let member = brief.member();
        let called = called(&member.target, Some(&member.database));
        for notice in notices {
            progress.clear();
            talk::warning(&format!("{called}: the chain of reports: {notice}."));
        }
        // What is not signed can't be known again, so it would be done once more.
        if let Some(manifest) = &member.manifest {
            record.note(target, &member.database, &member.bundle, manifest);
        }
        let line = format!("{called}: {}, {}", said(member), member.bundle);
        self.add(target, brief, exit);
        line
    }

    /// Says what a run that was broken off has not done.
    pub(super) fn stopped(&self, all: usize) {
        let left = all.saturating_sub(self.audited);
        let names: Vec<&str> = self
            .names
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.seen.contains(index))
            .filter_map(|(_, name)| name.as_deref())
            .collect();
        let mut what = format!(
            "Stopped: {} audited and whole, {left} missing",
            self.audited
        );
        if !names.is_empty() {
            what.push_str(": ");
            what.push_str(
                &names
                    .iter()
                    .copied()
                    .take(NAMES)
                    .collect::<Vec<_>>()
                    .join(", "),
            );
            if names.len() > NAMES {
                what.push_str(", and others");
            }
        }
        talk::note(&format!("{what}.\nThe same command with --resume goes on."));
    }

    /// Writes the report on all of them, and says what came of it.
    pub(super) fn close(self, chain: &Chain, terms: &[Arc<Terms>]) -> Result<Exit> {
        let Self {
            run,
            gathered,
            exit,
            ..
        } = self;
        let options = run.options;
        let now = options.now.unwrap_or_else(Timestamp::now);
        let now = now.round(jiff::Unit::Second).unwrap_or(now);
        let (policies, rules) = (gathered.policies(), gathered.rules());
        let fleet = gathered.report(Frame {
            tool: run.tool(),
            time: assemble::time(now),
            challenge: options.challenge.clone(),
            language: Language::from(options.lang).tag().to_owned(),
            exit: exit.code(),
            confinement: run.confinement.clone(),
        });
        let bytes = fleet.to_json().map_err(|error| broken(&error))?;
        if options.json {
            talk::raw(&bytes);
        } else if !options.quiet {
            talk::data(&summary(&fleet));
        }
        let mut files = vec![File::new(fleet::FILE, bytes)];
        if options.format.contains(&Format::Html) {
            let digest = files.first().map(|file| sha256(&file.bytes));
            let page = FleetRenderer::new(options.lang.into())
                .and_then(|it| it.render(&fleet, &digest.unwrap_or_default()))
                .map_err(|error| broken(&error))?;
            files.push(File::new(fleet::PAGE, page));
        }
        let snapshot = format!("sha256:{}", fleet.digest());
        let subject = Subject {
            workspace: fleet::NAME,
            id: &fleet.id,
            tool: &fleet.tool,
            rules: &rules,
            started: &fleet.started,
            finished: &fleet.finished,
            challenge: fleet.challenge.as_deref(),
            verdict: fleet.verdict,
            policy: &policies,
            waivers: None,
            snapshot: &snapshot,
        };
        let finished = fleet.finished.parse().unwrap_or(now);
        let due = terms.iter().map(|terms| super::due(terms, finished)).min();
        let signed = run.sign(&subject, chain, files, due.unwrap_or(finished))?;
        let written = Run::write(chain, signed)?;
        if !options.quiet {
            run.tell(&written, fleet::PAGE);
        }
        // In a journal, this line outlives the folder, and it stands for every workspace of the run.
        if let Some(checkpoint) = &written.checkpoint {
            talk::note(checkpoint);
        }
        Ok(exit.worse(written.exit))
    }
}

/// What people call a target: its name, or its database.
pub(super) fn name(names: &[Option<String>], target: usize, database: Option<&str>) -> String {
    let name = names.get(target).and_then(Option::as_deref);
    name.or(database).unwrap_or("the target").to_owned()
}

/// A name, and the database where that says more.
fn called(name: &str, database: Option<&str>) -> String {
    match database {
        Some(database) if database != name => format!("{name} ({database})"),
        _ => name.to_owned(),
    }
}

/// A workspace in some words.
fn said(member: &Member) -> String {
    let verdict = match member.verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Incomplete => "incomplete",
        Verdict::NothingToJudge => "nothing to judge",
    };
    format!(
        "{verdict}, {} failed and {} unknown",
        member.count(Outcome::Fail),
        member.count(Outcome::Unknown) + member.count(Outcome::Error)
    )
}

/// The run in some lines.
fn summary(fleet: &Fleet) -> String {
    let of = |name: &str| fleet.summary.by_verdict.get(name).copied().unwrap_or(0);
    let mut text = format!(
        "{} audited: {} failed, {} incomplete, {} passed, {} with nothing to judge; {} could not be \
         audited.\n",
        fleet.summary.audited,
        of("fail"),
        of("incomplete"),
        of("pass"),
        of("nothing_to_judge"),
        fleet.summary.missing
    );
    if fleet.summary.changed > 0 {
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "In {} of them something changed since the report before.",
            fleet.summary.changed
        );
    }
    let most: Vec<_> = fleet
        .common
        .iter()
        .filter(|it| it.failed > 0)
        .take(5)
        .collect();
    if !most.is_empty() {
        text.push_str("What fails most:\n");
    }
    for common in most {
        let _ = writeln!(
            text,
            "  {:>5}  {}  {}",
            common.failed, common.rule, common.title
        );
    }
    text
}
