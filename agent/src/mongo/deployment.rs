//! A deployment that is connected, and the workspaces in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use jiff::SignedDuration;
use mongodb::bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::error::Error as DriverError;
use mongodb::{Client, Database};
use rc_audit_rules::snapshot::{LedgerEntry, Login, Source, SourceKind};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::connect::{Limits, is_denied, unreachable};
use super::gate::{Gate, is_out_of_time};
use super::login;
use super::read::Workspace;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The collection that makes a database a workspace.
const SETTINGS: &str = "rocketchat_settings";
/// Databases of the server itself.
const OWN: [&str; 3] = ["admin", "config", "local"];

/// A MongoDB deployment, connected.
pub(crate) struct Deployment {
    client: Client,
    limits: Limits,
    gate: Arc<Gate>,
    /// The database that the address names.
    database: Option<String>,
    hosts: String,
    hello: Document,
    ahead: Option<SignedDuration>,
    /// What the server says of its version and of the login; asked once for all workspaces.
    said: OnceCell<Said>,
}

/// What a server says of itself, with the record of having been asked.
struct Said {
    version: Option<String>,
    status: Option<Document>,
    ledger: Vec<LedgerEntry>,
}

impl Deployment {
    pub(super) fn new(
        client: Client,
        limits: Limits,
        gate: Arc<Gate>,
        hosts: String,
        hello: Document,
        ahead: Option<SignedDuration>,
    ) -> Self {
        Self {
            client,
            limits,
            gate,
            database: None,
            hosts,
            hello,
            ahead,
            said: OnceCell::new(),
        }
    }

    /// The same for an address that names a database.
    pub(super) fn of(self, database: Option<String>) -> Self {
        Self { database, ..self }
    }

    /// Opens connections until there is one for every query that may run at the same time.
    pub(super) async fn fill(&self, ready: &AtomicU32) -> Result<()> {
        let until = Instant::now() + self.limits.connect;
        while ready.load(Ordering::SeqCst) < self.limits.at_once {
            let mut asked = JoinSet::new();
            for _ in 0..self.limits.at_once {
                let admin = self.client.database("admin");
                asked.spawn(async move { admin.run_command(doc! { "ping": 1 }).await });
            }
            while let Some(answer) = asked.join_next().await {
                if let Ok(Err(error)) = answer {
                    return Err(self.unreachable(&error));
                }
            }
            if Instant::now() > until {
                return Err(Error::new(
                    Exit::Connection,
                    format!(
                        "of {} connections to {} only {} could be opened within {} s",
                        self.limits.at_once,
                        self.hosts,
                        ready.load(Ordering::SeqCst),
                        self.limits.connect.as_secs()
                    ),
                    "Ask for fewer with --at-once, or give it more time with --connect-seconds.",
                ));
            }
        }
        Ok(())
    }

    /// By how much this machine's clock is ahead of the server's, if that told its time.
    pub(crate) fn ahead(&self) -> Option<SignedDuration> {
        self.ahead
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.client.clone().shutdown().immediate(true).await;
    }

    /// The workspaces: the database that the address names, or every one that holds settings.
    pub(crate) async fn workspaces(&self) -> Result<Vec<Workspace>> {
        if let Some(name) = &self.database {
            return Ok(vec![self.named(name).await?]);
        }
        let mut found = Vec::new();
        for name in self.databases().await? {
            found.extend(self.workspace(&name).await?);
        }
        if found.is_empty() {
            return Err(self.no_workspace());
        }
        Ok(found)
    }

    /// The workspace in a database that somebody named.
    pub(crate) async fn named(&self, name: &str) -> Result<Workspace> {
        let database = self.client.database(name);
        let (names, _) = tokio::join!(self.collections(&database), self.said());
        let names = names?;
        // Whoever may not list collections may still read them, so only a list can say no.
        if names.as_ref().is_some_and(|names| !holds_settings(names)) {
            return Err(no_settings(name, &self.others().await));
        }
        Ok(self.described(database, names).await)
    }

    /// The workspace in a database that somebody may have made for anything; none if it holds no
    /// settings.
    pub(crate) async fn workspace(&self, name: &str) -> Result<Option<Workspace>> {
        let database = self.client.database(name);
        match self.collections(&database).await? {
            Some(names) if holds_settings(&names) => {
                Ok(Some(self.described(database, Some(names)).await))
            }
            _ => Ok(None),
        }
    }

    /// The databases that the login sees, by name.
    pub(crate) async fn databases(&self) -> Result<Vec<String>> {
        let ask = |_| async {
            let list = self.client.list_database_names();
            list.authorized_databases(true).await
        };
        let mut names = self
            .gate
            .ask(ask)
            .await
            .map_err(|error| self.unreachable(&error))?;
        names.retain(|name| !OWN.contains(&name.as_str()));
        names.sort();
        Ok(names)
    }

