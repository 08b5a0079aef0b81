//! Reading a target into snapshots: settings first, then what the facts ask, side by side.

mod plan;
mod stream;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_rules::fact;
use rc_audit_rules::licence::Licence;
use rc_audit_rules::query::Query;
use rc_audit_rules::settings::Settings as Effective;
use rc_audit_rules::snapshot::{Dataset, FORMAT, LedgerEntry, Snapshot, StoredSetting};
use rc_audit_rules::version::RunningVersion;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::dump::Dump;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::{Settings, Workspace};

pub(crate) use plan::{Connected, Plan};
pub(crate) use stream::{Progress, Work, each_in};

/// The largest snapshot that is read, in bytes.
const LARGEST: u64 = 1024 * 1024 * 1024;

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

/// Reads a workspace. What goes easy on the server holds the questions back, however many there are.
async fn one(workspace: Workspace) -> Result<Snapshot> {
    let workspace = Arc::new(workspace);
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
    let mut tasks = JoinSet::new();
    for query in queries(&settings) {
        let workspace = Arc::clone(&workspace);
        tasks.spawn(async move {
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
