//! `check`: read, judge, write a signed bundle.

mod books;
mod fleet;
mod interrupt;
mod progress;
mod record;
mod templates;
mod terms;
mod what_if;

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;
use rc_audit_report::assemble::{self, Frame};
use rc_audit_report::bundle::{self, BundleError, Link, Subject};
use rc_audit_report::digest::sha256;
use rc_audit_report::history;
use rc_audit_report::html::Renderer;
use rc_audit_report::v1::{ChainNotice, Confinement, Report, Tool, Verdict};
use rc_audit_report::{checkpoint, csv, json, manifest, text};
use rc_audit_rules::evaluate::evaluate;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::{Judgement, Severity};
use rc_audit_rules::snapshot::Snapshot;
use rc_audit_rules::waiver;
use sha2::{Digest as _, Sha256};

use self::templates::Templates;
use self::terms::Terms;
use super::against::{self, Against};
use crate::bundle::{PAGE, REPORT};
use crate::cli::{self, FailOn, Format};
use crate::collect::{self, Plan};
use crate::confine::{Guard, Places};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::heads::Head;
use crate::output::{self, Chain};
use crate::signing::{self, Pen};
use crate::state;
use crate::talk;
use crate::target::Target;
use crate::targets;

/// Everything that is the same for each workspace of a run.
struct Run<'a> {
    options: &'a cli::Check,
    against: Against,
    confinement: Confinement,
    tool_digest: Option<String>,
    renderer: Option<Renderer>,
    /// One report is signed after the other: an agent answers one question at a time.
    pen: Option<Mutex<Pen>>,
}

/// A bundle that was written.
struct Written {
    path: PathBuf,
    /// The SHA-256 of its manifest; none if it is not signed.
    manifest: Option<String>,
    checkpoint: Option<String>,
    signer: Option<String>,
    next: Option<String>,
    /// Whether signing failed.
    exit: Exit,
}

/// A bundle that is ready to be written.
struct Signed {
    /// When reading ended, as the name of its folder has it.
    time: String,
    files: Vec<bundle::File>,
    written: Written,
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
    let mut targets = Vec::new();
    let mut files = Vec::new();
    let mut hosts = Vec::new();
    let mut names = Vec::new();
    for entry in targets::entries(options)? {
        hosts.extend(entry.target.iter().flat_map(Target::hosts));
        targets.push(entry.target);
        files.push(entry.terms);
        names.push(entry.name);
    }
    let program = File::open("/proc/self/exe").ok();
    let mut exit = Exit::Clean;
    // A key that is named may be held by an agent, which is connected here or never.
    let by_name = options.signing.key.is_some() || options.signing.next_key.is_some();
    let early = by_name.then(|| pen(options, &mut exit));
    let plan = Plan::open(targets, &options.target, guard)?;
    let read = plan.paths();
    guard.enclose(&read);
    // These take as long as much of the rest, and nothing waits for them but the report.
    let tool_digest = thread::spawn(move || own_digest(program?));
    let renderer = options
        .format
        .contains(&Format::Html)
        .then(|| Templates::parse(options.lang.into()));
    // What people wrote is checked before anything is read.
    let terms = terms::read(&files, options, hosts)?;
    let against = Against::read(&options.against)?;
    // Nobody signs what would be, and no key is made for it.
    let pen = match &against.assumed {
        Some(_) => None,
        None => early.unwrap_or_else(|| pen(options, &mut exit)),
    };
    confine(options, read, guard);
    if options.require_confinement {
        guard.required()?;
    }
    let alone = options.fleet.targets.is_none() && plan.is_one();
    if !alone {
        against.is_of_one()?;
    }
    let run = |confinement| {
        Ok::<_, Error>(Run {
            options,
            against,
            confinement,
            tool_digest: tool_digest.join().ok().flatten(),
            renderer: renderer.map(|it| it.ready(alone)).transpose()?,
            pen: pen.map(Mutex::new),
        })
    };
    if !alone {
        let asked = plan.asked();
        let connected = plan.connect(guard)?;
        let run = run(tried(options, guard)?)?;
        return fleet::run(&run, connected, &asked, &names, &terms, exit);
    }
    let reading = plan.connect(guard)?.read(options.now)?;
    let run = run(tried(options, guard)?)?;
    let mut whole = true;
    for (snapshot, terms) in reading.snapshots.into_iter().zip(&terms) {
        match snapshot.and_then(|snapshot| run.workspace(terms, &snapshot)) {
            Ok(verdict) => exit = exit.worse(verdict),
            Err(error) => {
                talk::error(&error);
                exit = exit.worse(error.exit);
                whole = false;
            }
        }
    }
    // What could not be read may be what a waiver is for.
    if whole {
        exit = exit.worse(terms::leftover(&terms));
    }
    Ok(exit)
}

