//! Workspaces in files: what `mongodump` and `mongoexport` write.
//!
//! A file is read once from its beginning to its end, in bounded memory, and every query looks at
//! each document as it passes. Only loopholes differ from a running server: a dump has no indexes
//! to find things by, and needs none.

mod answer;
mod archive;
mod documents;
mod filter;
mod folder;
mod path;
mod settings_file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rc_audit_rules::collection::{CORE, STARTED};
use rc_audit_rules::query::{Query, Take};
use rc_audit_rules::snapshot::{Dataset, Gap, GapReason, LedgerEntry, Source, SourceKind};
use rc_audit_rules::value::Value;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::Settings;
use answer::Scan;

/// The collection that makes a database a workspace.
const SETTINGS: &str = "rocketchat_settings";

/// A workspace in files.
#[derive(Debug)]
pub(crate) struct Dump {
    source: Source,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A folder with two files for each collection.
    Folder(folder::Folder),
    /// An archive; the name is that of the database in it.
    Archive(PathBuf, archive::Contents),
    /// A file with the settings alone.
    Settings(PathBuf),
}

/// What reading a dump gives.
pub(crate) struct Read {
    pub(crate) settings: Settings,
    pub(crate) data: BTreeMap<String, Dataset>,
    pub(crate) ledger: Vec<LedgerEntry>,
}

/// An index as a dump's metadata states it: its field names joined by commas, and its time limit.
#[derive(Clone, Debug, PartialEq)]
struct Index {
    keys: String,
    expires: Option<i64>,
}

impl Dump {
    /// The workspaces at a path.
    pub(crate) fn find(path: &Path) -> Result<Vec<Self>> {
        if path.is_dir() {
            let folders = folder::find(path)?;
            return Ok(folders
                .into_iter()
                .map(|folder| Self {
                    source: source(SourceKind::DumpFolder, folder.database()),
                    place: Place::Folder(folder),
                })
                .collect());
        }
        if archive::is_one(path)? {
            let found = archive::contents(path)?;
            if found.is_empty() {
                return Err(no_settings(path));
            }
            return Ok(found
                .into_iter()
                .map(|(database, contents)| Self {
                    source: source(SourceKind::DumpArchive, &database),
                    place: Place::Archive(path.to_owned(), contents),
                })
                .collect());
        }
        Ok(vec![Self {
            source: source(SourceKind::SettingsFile, &stem(path)),
            place: Place::Settings(path.to_owned()),
        }])
    }

    /// Where it is.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Reads everything. The queries follow from the settings.
    pub(crate) fn read(&self, queries: impl FnOnce(&Settings) -> Vec<Query>) -> Result<Read> {
        let (settings, bytes) = match &self.place {
            Place::Folder(folder) => folder.settings()?,
            Place::Archive(path, _) => archive::settings(path, &self.source.database)?,
            Place::Settings(path) => settings_file::read(path)?,
        };
        if settings.stored.is_empty() {
            return Err(no_settings(match &self.place {
                Place::Folder(folder) => folder.path(),
                Place::Archive(path, _) | Place::Settings(path) => path,
            }));
        }
        let mut ledger = vec![LedgerEntry {
            query: "settings".to_owned(),
            namespace: self.namespace(SETTINGS),
            shape: "all documents; texts reduced while reading except where a rule needs them"
                .to_owned(),
            returned: number(settings.stored.len() + settings.groups.len()),
            bytes,
            milliseconds: None,
        }];
        let queries = queries(&settings);
        let mut data = BTreeMap::new();
        let mut open: Vec<Query> = Vec::new();
        for query in queries {
            match self.missing(&query) {
                Some(gap) => {
                    data.insert(query.id.to_owned(), Dataset::Gap(gap));
                    ledger.push(self.entry(&query, 0, 0));
                }
                None => open.push(query),
            }
        }
        let mut scan = Scan::new(&open);
        match &self.place {
            Place::Folder(folder) => folder.scan(&mut scan)?,
            Place::Archive(path, _) => archive::scan(path, &self.source.database, &mut scan)?,
            Place::Settings(_) => {}
        }
        for (query, (dataset, bytes)) in open.iter().zip(scan.finish()) {
            let dataset = match &query.take {
                Take::Indexes => self.indexes(query.collection),
                _ => dataset,
            };
            ledger.push(self.entry(query, crate::mongo::returned(&dataset), bytes));
            data.insert(query.id.to_owned(), dataset);
        }
        Ok(Read {
            settings,
            data,
            ledger,
        })
    }

