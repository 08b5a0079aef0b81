//! `check`: read, judge, write a signed bundle.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::thread;

use jiff::Timestamp;
use rc_audit_report::assemble::{self, Frame};
use rc_audit_report::bundle::{self, BundleError, Link};
use rc_audit_report::diff::{With, compare};
use rc_audit_report::digest::sha256;
use rc_audit_report::history;
use rc_audit_report::html::Renderer;
use rc_audit_report::v1::{Attachment, ChainNotice, Confinement, Report, Verdict};
use rc_audit_report::{checkpoint, csv, json, manifest, text};
use rc_audit_rules::assumption::Assumptions;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::contact::Contacts;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::evaluate::evaluate;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::Severity;
use rc_audit_rules::policy::Policy;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::snapshot::Snapshot;
use rc_audit_rules::version::RunningVersion;
use sha2::{Digest as _, Sha256};

use super::against::{self, Against};
use crate::cli::{self, FailOn, Format};
use crate::collect::{self, Source};
use crate::confine::{Guard, Places};
use crate::egress_log;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::heads::Head;
use crate::input;
use crate::output::{self, Chain};
use crate::signing::{self, Pen};
use crate::state;
use crate::talk;
use crate::target::Target;

/// Everything that is the same for each workspace of a run.
struct Run<'a> {
    options: &'a cli::Check,
    policy: Policy,
    rules: RuleSet,
    attestations: Attestations,
    environment: Environment,
    contacts: Contacts,
    attachments: Vec<Attachment>,
    confinement: Confinement,
    against: Against,
    tool_digest: Option<String>,
    renderer: Option<Renderer>,
    pen: Option<Pen>,
}

pub(super) fn run(options: &cli::Check, guard: &mut Guard) -> Result<Exit> {
    if let Some(challenge) = &options.challenge
        && !manifest::is_header_value(challenge)
    {
        return Err(Error::usage(
            "the challenge has to be one line of at most 512 bytes without control characters",
            "",
        ));
    }
    let target = Target::resolve(&options.target)?;
    let hosts = target.hosts();
    let program = File::open("/proc/self/exe").ok();
    let mut exit = Exit::Clean;
    // A key that is named may be held by an agent, which is connected here or never.
    let named = options.signing.key.is_some() || options.signing.next_key.is_some();
    let early = named.then(|| pen(options, &mut exit));
    let source = Source::open(target, &options.target, guard)?;
    let read = source.paths();
    guard.enclose(&read);
    // What people wrote is checked before anything is read.
    let (mut policy, rules, policy_file) = input::policy(options.policy.as_deref())?;
    if let Some(profile) = options.profile {
        policy.profile = Some(profile.into());
    }
    let (attestations, attest_file) = input::attestations(options.attest.as_deref())?;
    let (environment, env_file) = input::environment(options.env_file.as_deref())?;
    let against = Against::read(&options.against)?;
    let (contacts, egress_logs) = egress_log::read(
        &options.egress_log,
        &options.egress_from,
        hosts,
        options.now.unwrap_or_else(Timestamp::now),
    )?;
    // This takes as long as much of the rest, and nothing waits for it but the report.
    let tool_digest = thread::spawn(move || own_digest(program?));
    let renderer = options
        .format
        .contains(&Format::Html)
        .then(|| Renderer::new(options.lang.into()))
        .transpose()
        .map_err(|error| Error::new(Exit::Internal, error.to_string(), "Please report this."))?;
    // Nobody signs what would be, and no key is made for it.
    let pen = match &against.assumed {
        Some(_) => None,
        None => early.unwrap_or_else(|| pen(options, &mut exit)),
    };
    confine(options, read, guard);
    if options.require_confinement {
        guard.required()?;
    }
    let reading = source.read(guard, options.now)?;
    guard.probe();
    if options.require_confinement {
        guard.required()?;
    }
    let run = Run {
        options,
        policy,
        rules,
        attestations,
        environment,
        contacts,
        attachments: [policy_file, attest_file, env_file]
            .into_iter()
            .flatten()
            .chain(egress_logs)
            .collect(),
        confinement: guard.record(),
        against,
        tool_digest: tool_digest.join().ok().flatten(),
        renderer,
        pen,
    };
    for snapshot in reading.snapshots {
        match snapshot.and_then(|snapshot| run.workspace(&snapshot)) {
            Ok(verdict) => exit = exit.worse(verdict),
            // One workspace that can't be read does not hide the others.
            Err(error) => {
                talk::error(&error);
                exit = exit.worse(error.exit);
            }
        }
    }
    Ok(exit)
}

