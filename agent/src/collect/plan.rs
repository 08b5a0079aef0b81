//! What is to be read: every deployment is connected before the first question is asked to any.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rc_audit_rules::snapshot::Snapshot;
use rustix::process::{Resource, getrlimit};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::stream::each_in;
use super::{broken, on, one};
use crate::cli;
use crate::confine::{Guard, Reach};
use crate::dump::Dump;
use crate::error::{Error, Result};
use crate::mongo::{Address, Deployment, Limits};
use crate::target::Target;

/// How many deployments are connected at the same time.
const AT_ONCE: usize = 16;
/// Files that a process has open beside its connections.
const OTHER_FILES: u64 = 128;

/// Targets whose readers are ready; nothing was read or connected yet. A target goes by its place in the
/// list.
pub(crate) struct Plan {
    servers: Vec<Server>,
    files: Vec<(usize, Target)>,
    refused: Vec<(usize, Error)>,
    limits: Limits,
    runtime: Option<Runtime>,
}

/// A deployment, and which of its databases are targets; none stands for all.
struct Server {
    address: Address,
    databases: Asked,
}

impl Plan {
    /// Starts what reads the targets. It is called before sockets are taken away. Targets that are one
    /// deployment with one login share their connections.
    pub(crate) fn open(
        targets: Vec<Result<Target>>,
        options: &cli::Target,
        guard: &mut Guard,
    ) -> Result<Self> {
        let mut plan = Self {
            servers: Vec::new(),
            files: Vec::new(),
            refused: Vec::new(),
            limits: limits(options),
            runtime: None,
        };
        for (index, target) in targets.into_iter().enumerate() {
            let added = target.and_then(|target| match target {
                Target::Server(address) => Address::parse(&address).map(|it| plan.add(index, it)),
                file => {
                    plan.files.push((index, file));
                    Ok(())
                }
            });
            if let Err(error) = added {
                plan.refused.push((index, error));
            }
        }
        if !plan.servers.is_empty() {
            let mut all = Reach::default();
            for server in &plan.servers {
                let reach = server.address.reach();
                all.ports.extend(reach.ports);
                all.files.extend(reach.files);
                all.names |= reach.names;
            }
            plan.limits.at_once = affordable(plan.limits.at_once, plan.servers.len());
            plan.runtime = Some(guard.reader(&all)?);
        }
        Ok(plan)
    }

    fn add(&mut self, index: usize, address: Address) {
        let database = (index, address.database().map(str::to_owned));
        let same = self
            .servers
            .iter_mut()
            .find(|server| server.address.is_beside(&address));
        match same {
            Some(server) => server.databases.push(database),
            None => self.servers.push(Server {
                address,
                databases: vec![database],
            }),
        }
    }

    /// Whether one workspace is meant. Files are looked into as far as that takes.
    pub(crate) fn is_one(&self) -> bool {
        match (self.servers.as_slice(), self.files.as_slice()) {
            ([server], []) => matches!(server.databases.as_slice(), [(_, Some(_))]),
            // What can't be found is told by whoever reads it.
            ([], [(_, Target::Dump(path))]) => Dump::find(path).map_or(true, |it| it.len() < 2),
            ([], [_] | []) => true,
            _ => false,
        }
    }

    /// What was asked for, in words that are the same in another run.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = Vec::new();
        for server in &self.servers {
            for (index, database) in &server.databases {
                let hosts = server.address.hosts();
                let database = database.as_deref().unwrap_or("*");
                asked.push(format!("{index} {hosts} {database}"));
            }
        }
        for (index, target) in &self.files {
            if let Target::Dump(path) | Target::Snapshot(path) = target {
                asked.push(format!("{index} {}", path.display()));
            }
        }
        asked.sort();
        asked
    }

    /// The files and folders that are read.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for (_, target) in &self.files {
            match target {
                Target::Dump(path) => paths.extend(with_links(path)),
                Target::Snapshot(path) => paths.push(path.clone()),
                Target::Server(_) => {}
            }
        }
        paths
    }

    /// Connects every deployment, and takes sockets away when that is done.
    pub(crate) fn connect(self, guard: &mut Guard) -> Result<Connected> {
        let Self {
            servers,
            files,
            mut refused,
            limits,
            runtime,
        } = self;
        let mut deployments = Vec::new();
        if let Some(runtime) = &runtime {
            for (databases, connected) in on(runtime, connect_all(servers, limits))? {
                match connected {
                    Ok(deployment) => deployments.push((Arc::new(deployment), databases)),
                    Err(error) => {
                        for (index, _) in databases {
                            refused.push((index, error.clone()));
                        }
                    }
                }
            }
        }
        guard.seal();
        refused.sort_by_key(|(index, _)| *index);
        Ok(Connected {
            deployments,
            files,
            refused,
            runtime,
        })
    }
}

