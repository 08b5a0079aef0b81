//! Many workspaces in one run. Reading, judging and writing go on at the same time; what one target does
//! wrong is told and stops no other; at the end stands a report on all of them.
//!
//! Threads of their own open chains and write bundles. They have what the main thread has: no socket, and
//! no folder but those for output and state. What judges and renders is handed to the threads that may
//! not even write.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rc_audit_report::bundle::Subject;
use rc_audit_report::digest::sha256;
use rc_audit_report::fleet::{self, Brief, Place};
use rc_audit_report::v1::Report;
use rc_audit_rules::snapshot::Snapshot;
use tokio::sync::mpsc::Receiver;

use super::books::{Books, name};
use super::interrupt::Interrupt;
use super::progress::Progress;
use super::record::{Before, Record};
use super::terms::Terms;
use super::{Run, broken, due};
use crate::collect::{Connected, Progress as Reading, Work, each_in};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::Chain;
use crate::talk;

/// How many workspaces are judged at the same time at most.
const AT_ONCE: usize = 4;
/// How many more may wait for the disk with their bundles, which takes several as quickly as one. Each
/// holds a whole bundle.
const WRITING: usize = 2;
/// How often the run looks up from waiting.
const GLANCE: Duration = Duration::from_millis(200);

/// What is the same for every workspace of the run.
struct Shared<'a> {
    run: &'a Run<'a>,
    names: &'a [Option<String>],
    terms: &'a [Arc<Terms>],
    /// What an earlier run did, by target and database.
    done: BTreeSet<(usize, String)>,
    /// Which target each chain of this run belongs to.
    chains: Mutex<BTreeMap<String, String>>,
    work: Mutex<Receiver<Work>>,
    turns: Turns,
    reading: Arc<Reading>,
}

/// Who may compute. Of more workspaces than that none is in memory but as a finished bundle.
struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// That somebody may compute, until it is dropped.
struct Turn<'a>(&'a Turns);

impl Turns {
    fn new(count: usize) -> Self {
        Self {
            free: Mutex::new(count),
            freed: Condvar::new(),
        }
    }