impl Run<'_> {
    fn workspace(&self, snapshot: &Snapshot) -> Result<Exit> {
        let (mut report, running) = self.judged(snapshot, &self.environment)?;
        if let Some((assumptions, digest)) = &self.against.assumed {
            return self.what_if(snapshot, &report, &running, assumptions, digest);
        }
        let chain = Chain::open(&self.options.out, &report.workspace.name);
        let earlier = chain.as_ref().ok().and_then(|it| it.report.as_ref());
        history::tell(&mut report, earlier);
        let held = self.against.hold(&mut report);
        if let Ok(chain) = &chain {
            report.evidence.chain.clone_from(&chain.notices);
            if let Some(previous) = &chain.previous {
                report
                    .evidence
                    .chain
                    .extend(out_of_time(previous, snapshot));
            }
        }
        for notice in &report.evidence.chain {
            talk::warning(&format!("the chain of reports: {}.", notice.text));
        }
        let files = self.files(&report)?;
        self.show(&report, &files);
        let written = self.write(&report, snapshot, &chain?, files)?;
        Ok(self.exit(&report).worse(held).worse(written))
    }

    /// Judges a snapshot, and says of which release.
    fn judged(
        &self,
        snapshot: &Snapshot,
        environment: &Environment,
    ) -> Result<(Report, RunningVersion)> {
        let now = self.options.now.unwrap_or(snapshot.finished);
        let evidence = Evidence::draw(snapshot, &self.policy, environment, &self.attestations, now)
            .with_contacts(&self.contacts);
        let judgements = evaluate(self.rules.rules(), &evidence);
        let report = assemble::report(
            self.rules.rules(),
            &judgements,
            &evidence,
            Frame {
                tool_version: env!("CARGO_PKG_VERSION"),
                tool_digest: self.tool_digest.clone(),
                rules_digest: self.rules.digest(),
                snapshot_digest: sha256(&collect::bytes(snapshot)?),
                started: snapshot.started,
                finished: snapshot.finished,
                challenge: self.options.challenge.clone(),
                language: self.options.lang.into(),
                fail_on: threshold(self.options.fail_on),
                confinement: self.confinement.clone(),
                attachments: self.attachments.clone(),
            },
        );
        Ok((report, evidence.server.version.clone()))
    }

    /// Judges the same evidence as if settings were otherwise. What comes of it is written apart from
    /// what is.
    fn what_if(
        &self,
        snapshot: &Snapshot,
        real: &Report,
        running: &RunningVersion,
        assumptions: &Assumptions,
        digest: &str,
    ) -> Result<Exit> {
        let mut changed = snapshot.clone();
        let assumed = assumptions
            .apply(&mut changed, running)
            .map_err(|problems| {
                Error::usage(
                    format!("{}: {}", real.workspace.name, problems.join("\n  ")),
                    "Nothing was judged.",
                )
            })?;
        let environment = assumptions.environment(&self.environment);
        let (mut report, _) = self.judged(&changed, &environment)?;
        report
            .evidence
            .snapshot_digest
            .clone_from(&real.evidence.snapshot_digest);
        report.assumption = Some(assemble::assumption(digest, &assumed));
        report.comparison = Some(compare(real, &report, With::Assumption));
        let files = self.files(&report)?;
        self.show(&report, &files);
        let folder = self
            .options
            .out
            .join("what-if")
            .join(&report.workspace.name)
            .join(output::stamp(&report.judged_at));
        for file in against::renamed(files) {
            output::write_below(&folder, &file)?;
        }
        if !self.options.quiet {
            talk::note(&format!("What if: {}", folder.display()));
        }
        Ok(self.exit(&report))
    }

    /// The report in the formats asked for, JSON first.
    fn files(&self, report: &Report) -> Result<Vec<bundle::File>> {
        let internal = |error: &dyn std::fmt::Display| {
            Error::new(
                Exit::Internal,
                format!("the report can't be rendered: {error}"),
                "Please report this.",
            )
        };
        let bytes = json::render(report).map_err(|error| internal(&error))?;
        let digest = sha256(&bytes);
        let mut files = vec![bundle::File::new("report.json", bytes)];
        if let Some(renderer) = &self.renderer {
            let page = renderer
                .render(report, &digest)
                .map_err(|error| internal(&error))?;
            files.push(bundle::File::new("report.html", page));
        }
        if self.options.format.contains(&Format::Csv) {
            let findings = csv::findings(report).map_err(|error| internal(&error))?;
            let flows = csv::flows(report).map_err(|error| internal(&error))?;
            files.push(bundle::File::new(csv::FINDINGS, findings));
            files.push(bundle::File::new(csv::FLOWS, flows));
        }
        Ok(files)
    }

    fn show(&self, report: &Report, files: &[bundle::File]) {
        if self.options.json {
            if let Some(file) = files.first() {
                talk::raw(&file.bytes);
            }
        } else if !self.options.quiet {
            talk::painted(&text::render(report, &talk::paint));
        }
    }

    fn write(
        &self,
        report: &Report,
        snapshot: &Snapshot,
        chain: &Chain,
        files: Vec<bundle::File>,
    ) -> Result<Exit> {
        let due = jiff::SignedDuration::from_hours(i64::from(self.policy.interval_hours));
        let next_due = snapshot
            .finished
            .checked_add(due)
            .unwrap_or(snapshot.finished);
        let link = Link {
            seq: chain.seq,
            prev: match &chain.previous {
                Some(head) => head.digest.clone(),
                None => manifest::NO_PREVIOUS.to_owned(),
            },
            next_due: assemble::time(next_due),
        };
        let (files, signer, exit) = self.signed(report, files, &link)?;
        let path = chain.write(&output::stamp(&report.finished), &files)?;
        let file = |name: &str| files.iter().find(|file| file.name == name);
        if let Some(manifest) = file(manifest::NAME) {
            chain.remember(&manifest.bytes)?;
        }
        if !self.options.quiet {
            talk::note(&format!("Bundle: {}", path.display()));
            if self.renderer.is_some() {
                talk::note(&format!("Page:   {}", path.join("report.html").display()));
            }
            match &signer {
                Some(fingerprint) => talk::note(&format!("Signer: {fingerprint}")),
                None => talk::note("Signer: none, the report is unsigned"),
            }
            if let Some(next) = self
                .pen
                .as_ref()
                .filter(|_| signer.is_some())
                .and_then(Pen::next)
            {
                talk::note(&format!("Next:   {}", next.fingerprint()));
            }
        }
        // In a journal, this line outlives the folder. That is why it comes when all is quiet too.
        if let Some(checkpoint) = file(checkpoint::NAME) {
            talk::note(String::from_utf8_lossy(&checkpoint.bytes).trim_end());
        }
        Ok(exit)
    }

    /// The files of the bundle, and the signer's fingerprint. A key that does not sign when it should,
    /// such as one on a token that was taken out, leaves a report without a signature.
    fn signed(
        &self,
        report: &Report,
        files: Vec<bundle::File>,
        link: &Link,
    ) -> Result<(Vec<bundle::File>, Option<String>, Exit)> {
        let failed = |error: BundleError| {
            Error::new(
                Exit::Key,
                error.to_string(),
                "Repair it and run the audit again.",
            )
        };
        if let Some(pen) = &self.pen {
            Self::warn_of_certificate(report, pen);
            match bundle::assemble(report, files.clone(), link, Some(&pen.signers())) {
                Ok(files) => {
                    return Ok((files, Some(pen.public().fingerprint()), Exit::Clean));
                }
                Err(error) => {
                    talk::error(&failed(error));
                    talk::note("The report is written without a signature.");
                }
            }
        }
        let files = bundle::assemble(report, files, link, None).map_err(failed)?;
        // Without a key at all the exit is that of the start.
        let exit = self.pen.as_ref().map_or(Exit::Clean, |_| Exit::Key);
        Ok((files, None, exit))
    }

    /// Says if the certificate will not be accepted. The signature is good all the same.
    fn warn_of_certificate(report: &Report, pen: &Pen) {
        if let Some(certificate) = pen.certificate()
            && let Ok(finished) = report.finished.parse()
            && let Err(why) = certificate.covers(&report.workspace.name, finished)
        {
            talk::note(&format!(
                "Nobody will trust this report for the certificate: {why} (it is for {}).",
                certificate.names().join(", ")
            ));
        }
    }

    fn exit(&self, report: &Report) -> Exit {
        if self.options.exit_zero {
            return Exit::Clean;
        }
        if self.options.fail_on == FailOn::New {
            return against::only_new(report);
        }
        match report.verdict {
            Verdict::Pass => Exit::Clean,
            Verdict::Fail => Exit::Findings,
            Verdict::Incomplete => Exit::Incomplete,
            Verdict::NothingToJudge => Exit::Nothing,
        }
    }
}