    fn entry(&self, query: &Query, returned: u64, bytes: u64) -> LedgerEntry {
        LedgerEntry {
            query: query.id.to_owned(),
            namespace: self.namespace(query.collection),
            shape: query.to_string(),
            returned,
            bytes,
            milliseconds: None,
        }
    }

    fn namespace(&self, collection: &str) -> String {
        format!("{}.{collection}", self.source.database)
    }

    /// The collections that the dump holds; none if it holds the settings alone.
    fn has(&self, collection: &str) -> bool {
        match &self.place {
            Place::Folder(folder) => folder.has(collection),
            Place::Archive(_, contents) => contents.has(collection),
            Place::Settings(_) => false,
        }
    }

    /// Why a query can't be answered, if it can't.
    fn missing(&self, query: &Query) -> Option<Gap> {
        let whole = CORE.iter().all(|collection| self.has(collection));
        let absent = query
            .collections()
            .find(|collection| !self.has(collection) && (!whole || STARTED.contains(collection)))?;
        let detail = match self.place {
            Place::Settings(_) => "the file holds the settings alone".to_owned(),
            _ => "the dump was made without it".to_owned(),
        };
        Some(Gap {
            collection: absent.to_owned(),
            reason: GapReason::NotInSource,
            detail,
        })
    }

    fn indexes(&self, collection: &str) -> Dataset {
        let indexes = match &self.place {
            Place::Folder(folder) => folder.indexes(collection),
            Place::Archive(_, contents) => Ok(contents.indexes(collection)),
            Place::Settings(_) => Ok(Vec::new()),
        };
        match indexes {
            Ok(indexes) => Dataset::Rows {
                rows: indexes
                    .into_iter()
                    .map(|index| {
                        let mut row =
                            BTreeMap::from([("keys".to_owned(), Value::from(index.keys))]);
                        if let Some(seconds) = index.expires {
                            row.insert("expires".to_owned(), Value::Int(seconds));
                        }
                        row
                    })
                    .collect(),
                complete: true,
            },
            Err(detail) => Dataset::Gap(Gap {
                collection: collection.to_owned(),
                reason: GapReason::Unreadable,
                detail,
            }),
        }
    }
}

/// What a metadata file says of a collection.
#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    indexes: Vec<StoredIndex>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredIndex {
    key: Names,
    expire_after_seconds: Option<serde_json::Value>,
}

/// The names of an object, in their order.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Indexes out of the text of a metadata file, or what is wrong with it.
fn indexes_of(metadata: &str) -> std::result::Result<Vec<Index>, String> {
    let metadata: Metadata = serde_json::from_str(metadata)
        .map_err(|error| format!("the metadata can't be read: {error}"))?;
    Ok(metadata
        .indexes
        .into_iter()
        .map(|index| Index {
            keys: index.key.0.join(","),
            expires: index.expire_after_seconds.as_ref().and_then(whole_number),
        })
        .collect())
}

/// A whole number in plain or Extended JSON.
fn whole_number(json: &serde_json::Value) -> Option<i64> {
    if let Some(number) = json.as_i64() {
        return Some(number);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a time limit in seconds is far below 2^53, and a fraction of one does not matter"
    )]
    if let Some(number) = json.as_f64() {
        return Some(number as i64);
    }
    ["$numberInt", "$numberLong", "$numberDouble"]
        .iter()
        .find_map(|kind| {
            let text = json.get(kind)?.as_str()?;
            text.parse()
                .ok()
                .or_else(|| text.strip_suffix(".0")?.parse().ok())
        })
}

fn source(kind: SourceKind, database: &str) -> Source {
    Source {
        kind,
        database: database.to_owned(),
        server_version: None,
        replica_set: None,
        cluster_time: None,
        login: None,
    }
}

/// The name of a file without its endings.
fn stem(path: &Path) -> String {
    let name = path.file_name().map_or_else(
        || "workspace".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let mut name = name.as_str();
    for ending in [".gz", ".bson", ".jsonl", ".json", ".settings"] {
        name = name.strip_suffix(ending).unwrap_or(name);
    }
    name.to_owned()
}

fn no_settings(path: &Path) -> Error {
    Error::new(
        Exit::Nothing,
        format!("{} holds no {SETTINGS}", path.display()),
        "Give a folder or archive written by mongodump of the workspace's database, or a file with \
         that collection.",
    )
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
