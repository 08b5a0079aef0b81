//! Reading bundles. A stranger may have made them, so a folder is opened once, links are not
//! followed, what is no plain file is not opened, and nothing is read beyond a bound or twice.

use std::ffi::CStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rc_audit_report::fleet;
use rc_audit_report::manifest::{self, Manifest};
use rc_audit_report::verify::{Content, Item, Tampered, needs_bytes, signs, tampered};
use rustix::fd::OwnedFd;
use rustix::fs::{Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::output;

/// The most files that a bundle has.
const FILES: usize = 64;
/// The largest file of a report, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;
/// The largest file beside a report, such as a signature, in bytes.
const LARGEST_BESIDE: u64 = 256 * 1024;
/// The report that everything else is made from.
pub(crate) const REPORT: &str = "report.json";
/// The page that is made from the report.
pub(crate) const PAGE: &str = "report.html";

/// Stands beside a report that is none on what is.
pub(crate) const WHAT_IF: &str = "WHAT-IF.txt";

/// How much of a bundle is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Depth {
    /// What signatures are made of and over.
    Signatures,
    /// All files, to compare them with the manifest.
    Files,
    /// The same, and the bytes of the report are kept.
    Report,
}

/// What came of reading a bundle: its files, or the first one that is none of a bundle's.
pub(crate) type Items = std::result::Result<Vec<Item>, Tampered>;

/// Bundles that somebody named.
#[derive(Debug)]
pub(crate) struct Found {
    /// Their folders, in the order of their numbers.
    pub(crate) paths: Vec<PathBuf>,
    /// Whether they are all that a folder holds.
    pub(crate) whole: bool,
}

/// The bundles at a path: itself, or the folders in it that are bundles, or those below.
pub(crate) fn find(path: &Path) -> Result<Found> {
    if path.join(manifest::NAME).exists() || output::sequence(path).is_some() {
        return Ok(Found {
            paths: vec![path.to_owned()],
            whole: false,
        });
    }
    if path.join(WHAT_IF).exists() {
        return Err(Error::usage(
            format!("{} is a what-if, and no evidence", path.display()),
            "Nobody signs what would be. Name the bundle of an audit without --assume.",
        ));
    }
    let mut paths = inside(path)?;
    if paths.is_empty() {
        let mut folders: Vec<PathBuf> = entries(path)?;
        folders.retain(|folder| folder.is_dir() && !folder.is_symlink());
        folders.sort();
        for folder in folders {
            paths.extend(inside(&folder)?);
        }
    }
    if paths.is_empty() {
        return Err(Error::usage(
            format!("{} is no bundle and holds none", path.display()),
            "Give the folder of a bundle; it holds a file named MANIFEST.",
        ));
    }
    Ok(Found { paths, whole: true })
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found: Vec<(u64, PathBuf)> = entries(folder)?
        .into_iter()
        .filter_map(|path| Some((output::sequence(&path)?, path)))
        .collect();
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| unreadable(folder, &error))
}

/// Says that the folder of a bundle has the name of another time or number than the manifest in it,
/// as an old report has that is put in the place of a new one. Other names are the reader's own.
pub(crate) fn misnamed(path: &Path, manifest: &Manifest) -> Option<String> {
    let named = output::sequence(path)?;
    let name = path.file_name()?.to_str()?;
    let own = format!("{}-{}", output::stamp(&manifest.finished), manifest.seq);
    (name != own).then(|| {
        format!(
            "the folder is that of number {named}, what is in it is number {} of {}",
            manifest.seq, manifest.finished
        )
    })
}

/// Reads a bundle.
pub(crate) fn read(path: &Path, depth: Depth) -> Result<Items> {
    let failed = |error: Errno| unreadable(path, &error.into());
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(path, flags, Mode::empty()).map_err(failed)?;
    let mut items: Vec<Item> = Vec::new();
    for entry in Dir::read_from(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let raw = entry.file_name();
        if [c".", c".."].contains(&raw) {
            continue;
        }
        let name = raw.to_string_lossy().into_owned();
        if items.len() == FILES {
            return Ok(Err(tampered(
                &name,
                "there are more files than a bundle has",
            )));
        }
        let content = if depth == Depth::Signatures
            && !signs(&name)
            && entry.file_type() == FileType::RegularFile
        {
            Ok(Content::Unread)
        } else {
            open(&folder, raw, entry.file_type()).and_then(|file| content(file, &name, depth))
        };
        match content {
            Ok(content) => items.push(Item { name, content }),
            Err(Failure::Strange(why)) => return Ok(Err(tampered(&name, why))),
            Err(Failure::Unreadable(error)) => return Err(unreadable(&path.join(name), &error)),
        }
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Ok(items))
}

/// Reads a plain file that a stranger may have made, of at most so many bytes.
pub(crate) fn plain(path: &Path, at_most: u64) -> Result<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        // A pipe must not make this wait for ever.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no plain file"));
        }
        let mut bytes = Vec::new();
        file.take(at_most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > at_most {
            return Err(io::Error::other(format!(
                "it is larger than {at_most} bytes"
            )));
        }
        Ok(bytes)
    };
    read().map_err(|error| unreadable(path, &error))
}

/// Reads the report of a bundle, or a report by itself.
pub(crate) fn report(path: &Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        plain(&path.join(REPORT), LARGEST)
    } else {
        plain(path, LARGEST)
    }
}

enum Failure {
    Strange(&'static str),
    Unreadable(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Opens a plain file of a folder. What is said to be anything else is not even opened, because
/// opening some devices does something.
fn open(folder: &OwnedFd, name: &CStr, said: FileType) -> std::result::Result<File, Failure> {
    const STRANGE: Failure =
        Failure::Strange("it is no plain file but a link, a folder, a pipe or a device");
    if !matches!(said, FileType::RegularFile | FileType::Unknown) {
        return Err(STRANGE);
    }
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(folder, name, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP | Errno::NXIO) => return Err(STRANGE),
        Err(error) => return Err(Failure::Unreadable(error.into())),
    };
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(STRANGE)
    }
}

fn content(mut file: File, name: &str, depth: Depth) -> std::result::Result<Content, Failure> {
    const LARGE: Failure = Failure::Strange("it is larger than such a file of a bundle can be");
    let beside = needs_bytes(name);
    let at_most = if beside { LARGEST_BESIDE } else { LARGEST };
    let length = file.metadata()?.len();
    if length > at_most {
        return Err(LARGE);
    }
    if beside || (depth == Depth::Report && [REPORT, fleet::FILE].contains(&name)) {
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(at_most + 1).read_to_end(&mut bytes)?;
        // It may have grown since its length was read.
        if bytes.len() as u64 > at_most {
            return Err(LARGE);
        }
        return Ok(Content::Bytes(bytes));
    }
    let mut digest = Sha256::new();
    let mut piece = vec![0; 128 * 1024];
    let mut total = 0_u64;
    loop {
        let length = file.read(&mut piece)?;
        total += length as u64;
        if total > at_most {
            return Err(LARGE);
        }
        let Some(piece) = piece.get(..length).filter(|piece| !piece.is_empty()) else {
            return Ok(Content::Digest(hex::encode(digest.finalize())));
        };
        digest.update(piece);
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::usage(
        format!("{} can't be read: {error}", path.display()),
        "Check the path.",
    )
}
