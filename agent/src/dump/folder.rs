//! Folders that `mongodump` writes: for each collection a file of documents and one of metadata,
//! either of them plain or gzip.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::answer::Scan;
use super::documents::{Documents, damaged, open, unreadable};
use super::{Index, SETTINGS, indexes_of};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::{Settings, setting};

/// The longest metadata that is read, in bytes.
const METADATA: u64 = 4 * 1024 * 1024;

/// The folder of one database.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    database: String,
    files: BTreeMap<String, PathBuf>,
    metadata: BTreeMap<String, PathBuf>,
}

/// The folders of workspaces at a path: the path itself, or folders right below it.
pub(super) fn find(path: &Path) -> Result<Vec<Folder>> {
    let own = Folder::open(path)?;
    if own.has(SETTINGS) {
        return Ok(vec![own]);
    }
    let mut found = Vec::new();
    for entry in entries(path)? {
        if entry.is_dir() {
            let folder = Folder::open(&entry)?;
            if folder.has(SETTINGS) {
                found.push(folder);
            }
        }
    }
    if found.is_empty() {
        return Err(Error::new(
            Exit::Nothing,
            format!(
                "neither {} nor a folder in it holds {SETTINGS}.bson",
                path.display()
            ),
            "Give the folder that mongodump wrote, or the folder of the database in it.",
        ));
    }
    Ok(found)
}

/// What is in a folder, sorted.
fn entries(path: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<std::io::Result<Vec<_>>>()
        })
        .map_err(|error| unreadable(path, &error))?;
    entries.sort();
    Ok(entries)
}

impl Folder {
    fn open(path: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut metadata = BTreeMap::new();
        for entry in entries(path)? {
            let Some(name) = entry.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let name = name.strip_suffix(".gz").unwrap_or(name);
            let (into, collection) = if let Some(collection) = name.strip_suffix(".bson") {
                (&mut files, collection)
            } else if let Some(collection) = name.strip_suffix(".metadata.json") {
                (&mut metadata, collection)
            } else {
                continue;
            };
            if let Some(other) = into.insert(collection.to_owned(), entry.clone()) {
                return Err(Error::usage(
                    format!(
                        "{} and {} hold the same collection",
                        other.display(),
                        entry.display()
                    ),
                    "Remove the one that does not belong to this dump.",
                ));
            }
        }
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let database = name.file_name().map_or_else(
            || "workspace".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        Ok(Self {
            path: path.to_owned(),
            database,
            files,
            metadata,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    pub(super) fn has(&self, collection: &str) -> bool {
        self.files.contains_key(collection)
    }

    /// The settings, and the bytes of their documents.
    pub(super) fn settings(&self) -> Result<(Settings, u64)> {
        match self.files.get(SETTINGS) {
            Some(path) => settings_of(path),
            None => Ok((Settings::default(), 0)),
        }
    }

    /// Shows every document of the collections that are wanted to the scan, collections side by
    /// side.
    pub(super) fn scan(&self, scan: &mut Scan<'_>) -> Result<()> {
        let wanted: Vec<(&String, &PathBuf)> = self
            .files
            .iter()
            .filter(|(collection, _)| scan.wants(collection))
            .collect();
        let parts: Vec<Result<Scan<'_>>> = wanted
            .par_iter()
            .map(|(collection, path)| {
                let mut part = scan.fresh();
                let mut documents = Documents::open(path)?;
                while let Some(document) = documents.next()? {
                    part.see(collection, document);
                }
                Ok(part)
            })
            .collect();
        for part in parts {
            scan.absorb(part?);
        }
        Ok(())
    }

    /// The indexes of a collection, or why they can't be told.
    pub(super) fn indexes(&self, collection: &str) -> std::result::Result<Vec<Index>, String> {
        let Some(path) = self.metadata.get(collection) else {
            return if self.has(collection) {
                Err("the dump has no metadata for it".to_owned())
            } else {
                Ok(Vec::new())
            };
        };
        let mut text = String::new();
        open(path)
            .map_err(|error| error.what)?
            .take(METADATA)
            .read_to_string(&mut text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        indexes_of(&text)
    }
}

/// The settings in a file of documents, and the bytes of these.
pub(super) fn settings_of(path: &Path) -> Result<(Settings, u64)> {
    let mut settings = Settings::default();
    let mut bytes = 0;
    let mut documents = Documents::open(path)?;
    while let Some(document) = documents.next()? {
        let start = bytes;
        bytes += u64::try_from(document.as_bytes().len()).unwrap_or(0);
        let Some(read) = setting(document) else {
            return Err(damaged(
                path,
                start,
                "a document is no setting: it has no text as _id",
            ));
        };
        if !settings.add(read) {
            return Err(damaged(
                path,
                start,
                "a setting is there twice, so the file is not one dump",
            ));
        }
    }
    Ok((settings, bytes))
}
