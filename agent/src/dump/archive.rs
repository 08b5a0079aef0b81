//! Archives that `mongodump --archive` writes, plain or gzip.
//!
//! The format is that of MongoDB's tools: a magic number; a header document; one document of
//! metadata for each collection; an end mark; then blocks, each a header document that names a
//! collection, followed by its documents and an end mark. Blocks of several collections alternate. The
//! head of a collection's last block says so; without it the archive was cut between two blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read as _};
use std::path::Path;

use super::answer::Scan;
use super::documents::{damaged, open, read_document, read_rest, unreadable};
use super::{Index, SETTINGS, indexes_of};
use crate::error::Result;
use crate::mongo::bson::RawDocument;
use crate::mongo::{Settings, setting};

/// The first four bytes.
const MAGIC: [u8; 4] = [0x6d, 0xe2, 0x99, 0x81];
/// Ends the metadata and each block.
const END: [u8; 4] = [0xff; 4];

/// The collections of a database in an archive, with their indexes.
#[derive(Debug, Default)]
pub(super) struct Contents {
    collections: BTreeMap<String, Vec<Index>>,
}

impl Contents {
    pub(super) fn has(&self, collection: &str) -> bool {
        self.collections.contains_key(collection)
    }

    pub(super) fn indexes(&self, collection: &str) -> Vec<Index> {
        self.collections
            .get(collection)
            .cloned()
            .unwrap_or_default()
    }
}

/// Whether a file begins like an archive.
pub(super) fn is_one(path: &Path) -> Result<bool> {
    let mut reader = open(path)?;
    let mut magic = [0; 4];
    match reader.read_exact(&mut magic) {
        Ok(()) => Ok(magic == MAGIC),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The databases in an archive that hold settings.
pub(super) fn contents(path: &Path) -> Result<BTreeMap<String, Contents>> {
    let mut archive = Archive::open(path)?;
    let mut found: BTreeMap<String, Contents> = BTreeMap::new();
    archive.prelude(&mut |document| {
        let (Ok(database), Ok(collection)) =
            (document.get_str("db"), document.get_str("collection"))
        else {
            return;
        };
        let indexes = document
            .get_str("metadata")
            .ok()
            .and_then(|metadata| indexes_of(metadata).ok())
            .unwrap_or_default();
        found
            .entry(database.to_owned())
            .or_default()
            .collections
            .insert(collection.to_owned(), indexes);
    })?;
    found.retain(|_, contents| contents.has(SETTINGS));
    Ok(found)
}

/// The settings of a database, and the bytes of their documents.
pub(super) fn settings(path: &Path, database: &str) -> Result<(Settings, u64)> {
    let mut settings = Settings::default();
    let mut bytes = 0;
    let mut problem = None;
    each(path, database, &mut |collection, document| {
        if collection != SETTINGS {
            return;
        }
        bytes += u64::try_from(document.as_bytes().len()).unwrap_or(0);
        match setting(document) {
            Some(read) => {
                if !settings.add(read) {
                    problem = Some("a setting is there twice, so the archive is not one dump");
                }
            }
            None => problem = Some("a document is no setting: it has no text as _id"),
        }
    })?;
    match problem {
        Some(problem) => Err(damaged(path, 0, problem)),
        None => Ok((settings, bytes)),
    }
}

/// Shows every document of a database to the scan.
pub(super) fn scan(path: &Path, database: &str, scan: &mut Scan<'_>) -> Result<()> {
    each(path, database, &mut |collection, document| {
        if scan.wants(collection) {
            scan.see(collection, document);
        }
    })
}

fn each(path: &Path, database: &str, show: &mut dyn FnMut(&str, &RawDocument)) -> Result<()> {
    let mut archive = Archive::open(path)?;
    let mut open = BTreeSet::new();
    archive.prelude(&mut |entry| {
        if entry.get_str("db").is_ok_and(|it| it == database)
            && has_blocks(entry)
            && let Ok(collection) = entry.get_str("collection")
        {
            open.insert(collection.to_owned());
        }
    })?;
    while let Some(block) = archive.block()? {
        let ours = block.database == database;
        if ours && block.last {
            open.remove(&block.collection);
        }
        while archive.document()? {
            if ours {
                let document = archive.current()?;
                show(&block.collection, document);
            }
        }
    }
    match open.first() {
        None => Ok(()),
        Some(collection) => Err(damaged(
            path,
            archive.offset,
            &format!("the archive ends before the end of {collection}"),
        )),
    }
}

/// Whether a collection has blocks under its own name. A view has none, and what belongs to a time
/// series stands under another name.
fn has_blocks(entry: &RawDocument) -> bool {
    let kind = entry.get_str("type").unwrap_or_default();
    let metadata = entry.get_str("metadata").unwrap_or_default();
    matches!(kind, "" | "collection") && !metadata.contains("\"viewOn\"")
}

/// The head of a block.
struct Block {
    database: String,
    collection: String,
    /// Whether it is the collection's last.
    last: bool,
}

/// An archive while it is read.
struct Archive<'a> {
    path: &'a Path,
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    offset: u64,
}

impl<'a> Archive<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        Ok(Self {
            path,
            reader: open(path)?,
            buffer: Vec::new(),
            offset: 0,
        })
    }

    /// Reads up to the end of the metadata.
    fn prelude(&mut self, show: &mut dyn FnMut(&RawDocument)) -> Result<()> {
        let mut magic = [0; 4];
        self.reader
            .read_exact(&mut magic)
            .map_err(|error| self.broken(&error))?;
        if magic != MAGIC {
            return Err(damaged(
                self.path,
                0,
                "it does not begin like an archive of mongodump",
            ));
        }
        self.offset += 4;
        let length = read_document(&mut *self.reader, &mut self.buffer)
            .map_err(|error| self.broken(&error))?;
        self.offset += length;
        while self.document()? {
            show(self.current()?);
        }
        Ok(())
    }

    /// The next block, or none at the end of the archive.
    fn block(&mut self) -> Result<Option<Block>> {
        let rest = self.reader.fill_buf();
        if rest
            .map_err(|error| unreadable(self.path, &error))?
            .is_empty()
        {
            return Ok(None);
        }
        if !self.document()? {
            return Err(damaged(self.path, self.offset, "a block has no head"));
        }
        let head = self.current()?;
        let (Ok(database), Ok(collection)) = (head.get_str("db"), head.get_str("collection"))
        else {
            return Err(damaged(
                self.path,
                self.offset,
                "a block does not name its collection",
            ));
        };
        Ok(Some(Block {
            database: database.to_owned(),
            collection: collection.to_owned(),
            last: head.get_bool("EOF").unwrap_or(false),
        }))
    }

    /// Reads the next document into the buffer; false at an end mark.
    fn document(&mut self) -> Result<bool> {
        let mut head = [0; 4];
        self.reader
            .read_exact(&mut head)
            .map_err(|error| self.broken(&error))?;
        if head == END {
            self.offset += 4;
            return Ok(false);
        }
        let length = read_rest(head, &mut *self.reader, &mut self.buffer)
            .map_err(|error| self.broken(&error))?;
        self.offset += length;
        Ok(true)
    }

    fn current(&self) -> Result<&RawDocument> {
        RawDocument::from_bytes(&self.buffer).map_err(|error| {
            damaged(
                self.path,
                self.offset,
                &format!("the document before is malformed: {error}"),
            )
        })
    }

    fn broken(&self, error: &io::Error) -> crate::error::Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                damaged(self.path, self.offset, "the archive ends in the middle")
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                damaged(self.path, self.offset, &error.to_string())
            }
            _ => unreadable(self.path, error),
        }
    }
}
