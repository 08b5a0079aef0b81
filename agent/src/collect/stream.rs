//! Reading many workspaces: they pass one by one, so that however many there are, few are in memory.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;
use rc_audit_rules::snapshot::Snapshot;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

use super::plan::{Asked, Connected};
use super::{broken, from_dump, from_snapshot, one};
use crate::dump::Dump;
use crate::error::{Error, Result};
use crate::mongo::Deployment;
use crate::target::Target;

/// Something to be judged.
pub(crate) enum Work {
    /// What reading a server gave. The database is not known where none could be listed.
    Read(usize, Option<String>, Box<Result<Snapshot>>),
    /// A dump or a snapshot that whoever judges it has to read first.
    File(usize, Target),
}

/// Reads what a file holds, one workspace after the other. Databases that are to be left out are not
/// read.
pub(crate) fn each_in(
    target: &Target,
    now: Option<Timestamp>,
    leave_out: impl Fn(&str) -> bool,
    mut judge: impl FnMut(Option<&str>, Result<Snapshot>),
) {
    match target {
        Target::Snapshot(path) => {
            let snapshot = from_snapshot(path);
            let database = snapshot.as_ref().ok().map(|it| it.source.database.clone());
            if !database.as_deref().is_some_and(&leave_out) {
                judge(database.as_deref(), snapshot);
            }
        }
        Target::Dump(path) => match Dump::find(path) {
            Ok(dumps) => {
                for dump in dumps {
                    let database = &dump.source().database;
                    if !leave_out(database) {
                        judge(Some(database), from_dump(&dump, now));
                    }
                }
            }
            Err(error) => judge(None, Err(error)),
        },
        Target::Server(_) => {}
    }
}

/// What comes of reading, how far it is, and the threads that read.
pub(crate) type Stream = (Receiver<Work>, Arc<Progress>, Option<Runtime>);

/// How far reading is, and whether it should stop.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// How many workspaces there may be.
    pub(crate) all: AtomicUsize,
    /// That nothing more is to be begun.
    pub(crate) stop: AtomicBool,
}

impl Progress {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

impl Connected {
    /// Begins to read, at most so many workspaces at the same time, and no more ahead of whoever judges
    /// than that. `done` are those that are not to be read again, by target and database.
    pub(crate) fn stream(self, jobs: u32, done: BTreeSet<(usize, String)>) -> Stream {
        let jobs = usize::try_from(jobs).unwrap_or(1);
        let (sender, work) = channel(jobs);
        let progress = Arc::new(Progress::default());
        progress.all.fetch_add(self.files.len(), Ordering::SeqCst);
        let feed = Feed {
            deployments: self.deployments,
            done: Arc::new(done),
            sender,
            progress: Arc::clone(&progress),
        };
        let files = self.files;
        let reading = async move {
            for (index, target) in files {
                if feed.progress.stopped() || feed.send(Work::File(index, target)).await {
                    return;
                }
            }
            feed.run(jobs).await;
        };
        let runtime = self.runtime;
        match &runtime {
            Some(runtime) => drop(runtime.spawn(reading)),
            // Files alone wait for nobody but whoever judges them, which needs no thread that may
            // connect.
            None => drop(std::thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .build()
                    .map(|runtime| runtime.block_on(reading))
            })),
        }
        (work, progress, runtime)
    }
}

/// What hands workspaces over.
struct Feed {
    deployments: Vec<(Arc<Deployment>, Asked)>,
    done: Arc<BTreeSet<(usize, String)>>,
    sender: Sender<Work>,
    progress: Arc<Progress>,
}

/// A database that is to be read.
struct Next {
    deployment: Arc<Deployment>,
    target: usize,
    database: String,
    /// What is known of the target if it stands for all databases of the deployment.
    found: Option<Arc<Found>>,
}

/// Whether any database of a target was a workspace.
struct Found {
    left: AtomicUsize,
    any: AtomicBool,
}

impl Feed {
    /// Hands something over. True if nobody takes it any more.
    async fn send(&self, work: Work) -> bool {
        self.sender.send(work).await.is_err()
    }