    fn take(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.freed.wait_while(free, |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

/// What became of a workspace.
pub(super) struct Ended {
    pub(super) target: usize,
    pub(super) database: Option<String>,
    pub(super) result: Result<Box<Audited>>,
}

/// A workspace whose bundle is written.
pub(super) struct Audited {
    pub(super) brief: Brief,
    /// What is odd about its chain of reports.
    pub(super) notices: Vec<String>,
    pub(super) exit: Exit,
}

/// Audits everything that is connected, and reports on all of it. `exit` is what there was before.
pub(super) fn run(
    run: &Run<'_>,
    mut connected: Connected,
    targets: &[String],
    names: &[Option<String>],
    terms: &[Arc<Terms>],
    exit: Exit,
) -> Result<Exit> {
    let options = run.options;
    if let ([None], Some((_, error))) = (names, connected.refused.first()) {
        return Err(error.clone());
    }
    let interrupt = Interrupt::listen();
    // Held to the end, so that no other run of this kind writes to the folder.
    let chain = Chain::open(&options.out, fleet::NAME)?;
    let mut books = Books::open(run, names, exit);
    let signer = run.signer();
    let asked = asked(run, targets, names, terms);
    let before = Before::look(chain.folder(), &asked);
    let resumes = options.fleet.resume && matches!(before, Before::Same(_));
    let mut record = Record::open(chain.folder(), &asked, resumes)?;
    let done = books.go_on(before, signer.as_deref());
    for (target, error) in std::mem::take(&mut connected.refused) {
        books.miss(target, None, &error);
    }
    let mut progress = Progress::begin(options.quiet, done.len());
    let (work, reading, mut runtime) = connected.stream(options.fleet.jobs, done.clone());
    reading.all.fetch_add(done.len(), Ordering::SeqCst);
    let at_once = cores().clamp(2, AT_ONCE);
    let shared = Shared {
        run,
        names,
        terms,
        done,
        chains: Mutex::default(),
        work: Mutex::new(work),
        turns: Turns::new(at_once),
        reading: Arc::clone(&reading),
    };
    let all = || reading.all.load(Ordering::SeqCst);
    let mut stopping = false;
    thread::scope(|scope| {
        let (sender, outcomes) = mpsc::channel();
        for _ in 0..at_once + WRITING {
            let (shared, sender) = (&shared, sender.clone());
            scope.spawn(move || shared.work(&sender));
        }
        drop(sender);
        loop {
            match outcomes.recv_timeout(GLANCE) {
                Ok(outcome) => {
                    let line = books.take(outcome, &mut record, &mut progress);
                    progress.done(&line, all());
                }
                Err(RecvTimeoutError::Timeout) => progress.draw(all()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !stopping && interrupt.exit().is_some() {
                stopping = true;
                reading.stop.store(true, Ordering::SeqCst);
                if let Some(runtime) = runtime.take() {
                    runtime.shutdown_background();
                }
                progress.clear();
                talk::note("Stopping: what is being written is finished. Once more ends at once.");
            }
        }
    });
    progress.clear();
    if let Some(runtime) = runtime {
        // Closes what the driver still has open.
        runtime.shutdown_timeout(Duration::from_secs(5));
    }
    if let Some(exit) = interrupt.exit() {
        books.stopped(all());
        return Ok(exit);
    }
    // What was not read in this run may be what a waiver is for.
    if books.is_whole() && shared.done.is_empty() {
        books.weigh(super::terms::leftover(terms));
    }
    let exit = books.close(&chain, terms)?;
    record.end();
    Ok(exit)
}

/// A digest of what a run is asked, by which another knows whether it is the same.
fn asked(
    run: &Run<'_>,
    targets: &[String],
    names: &[Option<String>],
    terms: &[Arc<Terms>],
) -> String {
    let options = run.options;
    let mut parts: Vec<String> = targets.to_vec();
    parts.extend(names.iter().map(|name| format!("{name:?}")));
    for terms in terms {
        parts.push(format!(
            "{} {:?}",
            terms.judging.rules.digest(),
            terms.judging.policy.profile
        ));
        parts.extend(terms.attachments.iter().map(|it| it.digest.clone()));
        parts.extend(terms.waivers.digests().map(str::to_owned));
    }
    parts.push(format!(
        "{:?} {:?} {:?} {:?} {:?}",
        options.challenge, options.now, options.format, options.fail_on, options.lang
    ));
    sha256(parts.join("\n").as_bytes())
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

impl Shared<'_> {
    fn work(&self, outcomes: &mpsc::Sender<Ended>) {
        loop {
            // Whoever waits for a turn keeps the others from taking more into memory.
            let (next, turn) = {
                let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
                (work.blocking_recv(), self.turns.take())
            };
            let Some(next) = next else {
                return;
            };
            if self.stopped() {
                return;
            }
            let tell = |target, database: Option<String>, result| {
                let outcome = Ended {
                    target,
                    database,
                    result,
                };
                // Nobody listens only where the whole run broke.
                let _ = outcomes.send(outcome);
            };
            match next {
                Work::Read(target, database, snapshot) => {
                    let result = (*snapshot).and_then(|it| self.guarded(target, it, turn));
                    tell(target, database, result);
                }
                Work::File(target, file) => {
                    let mut found = 0_usize;
                    let mut turn = Some(turn);
                    each_in(
                        &file,
                        self.run.options.now,
                        |database| self.stopped() || self.is_done(target, database),
                        |database, snapshot| {
                            found += 1;
                            let database = database.map(str::to_owned);
                            let turn = turn.take().unwrap_or_else(|| self.turns.take());
                            let result = snapshot.and_then(|it| self.guarded(target, it, turn));
                            tell(target, database, result);
                        },
                    );
                    // One was counted for the file, whatever is in it.
                    let all = &self.reading.all;
                    match found {
                        0 => all.fetch_sub(1, Ordering::SeqCst),
                        more => all.fetch_add(more - 1, Ordering::SeqCst),
                    };
                }
            }
        }
    }

    fn stopped(&self) -> bool {
        self.reading.stop.load(Ordering::SeqCst)
    }

    fn is_done(&self, target: usize, database: &str) -> bool {
        self.done.contains(&(target, database.to_owned()))
    }

    /// Audits a workspace. A fault in it is no fault of the others.
    fn guarded(&self, target: usize, snapshot: Snapshot, turn: Turn<'_>) -> Result<Box<Audited>> {
        catch_unwind(AssertUnwindSafe(|| self.audit(target, snapshot, turn))).unwrap_or_else(|_| {
            Err(Error::new(
                Exit::Internal,
                "judging it failed; this is a fault of the program",
                "Please report this.",
            ))
        })
    }

    fn audit(&self, target: usize, snapshot: Snapshot, turn: Turn<'_>) -> Result<Box<Audited>> {
        let run = self.run;
        let terms = self.terms.get(target).ok_or_else(|| broken(&"no terms"))?;
        let mut report = rayon::scope(|_| run.judge(terms, &snapshot))?;
        self.claim(&report, target)?;
        let chain = run.follow(&mut report, &snapshot)?;
        let due = due(terms, snapshot.finished);
        // What is large goes as soon as nothing needs it any more.
        drop(snapshot);
        let files = rayon::scope(|_| run.files(&report))?;
        let digest = files.first().map(|file| file.digest().to_owned());
        let mut place = Place {
            bundle: String::new(),
            page: run.renderer.is_some(),
            report: digest.unwrap_or_default(),
            manifest: None,
        };
        let signed = run.sign(&Subject::from(&report), &chain, files, due)?;
        let notices = report.evidence.chain.iter().map(|it| it.text.clone());
        let notices = notices.collect();
        let exit = run.exit(&report);
        let name = name(self.names, target, Some(&report.workspace.database));
        let small = Brief::of(&report, &name, place.clone());
        drop(report);
        // Whoever waits for the disk keeps nobody from computing.
        drop(turn);
        let written = Run::write(&chain, signed)?;
        let bundle = written.path.strip_prefix(&run.options.out);
        place.bundle = bundle.unwrap_or(&written.path).display().to_string();
        place.manifest = written.manifest;
        Ok(Box::new(Audited {
            brief: small.at(place),
            notices,
            exit: exit.worse(written.exit),
        }))
    }

    /// A chain is of one workspace: two targets that give the same name would take turns in it.
    fn claim(&self, report: &Report, target: usize) -> Result<()> {
        let mark = format!("{target}/{}", report.workspace.database);
        let mut chains = self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        let other = chains
            .entry(report.workspace.name.clone())
            .or_insert_with(|| mark.clone());
        if *other == mark {
            return Ok(());
        }
        let (index, database) = other.split_once('/').unwrap_or_default();
        let first = index.parse().unwrap_or(0);
        let name = name(self.names, first, Some(database));
        Err(Error::new(
            Exit::Output,
            format!(
                "it has the same name in bundles, {}, as {name} in this run: the same database name and \
                 the same unique id",
                report.workspace.name
            ),
            "Nothing was written for it. Audit a copy of a workspace in a run of its own, with another \
             --out.",
        ))
    }
}