/// Tries to get out, and gives what the report says of that.
fn tried(options: &cli::Check, guard: &mut Guard) -> Result<Confinement> {
    guard.probe();
    if options.require_confinement {
        guard.required()?;
    }
    Ok(guard.record())
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        Exit::Internal,
        format!("the report can't be rendered: {error}"),
        "Please report this.",
    )
}

impl Run<'_> {
    /// Judges one workspace, says what came of it, and writes the bundle.
    fn workspace(&self, terms: &Terms, snapshot: &Snapshot) -> Result<Exit> {
        if let Some((assumptions, digest)) = &self.against.assumed {
            return self.what_if(terms, snapshot, assumptions, digest);
        }
        let mut report = self.judge(terms, snapshot)?;
        // A report is shown though it can't be written.
        let chain = self.follow(&mut report, snapshot);
        let held = self.against.hold(&mut report);
        for notice in &report.evidence.chain {
            talk::warning(&format!("the chain of reports: {}.", notice.text));
        }
        let files = self.files(&report)?;
        self.show(&report, &files);
        let due = due(terms, snapshot.finished);
        let chain = chain?;
        let signed = self.sign(&Subject::from(&report), &chain, files, due)?;
        let written = Self::write(&chain, signed)?;
        if !self.options.quiet {
            self.tell(&written, PAGE);
        }
        // In a journal, this line outlives the folder. That is why it comes when all is quiet too.
        if let Some(checkpoint) = &written.checkpoint {
            talk::note(checkpoint);
        }
        Ok(self.exit(&report).worse(held).worse(written.exit))
    }

    /// The fingerprint of the key that signs.
    fn signer(&self) -> Option<String> {
        let pen = self.pen.as_ref()?.lock();
        let pen = pen.unwrap_or_else(PoisonError::into_inner);
        Some(pen.public().fingerprint())
    }

    /// The program, for a report on nothing.
    fn tool(&self) -> Tool {
        Tool {
            name: "rc-audit".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: self.tool_digest.clone(),
            rules: format!("sha256:{}", sha256(b"")),
        }
    }

    fn judge(&self, terms: &Terms, snapshot: &Snapshot) -> Result<Report> {
        let now = self.options.now.unwrap_or(snapshot.finished);
        let evidence = Evidence::draw(
            snapshot,
            &terms.judging.policy,
            &terms.environment,
            &terms.attestations,
            now,
        )
        .with_contacts(&terms.contacts);
        let rules = terms.judging.rules.rules();
        let mut judgements = evaluate(rules, &evidence);
        let written = accept(terms, &evidence, &mut judgements);
        Ok(assemble::report(
            rules,
            &judgements,
            &evidence,
            Frame {
                tool_version: env!("CARGO_PKG_VERSION"),
                tool_digest: self.tool_digest.clone(),
                rules_digest: terms.judging.rules.digest(),
                snapshot_digest: sha256(&collect::bytes(snapshot)?),
                started: snapshot.started,
                finished: snapshot.finished,
                challenge: self.options.challenge.clone(),
                language: self.options.lang.into(),
                fail_on: threshold(self.options.fail_on),
                confinement: self.confinement.clone(),
                attachments: terms.attachments.clone(),
                written,
            },
        ))
    }

    /// Opens the chain that a report goes on, and puts into the report what changed since the last one.
    fn follow(&self, report: &mut Report, snapshot: &Snapshot) -> Result<Chain> {
        let mut chain = Chain::open(&self.options.out, &report.workspace.name);
        let earlier = chain.as_mut().ok().and_then(Chain::story);
        history::tell(report, earlier.as_ref());
        if let Ok(chain) = &chain {
            report.evidence.chain.clone_from(&chain.notices);
            if let Some(previous) = &chain.previous {
                report
                    .evidence
                    .chain
                    .extend(out_of_time(previous, snapshot));
            }
        }
        chain
    }

    /// The report in the formats asked for, JSON first.
    fn files(&self, report: &Report) -> Result<Vec<bundle::File>> {
        let bytes = json::render(report).map_err(|error| broken(&error))?;
        let first = bundle::File::new(REPORT, bytes);
        let page = self
            .renderer
            .as_ref()
            .map(|renderer| renderer.render(report, first.digest()))
            .transpose()
            .map_err(|error| broken(&error))?;
        let mut files = vec![first];
        files.extend(page.map(|page| bundle::File::new(PAGE, page)));
        if self.options.format.contains(&Format::Csv) {
            let findings = csv::findings(report).map_err(|error| broken(&error))?;
            let flows = csv::flows(report).map_err(|error| broken(&error))?;
            files.push(bundle::File::new(csv::FINDINGS, findings));
            files.push(bundle::File::new(csv::FLOWS, flows));
        }
        if self.options.format.contains(&Format::Plan) {
            let plan = csv::plan(report).map_err(|error| broken(&error))?;
            files.push(bundle::File::new(csv::PLAN, plan));
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

    /// Makes the bundle that is the next of its chain, and signs it.
    fn sign(
        &self,
        subject: &Subject<'_>,
        chain: &Chain,
        files: Vec<bundle::File>,
        next_due: Timestamp,
    ) -> Result<Signed> {
        let link = Link {
            seq: chain.seq,
            prev: match &chain.previous {
                Some(head) => head.digest.clone(),
                None => manifest::NO_PREVIOUS.to_owned(),
            },
            next_due: assemble::time(next_due),
        };
        let mut written = Written {
            path: PathBuf::new(),
            manifest: None,
            checkpoint: None,
            signer: None,
            next: None,
            exit: Exit::Clean,
        };
        let files = self.signed(subject, files, &link, &mut written)?;
        Ok(Signed {
            time: output::stamp(subject.finished),
            files,
            written,
        })
    }

    /// Writes a bundle.
    fn write(chain: &Chain, signed: Signed) -> Result<Written> {
        let Signed {
            time,
            files,
            mut written,
        } = signed;
        written.path = chain.write(&time, &files)?;
        let file = |name: &str| files.iter().find(|file| file.name == name);
        if let Some(manifest) = file(manifest::NAME) {
            chain.remember(&manifest.bytes)?;
            written.manifest = Some(sha256(&manifest.bytes));
        }
        written.checkpoint = file(checkpoint::NAME)
            .map(|file| String::from_utf8_lossy(&file.bytes).trim_end().to_owned());
        Ok(written)
    }

    /// The files of the bundle. A key that does not sign when it should, such as one on a token that was
    /// taken out, leaves a report without a signature.
    fn signed(
        &self,
        subject: &Subject<'_>,
        files: Vec<bundle::File>,
        link: &Link,
        written: &mut Written,
    ) -> Result<Vec<bundle::File>> {
        let failed = |error: BundleError| {
            Error::new(
                Exit::Key,
                error.to_string(),
                "Repair it and run the audit again.",
            )
        };
        if let Some(pen) = &self.pen {
            let pen = pen.lock().unwrap_or_else(PoisonError::into_inner);
            Self::warn_of_certificate(subject, &pen);
            match bundle::assemble(subject.clone(), files.clone(), link, Some(&pen.signers())) {
                Ok(files) => {
                    written.signer = Some(pen.public().fingerprint());
                    written.next = pen.next().map(|next| next.fingerprint());
                    return Ok(files);
                }
                Err(error) => {
                    talk::error(&failed(error));
                    talk::note("The report is written without a signature.");
                }
            }
            // Without a key at all the exit is that of the start.
            written.exit = Exit::Key;
        }
        bundle::assemble(subject.clone(), files, link, None).map_err(failed)
    }

    /// Says where a bundle is and who signed it.
    fn tell(&self, written: &Written, page: &str) {
        talk::note(&format!("Bundle: {}", written.path.display()));
        if self.renderer.is_some() {
            talk::note(&format!("Page:   {}", written.path.join(page).display()));
        }
        match &written.signer {
            Some(fingerprint) => talk::note(&format!("Signer: {fingerprint}")),
            None => talk::note("Signer: none, the report is unsigned"),
        }
        if let Some(next) = &written.next {
            talk::note(&format!("Next:   {next}"));
        }
    }

    /// Says if the certificate will not be accepted. The signature is good all the same.
    fn warn_of_certificate(subject: &Subject<'_>, pen: &Pen) {
        if let Some(certificate) = pen.certificate()
            && let Ok(finished) = subject.finished.parse()
            && let Err(why) = certificate.covers(subject.workspace, finished)
        {
            talk::note(&format!(
                "Nobody will trust the report on {} for the certificate: {why} (it is for {}).",
                subject.workspace,
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

/// Waives failures, and gives what people wrote for the report.
fn accept<'a>(
    terms: &'a Terms,
    evidence: &Evidence<'_>,
    judgements: &mut [Judgement],
) -> assemble::Written<'a> {
    let counting = terms.waivers.counting(&terms.judging, evidence.now);
    let name = assemble::name_of(evidence);
    let scope = assemble::scope(evidence, &name);
    let all = &terms.waivers.all;
    let rules = terms.judging.rules.rules();
    let ruling = waiver::apply(all, &counting.terms(), &scope, rules, judgements);
    terms.waivers.note(&counting, &ruling);
    assemble::Written {
        layers: terms.judging.layers.clone(),
        files: counting.files,
        waivers: all,
        ruling,
        plans: &terms.plans,
    }
}

/// When the next report is due.
fn due(terms: &Terms, finished: Timestamp) -> Timestamp {
    let due = jiff::SignedDuration::from_hours(i64::from(terms.judging.policy.interval_hours));
    finished.checked_add(due).unwrap_or(finished)
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