    async fn run(self, jobs: usize) {
        let mut lines = Vec::new();
        for (deployment, asked) in &self.deployments {
            lines.push(self.databases(deployment, asked).await);
        }
        let places = Arc::new(Semaphore::new(jobs));
        let mut tasks = JoinSet::new();
        // In turns, so that no deployment is asked for everything at once.
        while lines.iter().any(|line| !line.is_empty()) {
            for line in &mut lines {
                let Some(next) = line.pop_front() else {
                    continue;
                };
                let place = Arc::clone(&places).acquire_owned().await;
                if self.progress.stopped() || self.sender.is_closed() {
                    tasks.abort_all();
                    return;
                }
                let sender = self.sender.clone();
                let progress = Arc::clone(&self.progress);
                tasks.spawn(async move {
                    if let Some(work) = next.read(&progress).await {
                        // Nobody takes it where the run was broken off.
                        let _ = sender.send(work).await;
                    }
                    drop(place);
                });
                while tasks.try_join_next().is_some() {}
            }
        }
        tasks.join_all().await;
        for (deployment, _) in &self.deployments {
            deployment.close().await;
        }
    }

    /// The databases of a deployment that are to be read.
    async fn databases(&self, deployment: &Arc<Deployment>, asked: &Asked) -> VecDeque<Next> {
        let mut line = VecDeque::new();
        for (target, database) in asked {
            let found = match database {
                Some(name) => Ok((vec![name.clone()], false)),
                None => deployment.databases().await.map(|names| (names, true)),
            };
            match found {
                Ok((names, all)) => {
                    self.line_up(&mut line, deployment, *target, names, all)
                        .await;
                }
                Err(error) => self.fail(*target, error).await,
            }
        }
        line
    }

    async fn line_up(
        &self,
        line: &mut VecDeque<Next>,
        deployment: &Arc<Deployment>,
        target: usize,
        mut names: Vec<String>,
        all: bool,
    ) {
        let before = names.len();
        names.retain(|name| !self.done.contains(&(target, name.clone())));
        let found = all.then(|| {
            Arc::new(Found {
                left: AtomicUsize::new(names.len()),
                any: AtomicBool::new(names.len() < before),
            })
        });
        if all && before == 0 {
            return self.fail(target, deployment.no_workspace()).await;
        }
        self.progress.all.fetch_add(names.len(), Ordering::SeqCst);
        line.extend(names.into_iter().map(|database| Next {
            deployment: Arc::clone(deployment),
            target,
            database,
            found: found.clone(),
        }));
    }

    async fn fail(&self, target: usize, error: Error) {
        self.progress.all.fetch_add(1, Ordering::SeqCst);
        self.send(Work::Read(target, None, Box::new(Err(error))))
            .await;
    }
}

impl Next {
    /// Reads it; nothing for a database that is no workspace and that nobody named.
    async fn read(self, progress: &Progress) -> Option<Work> {
        let Self {
            deployment,
            target,
            database,
            found,
        } = self;
        let name = database.clone();
        let asked = Arc::clone(&deployment);
        let named = found.is_none();
        // A fault in reading one of them is no fault of the others.
        let read = tokio::spawn(async move {
            let workspace = if named {
                Some(asked.named(&name).await?)
            } else {
                asked.workspace(&name).await?
            };
            match workspace {
                Some(workspace) => one(workspace).await.map(Some),
                None => Ok(None),
            }
        });
        let read = read.await.map_err(|error| broken(&error)).and_then(|it| it);
        let Some(found) = found else {
            let read = read.map(|snapshot| snapshot.ok_or_else(|| deployment.no_workspace()));
            return Some(Work::Read(
                target,
                Some(database),
                Box::new(read.and_then(|it| it)),
            ));
        };
        if !matches!(read, Ok(None)) {
            found.any.store(true, Ordering::SeqCst);
        }
        let last = found.left.fetch_sub(1, Ordering::SeqCst) == 1;
        match read {
            Ok(Some(snapshot)) => Some(Work::Read(target, Some(database), Box::new(Ok(snapshot)))),
            Err(error) => Some(Work::Read(target, Some(database), Box::new(Err(error)))),
            // Nobody said that a database has to be a workspace, but one of them should be.
            Ok(None) if last && !found.any.load(Ordering::SeqCst) => {
                let error = deployment.no_workspace();
                Some(Work::Read(target, None, Box::new(Err(error))))
            }
            Ok(None) => {
                progress.all.fetch_sub(1, Ordering::SeqCst);
                None
            }
        }
    }
}