    /// The error where no database is a workspace.
    pub(crate) fn no_workspace(&self) -> Error {
        Error::new(
            Exit::Nothing,
            format!("no database at {} holds {SETTINGS}", self.hosts),
            "Name the database in the address: mongodb://host/rocketchat. A login that may not list \
             databases has to name it.",
        )
    }

    /// The databases that hold settings, as far as that can be told.
    async fn others(&self) -> Vec<String> {
        let mut found = Vec::new();
        for name in self.databases().await.unwrap_or_default() {
            let names = self.collections(&self.client.database(&name)).await;
            if names.is_ok_and(|names| names.is_some_and(|names| holds_settings(&names))) {
                found.push(name);
            }
        }
        found
    }

    async fn described(&self, database: Database, collections: Option<Vec<String>>) -> Workspace {
        let hello = &self.hello;
        let mut ledger = vec![asked(
            "hello",
            "hello: what the server says of itself",
            "admin",
            hello,
        )];
        if let Some(names) = &collections {
            let names: Document = names
                .iter()
                .map(|name| (name.clone(), Bson::Null))
                .collect();
            let shape = "listCollections: names";
            ledger.push(asked("collections", shape, database.name(), &names));
        }
        let said = self.said().await;
        ledger.extend(said.ledger.iter().cloned());
        let login = said.status.as_ref();
        let login = login.and_then(|status| login::of(status, database.name()));
        let source = source(&database, hello, said.version.clone(), login);
        let gate = Arc::clone(&self.gate);
        Workspace::new(database, collections, source, ledger, self.limits, gate)
    }

    async fn said(&self) -> &Said {
        self.said.get_or_init(|| self.ask_of_itself()).await
    }

    async fn ask_of_itself(&self) -> Said {
        let admin = self.client.database("admin");
        let ask = async |id: &str, shape: &str, command: Document| {
            let run = |_| async { admin.run_command(command.clone()).await };
            let answer = self.gate.ask(run).await.ok()?;
            let entry = asked(id, shape, admin.name(), &answer);
            Some((answer, entry))
        };
        let rights = doc! { "connectionStatus": 1, "showPrivileges": true };
        let (build, status) = tokio::join!(
            ask(
                "build",
                "buildInfo: the server's version",
                doc! { "buildInfo": 1 }
            ),
            ask("login", "connectionStatus: what the login may do", rights),
        );
        let (build, told) = build.unzip();
        let (status, shown) = status.unzip();
        Said {
            version: build.and_then(|info| info.get_str("version").map(str::to_owned).ok()),
            status,
            ledger: told.into_iter().chain(shown).collect(),
        }
    }

    async fn collections(&self, database: &Database) -> Result<Option<Vec<String>>> {
        let ask = |_| async { database.list_collection_names().await };
        match self.gate.ask(ask).await {
            Ok(names) => Ok(Some(names)),
            Err(error) if is_denied(&error) => Ok(None),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    fn unreachable(&self, error: &DriverError) -> Error {
        if is_out_of_time(error) {
            return out_of_time(&self.hosts);
        }
        unreachable(&self.hosts, self.limits, error)
    }
}

fn holds_settings(collections: &[String]) -> bool {
    collections.iter().any(|name| name == SETTINGS)
}

/// The error for what was not begun when the time for the whole run was over.
pub(super) fn out_of_time(place: &str) -> Error {
    Error::new(
        Exit::Incomplete,
        format!("the time for the whole run was over before {place} was read"),
        "Give it more time with --budget, or audit fewer workspaces at a time.",
    )
}

/// The entry of a command in the record of reads.
fn asked(id: &str, shape: &str, database: &str, answer: &Document) -> LedgerEntry {
    let bytes = RawDocumentBuf::try_from(answer).map_or(0, |raw| raw.as_bytes().len());
    LedgerEntry {
        query: id.to_owned(),
        namespace: format!("{database}.$cmd"),
        shape: shape.to_owned(),
        returned: 1,
        bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
        milliseconds: None,
    }
}

fn source(
    database: &Database,
    hello: &Document,
    server_version: Option<String>,
    login: Option<Login>,
) -> Source {
    let cluster_time = hello
        .get_document("$clusterTime")
        .and_then(|time| time.get_timestamp("clusterTime"))
        .ok()
        .map(|time| format!("{}.{}", time.time, time.increment));
    Source {
        kind: SourceKind::Server,
        database: database.name().to_owned(),
        server_version,
        replica_set: hello.get_str("setName").map(str::to_owned).ok(),
        cluster_time,
        login,
    }
}

fn no_settings(name: &str, others: &[String]) -> Error {
    let what = format!("the database '{name}' holds no {SETTINGS}, so it is no workspace");
    let next = if others.is_empty() {
        "No other database that this login sees has one.".to_owned()
    } else {
        format!("These databases have one: {}.", others.join(", "))
    };
    Error::new(Exit::Nothing, what, next)
}