/// What the times of the previous report say against this one.
fn out_of_time(previous: &Head, snapshot: &Snapshot) -> Vec<ChainNotice> {
    let mut found = Vec::new();
    let mut notice = |kind: &str, text: String| {
        found.push(ChainNotice {
            kind: kind.to_owned(),
            text,
        });
    };
    let second = |time: Timestamp| time.round(jiff::Unit::Second).unwrap_or(time);
    let started = second(snapshot.started);
    if let Ok(before) = previous.finished.parse()
        && started < before
    {
        notice(
            "clock",
            format!(
                "this report was read at {started}, before number {} at {before}: a clock was set \
                 back, or older evidence is judged",
                previous.seq
            ),
        );
    }
    if let Ok(due) = previous.next_due.parse()
        && second(snapshot.finished) > due
    {
        notice(
            "late",
            format!("a report was due by {due}, and none came before this one"),
        );
    }
    found
}

fn threshold(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::None => None,
        FailOn::Low => Some(Severity::Low),
        FailOn::Medium | FailOn::New => Some(Severity::Medium),
        FailOn::High => Some(Severity::High),
        FailOn::Critical => Some(Severity::Critical),
    }
}

/// Who signs; none if that can't be, which is told.
fn pen(options: &cli::Check, exit: &mut Exit) -> Option<Pen> {
    match signing::open(&options.signing) {
        Ok(pen) => {
            if let Some(path) = &pen.made {
                talk::note(&format!(
                    "A signing key was made: {}\nIts fingerprint is {}\nNote it down in another \
                     place: whoever checks a report needs it.",
                    path.display(),
                    pen.public().fingerprint()
                ));
            }
            Some(pen)
        }
        Err(error) => {
            talk::error(&error);
            talk::note("The report is written without a signature.");
            *exit = exit.worse(error.exit);
            None
        }
    }
}

/// Leaves to the main thread what it reads, and the folders for output and state.
fn confine(options: &cli::Check, read: Vec<PathBuf>, guard: &mut Guard) {
    output::prepare(&options.out);
    let mut places = Places::reading(read).writing(&options.out);
    if let Ok(folder) = state::folder() {
        state::prepare(&folder);
        places = places.writing(&folder);
    }
    guard.keep_to(&places);
}

/// The SHA-256 of the running executable, which is large, so that it is read in pieces.
fn own_digest(mut file: File) -> Option<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 128 * 1024];
    loop {
        let length = file.read(&mut piece).ok()?;
        if length == 0 {
            return Some(format!("sha256:{}", hex::encode(digest.finalize())));
        }
        digest.update(piece.get(..length)?);
    }
}
