//! Reading one workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use mongodb::Database;
use mongodb::bson::{Bson, Document, RawDocument, RawDocumentBuf};
use mongodb::error::{Error as DriverError, ErrorKind, Result as DriverResult};
use rayon::prelude::*;
use rc_audit_rules::licence::LicenceText;
use rc_audit_rules::query::{Field, Query, Take};
use rc_audit_rules::snapshot::{Dataset, Gap, GapReason, LedgerEntry, Source, StoredSetting};
use rc_audit_rules::value::Value;

use super::connect::{Limits, is_denied, is_timeout, reason};
use super::decode::{self, Setting};
use super::deployment::out_of_time;
use super::gate::{Gate, is_out_of_time};
use super::pipeline;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// What the comment on every query begins with, for the database's own logs; the id of the query
/// follows, under which the ledger has it.
const COMMENT: &str = "rc-audit: read-only audit";
const SETTINGS: &str = "rocketchat_settings";

/// A workspace in a running MongoDB.
pub(crate) struct Workspace {
    database: Database,
    collections: Option<BTreeSet<String>>,
    source: Source,
    ledger: Vec<LedgerEntry>,
    limits: Limits,
    gate: Arc<Gate>,
}

/// The settings of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) stored: BTreeMap<String, StoredSetting>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) licence: LicenceText,
}

impl Settings {
    /// Adds a document; false if its id was there before.
    pub(crate) fn add(&mut self, setting: Setting) -> bool {
        match setting {
            Setting::Group(id) => self.groups.insert(id),
            Setting::Stored(id, setting, licence) => {
                if let Some(licence) = licence {
                    self.licence = licence;
                }
                self.stored.insert(id, *setting).is_none()
            }
        }
    }
}

impl Workspace {
    pub(super) fn new(
        database: Database,
        collections: Option<Vec<String>>,
        source: Source,
        ledger: Vec<LedgerEntry>,
        limits: Limits,
        gate: Arc<Gate>,
    ) -> Self {
        Self {
            database,
            collections: collections.map(|names| names.into_iter().collect()),
            source,
            ledger,
            limits,
            gate,
        }
    }

    /// What was asked so far.
    pub(crate) fn ledger(&self) -> Vec<LedgerEntry> {
        self.ledger.clone()
    }

    /// Where it is.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Reads the settings, which everything else rests on, so that a failure is an error.
    pub(crate) async fn settings(&self) -> Result<(Settings, LedgerEntry)> {
        let started = Instant::now();
        // These are many and small, so that keeping them to read them later would cost more.
        let read = |document: &RawDocument| {
            let setting = decode::reduced_setting(document);
            (document.as_bytes().len(), setting)
        };
        let documents = self
            .each("settings", SETTINGS, pipeline::settings(), read)
            .await
            .map_err(|error| self.unreadable(&error))?;
        let mut settings = Settings::default();
        let (returned, mut bytes) = (documents.len(), 0);
        for (length, setting) in documents {
            bytes += length;
            // Ids are unique in a collection, and a document without a readable id is no setting.
            if let Some(setting) = setting {
                settings.add(setting);
            }
        }
        let entry = LedgerEntry {
            query: "settings".to_owned(),
            namespace: self.namespace(SETTINGS),
            shape: "all documents; texts reduced in the database except where a rule needs them"
                .to_owned(),
            returned: count(returned),
            bytes: count(bytes),
            milliseconds: Some(milliseconds(started)),
        };
        Ok((settings, entry))
    }

    /// Answers a query. What can't be read is an answer too.
    pub(crate) async fn answer(&self, query: Query) -> (Dataset, LedgerEntry) {
        let started = Instant::now();
        let mut entry = LedgerEntry {
            query: query.id.to_owned(),
            namespace: self.namespace(query.collection),
            shape: query.to_string(),
            returned: 0,
            bytes: 0,
            milliseconds: None,
        };
        let answer = if self.lacks(query.collection) {
            Ok(nothing(&query.take))
        } else {
            self.ask(&query, &mut entry).await
        };
        entry.milliseconds = Some(milliseconds(started));
        let dataset = answer.unwrap_or_else(|error| Dataset::Gap(gap(&query, &error)));
        (dataset, entry)
    }

    /// Whether the server said that there is no such collection.
    fn lacks(&self, collection: &str) -> bool {
        self.collections
            .as_ref()
            .is_some_and(|names| !names.contains(collection))
    }

