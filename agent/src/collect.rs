//! Reading a target into snapshots: settings first, then what the facts ask, side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rc_audit_rules::fact;
use rc_audit_rules::licence::Licence;
use rc_audit_rules::query::Query;
use rc_audit_rules::settings::Settings as Effective;
use rc_audit_rules::snapshot::{Dataset, FORMAT, LedgerEntry, Snapshot};
use rc_audit_rules::version::RunningVersion;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cli;
use crate::dump::Dump;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::{Deployment, Limits, Settings, Workspace};
use crate::target::Target;

/// The largest snapshot that is read, in bytes.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// Reads a target. Several workspaces give several snapshots, each with its own result; `now`
/// stands for the clock where a file is read, so that the same file gives the same snapshot.
pub(crate) fn read(
    target: &Target,
    options: &cli::Target,
    now: Option<Timestamp>,
) -> Result<Vec<Result<Snapshot>>> {
    match target {
        Target::Server(address) => {
            let limits = Limits {
                connect: Duration::from_secs(options.connect_seconds),
                query: Duration::from_secs(options.query_seconds),
                at_once: options.at_once,
            };
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .map_err(|error| {
                    Error::new(
                        Exit::Internal,
                        format!("no threads for reading: {error}"),
                        "",
                    )
                })?;
            let snapshots = runtime.block_on(async {
                let deployment = Deployment::prepare(address, limits).await?;
                let mut snapshots = Vec::new();
                for workspace in deployment.workspaces().await? {
                    snapshots.push(server(&workspace, limits).await);
                }
                Ok(snapshots)
            });
            // What comes next waits for nothing that the driver still has open.
            runtime.shutdown_background();
            snapshots
        }
        Target::Dump(path) => Ok(Dump::find(path)?
            .iter()
            .map(|dump| from_dump(dump, now))
            .collect()),
        Target::Snapshot(path) => Ok(vec![from_snapshot(path)]),
    }
}

/// The queries that follow from the settings. Version and licence do not matter for what is asked.
fn queries(settings: &Settings) -> Vec<Query> {
    let running = RunningVersion::default();
    let licence = Licence::none("not known while reading");
    fact::queries(&Effective::new(&settings.stored, &running, &licence))
}

async fn server(workspace: &Workspace, limits: Limits) -> Result<Snapshot> {
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
    let mut ledger = vec![entry];
    while let Some(joined) = tasks.join_next().await {
        let (id, dataset, entry) = joined.map_err(|error| {
            Error::new(
                Exit::Internal,
                format!("a read broke: {error}"),
                "Please report this.",
            )
        })?;
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

fn from_dump(dump: &Dump, now: Option<Timestamp>) -> Result<Snapshot> {
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

fn from_snapshot(path: &Path) -> Result<Snapshot> {
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