/// As many connections to each deployment as files may be open, and no more than were asked for.
fn affordable(at_once: u32, deployments: usize) -> u32 {
    let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let each = open.saturating_sub(OTHER_FILES) / u64::try_from(deployments).unwrap_or(1).max(1);
    // One more watches over the server, and another is open while it is looked for.
    let each = u32::try_from(each.saturating_sub(2)).unwrap_or(u32::MAX);
    at_once.min(each.max(1))
}

/// Databases that are targets, by the place of the target in the list; none stands for all.
pub(super) type Asked = Vec<(usize, Option<String>)>;

async fn connect_all(servers: Vec<Server>, limits: Limits) -> Vec<(Asked, Result<Deployment>)> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (order, server) in servers.into_iter().enumerate() {
        let places = Arc::clone(&places);
        tasks.spawn(async move {
            // It is never closed, so a place always comes.
            let _place = places.acquire_owned().await;
            let Server { address, databases } = server;
            // A fault in one of them is no fault of the others.
            let connected = tokio::spawn(async move { address.connect(limits).await }).await;
            let connected = connected.map_err(|error| broken(&error)).and_then(|it| it);
            (order, databases, connected)
        });
    }
    let mut connected = tasks.join_all().await;
    connected.sort_by_key(|(order, ..)| *order);
    connected
        .into_iter()
        .map(|(_, databases, deployment)| (databases, deployment))
        .collect()
}

/// Targets whose connections are open. No other can be made.
pub(crate) struct Connected {
    pub(super) deployments: Vec<(Arc<Deployment>, Asked)>,
    pub(super) files: Vec<(usize, Target)>,
    /// Targets that can't be read, and why.
    pub(crate) refused: Vec<(usize, Error)>,
    pub(super) runtime: Option<Runtime>,
}

/// What reading gave.
pub(crate) struct Reading {
    /// The workspaces.
    pub(crate) snapshots: Vec<Result<Snapshot>>,
    /// By how much this machine's clock is ahead of the server's, if there is one that told.
    pub(crate) ahead: Option<SignedDuration>,
}

impl Connected {
    /// Reads everything into memory, for those who want one workspace. When this ends, all connections
    /// are closed. `now` stands for the clock where a file is read, so that the same file gives the same
    /// snapshot.
    pub(crate) fn read(self, now: Option<Timestamp>) -> Result<Reading> {
        if let Some((_, error)) = self.refused.into_iter().next() {
            return Err(error);
        }
        let mut reading = Reading {
            snapshots: Vec::new(),
            ahead: None,
        };
        if let Some(runtime) = self.runtime {
            for (deployment, _) in self.deployments {
                reading.ahead = deployment.ahead();
                reading.snapshots.extend(on(&runtime, all_of(deployment))??);
            }
            // Closes what the driver still has open.
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
        for (_, target) in &self.files {
            let take = |_: Option<&str>, snapshot| reading.snapshots.push(snapshot);
            each_in(target, now, |_| false, take);
        }
        Ok(reading)
    }
}

async fn all_of(deployment: Arc<Deployment>) -> Result<Vec<Result<Snapshot>>> {
    let mut snapshots = Vec::new();
    for workspace in deployment.workspaces().await? {
        snapshots.push(one(workspace).await);
    }
    deployment.close().await;
    Ok(snapshots)
}

/// How much is asked of a server. The time for the whole run begins now.
fn limits(options: &cli::Target) -> Limits {
    let budget = options.pace.budget;
    Limits {
        connect: Duration::from_secs(options.connect_seconds),
        query: Duration::from_secs(options.query_seconds),
        at_once: options.at_once,
        rate: options.pace.rate,
        until: budget.map(|budget| Instant::now() + budget.unsigned_abs()),
    }
}

/// A path, and the links in it and in the folders below it as far as a dump goes: databases and their
/// files.
fn with_links(path: &Path) -> Vec<PathBuf> {
    let mut paths = vec![path.to_owned()];
    links(path, 2, &mut paths);
    paths
}

fn links(folder: &Path, depth: u32, into: &mut Vec<PathBuf>) {
    // What can't be listed is told by whoever reads it.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_symlink() {
            into.push(path.clone());
        }
        if depth > 1 && path.is_dir() {
            links(&path, depth - 1, into);
        }
    }
}