    async fn ask(&self, query: &Query, entry: &mut LedgerEntry) -> DriverResult<Dataset> {
        if let Take::Unreferenced(references) = &query.take {
            return self.unreferenced(query, references, entry).await;
        }
        let Some(stages) = pipeline::stages(query) else {
            return self.indexes(query.collection, entry).await;
        };
        let documents = self.documents(query.id, query.collection, &stages).await?;
        entry.bytes = count(documents.iter().map(|it| it.as_bytes().len()).sum());
        let dataset = match &query.take {
            Take::Rows {
                fields, at_most, ..
            } => rows(&documents, fields, *at_most),
            Take::Each { carry, at_most, .. } => rows(&documents, carry, *at_most),
            Take::Counts(names) => {
                let names = names.iter().map(|(name, _)| *name);
                counts(
                    documents.first().map(|it| &**it),
                    names,
                    |document, name| {
                        let facet = document.get_array(name).ok()?;
                        let first = facet.into_iter().next()?.ok()?;
                        first
                            .as_document()?
                            .get("n")
                            .ok()
                            .flatten()
                            .map(decode::value)
                    },
                )
            }
            Take::Orphans { .. } => counts(
                documents.first().map(|it| &**it),
                ["all", "orphaned"],
                number,
            ),
            Take::Members { .. } => counts(
                documents.first().map(|it| &**it),
                ["all", "lacking"],
                number,
            ),
            Take::Size => counts(documents.first().map(|it| &**it), ["all"], number),
            Take::Tally { latest, .. } => tally(&documents, *latest),
            Take::Unreferenced(_) | Take::Indexes => nothing(&query.take),
        };
        entry.returned = returned(&dataset);
        Ok(dataset)
    }

    pub(super) async fn documents(
        &self,
        query: &str,
        collection: &str,
        stages: &[Document],
    ) -> DriverResult<Vec<RawDocumentBuf>> {
        self.each(query, collection, stages, RawDocument::to_owned)
            .await
    }

    /// What is read from each document of an answer.
    async fn each<T>(
        &self,
        query: &str,
        collection: &str,
        stages: &[Document],
        read: impl Fn(&RawDocument) -> T + Copy,
    ) -> DriverResult<Vec<T>> {
        let ask = |time| {
            let collection = self.database.collection::<RawDocumentBuf>(collection);
            async move {
                let mut cursor = collection
                    .aggregate(stages.iter().cloned())
                    .max_time(time)
                    .comment(Bson::from(format!("{COMMENT}, {query}")))
                    .batch_size(1_000)
                    .with_type::<RawDocumentBuf>()
                    .await?;
                let mut documents = Vec::new();
                while cursor.advance().await? {
                    documents.push(read(cursor.current()));
                }
                Ok(documents)
            }
        };
        self.gate.ask(ask).await
    }

    async fn indexes(&self, collection: &str, entry: &mut LedgerEntry) -> DriverResult<Dataset> {
        let ask = |time| {
            let collection = self.database.collection::<RawDocumentBuf>(collection);
            async move {
                let mut cursor = collection.list_indexes().max_time(time).await?;
                let mut indexes = Vec::new();
                while cursor.advance().await? {
                    indexes.push(cursor.deserialize_current()?);
                }
                Ok(indexes)
            }
        };
        let mut rows = Vec::new();
        for index in self.gate.ask(ask).await? {
            let keys: Vec<&str> = index.keys.keys().map(String::as_str).collect();
            let mut row = BTreeMap::from([("keys".to_owned(), Value::from(keys.join(",")))]);
            let expires = index.options.and_then(|options| options.expire_after);
            if let Some(seconds) = expires.and_then(|it| i64::try_from(it.as_secs()).ok()) {
                row.insert("expires".to_owned(), Value::Int(seconds));
            }
            rows.push(row);
        }
        entry.returned = count(rows.len());
        Ok(Dataset::Rows {
            rows,
            complete: true,
        })
    }

    fn namespace(&self, collection: &str) -> String {
        format!("{}.{collection}", self.source.database)
    }

