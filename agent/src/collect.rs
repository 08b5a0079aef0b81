//! Reading a target into snapshots: settings first, then what the facts ask, side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rc_audit_rules::fact;
use rc_audit_rules::licence::Licence;
use rc_audit_rules::query::Query;
use rc_audit_rules::settings::Settings as Effective;
use rc_audit_rules::snapshot::{Dataset, FORMAT, LedgerEntry, Snapshot, StoredSetting};
use rc_audit_rules::version::RunningVersion;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cli;
use crate::confine::Guard;
use crate::dump::Dump;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::{Address, Deployment, Limits, Settings, Workspace};
use crate::target::Target;

/// The largest snapshot that is read, in bytes.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// A target whose readers are ready; nothing was read or connected yet.
pub(crate) enum Source {
    /// A MongoDB server, and the threads that read it.
    Server(Box<Address>, Limits, Runtime),
    /// Files of `mongodump` or `mongoexport`.
    Dump(PathBuf),
    /// A snapshot.
    Snapshot(PathBuf),
}

impl Source {
    /// Starts what reads a target. It is called before sockets are taken away.
    pub(crate) fn open(target: Target, options: &cli::Target, guard: &mut Guard) -> Result<Self> {
        Ok(match target {
            Target::Server(address) => {
                let limits = Limits {
                    connect: Duration::from_secs(options.connect_seconds),
                    query: Duration::from_secs(options.query_seconds),
                    at_once: options.at_once,
                };
                let address = Address::parse(&address)?;
                let runtime = guard.reader(&address.reach())?;
                Self::Server(Box::new(address), limits, runtime)
            }
            Target::Dump(path) => Self::Dump(path),
            Target::Snapshot(path) => Self::Snapshot(path),
        })
    }

    /// The files and folders that it reads. A dump may be put together of links to others.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Server(..) => Vec::new(),
            Self::Dump(path) => {
                let mut paths = vec![path.clone()];
                links(path, 2, &mut paths);
                paths
            }
            Self::Snapshot(path) => vec![path.clone()],
        }
    }

    /// Reads everything. Several workspaces give several snapshots, each with its own result; `now`
    /// stands for the clock where a file is read, so that the same file gives the same snapshot.
    /// When this ends, all connections are closed.
    pub(crate) fn read(self, guard: &mut Guard, now: Option<Timestamp>) -> Result<Reading> {
        let mut ahead = None;
        let snapshots = match self {
            Self::Server(address, limits, runtime) => {
                let deployment =
                    on(&runtime, async move { address.connect(limits).await }).and_then(|it| it)?;
                guard.seal();
                ahead = deployment.ahead();
                let snapshots = on(&runtime, server(deployment, limits))?;
                // Closes what the driver still has open.
                runtime.shutdown_timeout(Duration::from_secs(5));
                snapshots?
            }
            Self::Dump(path) => {
                guard.seal();
                let dumps = Dump::find(&path)?;
                dumps.iter().map(|dump| from_dump(dump, now)).collect()
            }
            Self::Snapshot(path) => {
                guard.seal();
                vec![from_snapshot(&path)]
            }
        };
        Ok(Reading { snapshots, ahead })
    }
}

/// Adds the links in a folder, and in those below it as far as a dump goes: databases and their
/// files.
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

/// What reading gave.
pub(crate) struct Reading {
    /// The workspaces.
    pub(crate) snapshots: Vec<Result<Snapshot>>,
    /// By how much this machine's clock is ahead of the server's, if there is one that told.
    pub(crate) ahead: Option<SignedDuration>,
}

/// Runs on the threads that read. The one that waits for them may have less.
fn on<T: Send + 'static>(
    runtime: &Runtime,
    task: impl Future<Output = T> + Send + 'static,
) -> Result<T> {
    runtime
        .block_on(runtime.spawn(task))
        .map_err(|error| broken(&error))
}

fn broken(error: &tokio::task::JoinError) -> Error {
    Error::new(
        Exit::Internal,
        format!("a read broke: {error}"),
        "Please report this.",
    )
}

/// The queries that follow from the settings. Version and licence do not matter for what is asked.
fn queries(settings: &Settings) -> Vec<Query> {
    queries_for(&settings.stored)
}