    fn unreadable(&self, error: &DriverError) -> Error {
        let namespace = self.namespace(SETTINGS);
        match error.kind.as_ref() {
            _ if is_out_of_time(error) => out_of_time(&namespace),
            _ if is_denied(error) => Error::new(
                Exit::Incomplete,
                format!("the login may not read {namespace}"),
                format!(
                    "Give it the role 'read' on {}: db.grantRolesToUser(USER, [{{role: 'read', \
                     db: '{}'}}]).",
                    self.source.database, self.source.database
                ),
            ),
            _ if is_timeout(error) => Error::new(
                Exit::Incomplete,
                format!(
                    "reading {namespace} took longer than {} s",
                    self.limits.query.as_secs()
                ),
                "Raise --query-seconds, or run the audit at a quieter hour.",
            ),
            ErrorKind::Authentication { .. } => Error::new(
                Exit::Connection,
                "the server refused the login",
                "Check user name, password and the authSource of the address.",
            ),
            _ => Error::new(
                Exit::Connection,
                format!("reading {namespace} failed: {}", reason(error)),
                "Check that the server still runs, and try again.",
            ),
        }
    }
}

/// The answer of a collection that does not exist: it is empty.
fn nothing(take: &Take) -> Dataset {
    let zeros = |names: &[&str]| {
        Dataset::Counts(names.iter().map(|name| ((*name).to_owned(), 0)).collect())
    };
    match take {
        Take::Rows { .. } | Take::Each { .. } | Take::Indexes => Dataset::Rows {
            rows: Vec::new(),
            complete: true,
        },
        Take::Counts(names) => zeros(&names.iter().map(|(name, _)| *name).collect::<Vec<_>>()),
        Take::Orphans { .. } | Take::Unreferenced(_) => zeros(&["all", "orphaned"]),
        Take::Members { .. } => zeros(&["all", "lacking"]),
        Take::Size => zeros(&["all"]),
        Take::Tally { .. } => Dataset::Tally {
            counts: BTreeMap::new(),
            complete: true,
        },
    }
}

fn rows(documents: &[RawDocumentBuf], fields: &[Field], at_most: u32) -> Dataset {
    let bound = usize::try_from(at_most).unwrap_or(usize::MAX);
    let rows: Vec<_> = documents
        .par_iter()
        .take(bound)
        .filter_map(|document| decode::row(document, fields))
        .collect();
    Dataset::Rows {
        complete: documents.len() <= bound,
        rows,
    }
}

/// Numbers by kind. One document more than the bound may have been counted, which tells that there
/// were more.
fn tally(documents: &[RawDocumentBuf], latest: Option<(&'static str, u32)>) -> Dataset {
    let mut counts = BTreeMap::new();
    for document in documents {
        let kind = document.get_str("_id").unwrap_or_default().to_owned();
        let number = number(document, "n").and_then(|it| it.as_int());
        let number = number.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
        *counts.entry(kind).or_insert(0) += number;
    }
    let all: u64 = counts.values().sum();
    Dataset::Tally {
        complete: latest.is_none_or(|(_, at_most)| all <= u64::from(at_most)),
        counts,
    }
}

/// Numbers by name. A group over no document gives no document, which is zero.
fn counts<'a>(
    document: Option<&RawDocument>,
    names: impl IntoIterator<Item = &'a str>,
    get: impl Fn(&RawDocument, &str) -> Option<Value>,
) -> Dataset {
    let counts = names
        .into_iter()
        .map(|name| {
            let value = document
                .and_then(|document| get(document, name))
                .and_then(|value| value.as_int())
                .and_then(|value| u64::try_from(value).ok())
                .unwrap_or(0);
            (name.to_owned(), value)
        })
        .collect();
    Dataset::Counts(counts)
}

fn number(document: &RawDocument, name: &str) -> Option<Value> {
    document.get(name).ok().flatten().map(decode::value)
}

fn gap(query: &Query, error: &DriverError) -> Gap {
    let (reason, detail) = if is_denied(error) {
        (GapReason::Denied, "the login may not read it".to_owned())
    } else if is_out_of_time(error) {
        (
            GapReason::TimedOut,
            "the time for the whole run was over before it was asked for".to_owned(),
        )
    } else if is_timeout(error) {
        (
            GapReason::TimedOut,
            "the time limit for a query ended the read".to_owned(),
        )
    } else {
        (GapReason::Failed, reason(error))
    };
    Gap {
        collection: query.collections().collect::<Vec<_>>().join(", "),
        reason,
        detail,
    }
}

/// How many rows or numbers an answer has.
pub(crate) fn returned(dataset: &Dataset) -> u64 {
    match dataset {
        Dataset::Rows { rows, .. } => count(rows.len()),
        Dataset::Counts(counts) | Dataset::Tally { counts, .. } => count(counts.len()),
        Dataset::Gap(_) => 0,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn milliseconds(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