/// The same, for settings by themselves.
pub(crate) fn queries_for(stored: &BTreeMap<String, StoredSetting>) -> Vec<Query> {
    let running = RunningVersion::default();
    let licence = Licence::none("not known while reading");
    fact::queries(&Effective::new(stored, &running, &licence))
}

async fn server(deployment: Deployment, limits: Limits) -> Result<Vec<Result<Snapshot>>> {
    let mut snapshots = Vec::new();
    for workspace in deployment.workspaces().await? {
        snapshots.push(one(&workspace, limits).await);
    }
    deployment.close().await;
    Ok(snapshots)
}

async fn one(workspace: &Workspace, limits: Limits) -> Result<Snapshot> {
    let started = Timestamp::now();
    let (settings, entry) = workspace.settings().await?;
    if settings.stored.is_empty() {
        return Err(Error::new(
            Exit::Nothing,
            format!(
                "{} has no documents, so it is no workspace",
                entry.namespace
            ),
            "Name the database of the workspace in the address.",
        ));
    }
    let places = Arc::new(Semaphore::new(usize::try_from(limits.at_once).unwrap_or(1)));
    let mut tasks = JoinSet::new();
    for query in queries(&settings) {
        let workspace = workspace.clone();
        let places = Arc::clone(&places);
        tasks.spawn(async move {
            // The semaphore is never closed, so a place always comes.
            let _place = places.acquire_owned().await;
            let id = query.id;
            let (dataset, entry) = workspace.answer(query).await;
            (id, dataset, entry)
        });
    }
    let mut data = BTreeMap::new();
    let mut ledger = workspace.ledger();
    ledger.push(entry);
    while let Some(joined) = tasks.join_next().await {
        let (id, dataset, entry) = joined.map_err(|error| broken(&error))?;
        data.insert(id.to_owned(), dataset);
        ledger.push(entry);
    }
    Ok(assemble(
        workspace.source().clone(),
        started,
        Timestamp::now(),
        settings,
        data,
        ledger,
    ))
}

pub(crate) fn from_dump(dump: &Dump, now: Option<Timestamp>) -> Result<Snapshot> {
    let started = now.unwrap_or_else(Timestamp::now);
    let read = dump.read(queries)?;
    let finished = now.unwrap_or_else(Timestamp::now);
    Ok(assemble(
        dump.source().clone(),
        started,
        finished,
        read.settings,
        read.data,
        read.ledger,
    ))
}

fn assemble(
    source: rc_audit_rules::snapshot::Source,
    started: Timestamp,
    finished: Timestamp,
    settings: Settings,
    data: BTreeMap<String, Dataset>,
    mut ledger: Vec<LedgerEntry>,
) -> Snapshot {
    // Answers arrive in any order; the record must not depend on it.
    ledger
        .sort_by(|a, b| (a.query != "settings", &a.query).cmp(&(b.query != "settings", &b.query)));
    let second = |moment: Timestamp| moment.round(jiff::Unit::Second).unwrap_or(moment);
    Snapshot {
        format: FORMAT.to_owned(),
        source,
        started: second(started),
        finished: second(finished),
        settings: settings.stored,
        groups: settings.groups,
        licence: settings.licence,
        data,
        ledger,
    }
}

pub(crate) fn from_snapshot(path: &Path) -> Result<Snapshot> {
    let unreadable = |what: String| {
        Error::usage(
            format!("the snapshot {} can't be used: {what}", path.display()),
            "Collect it again with this version of rc-audit.",
        )
    };
    let length = std::fs::metadata(path)
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if length > LARGEST {
        return Err(unreadable(format!("it is larger than {LARGEST} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let snapshot: Snapshot =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    if snapshot.format != FORMAT {
        return Err(unreadable(format!(
            "its format is {}, not {FORMAT}",
            snapshot.format
        )));
    }
    Ok(snapshot)
}

/// The bytes of a snapshot, as `collect` writes them and as digests mean them.
pub(crate) fn bytes(snapshot: &Snapshot) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(snapshot).map_err(|error| {
        Error::new(
            Exit::Internal,
            format!("the snapshot can't be written as JSON: {error}"),
            "",
        )
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}
