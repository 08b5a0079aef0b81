//! Writing bundles: beside, flushed, renamed. A bundle is there whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rc_audit_report::bundle::File as BundleFile;
use rc_audit_report::digest::sha256;
use rc_audit_report::manifest::{self, Manifest};
use rc_audit_report::v1::{ChainNotice, FORMAT, Report};
use rustix::fs::{FlockOperation, flock};

use crate::bundle;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::heads::{self, Head};

/// The link to the newest bundle.
const LATEST: &str = "latest";
/// Held while a bundle is written, so that two runs do not take the same number.
const LOCK: &str = ".lock";
/// The largest manifest, in bytes.
const LONGEST: u64 = manifest::AT_MOST as u64;

/// The folder of one workspace's bundles, locked.
pub(crate) struct Chain {
    folder: PathBuf,
    _lock: File,
    /// Where the head is remembered; none without a state folder.
    memory: Option<PathBuf>,
    /// The number of the next bundle.
    pub(crate) seq: u64,
    /// The newest report that the next one follows.
    pub(crate) previous: Option<Head>,
    /// The bundles that are there, by their numbers.
    folders: Vec<(u64, PathBuf)>,
    /// What is odd about the end of the chain.
    pub(crate) notices: Vec<ChainNotice>,
}

impl Chain {
    /// Opens the folder of a workspace below `out`, and makes it if it is not there.
    pub(crate) fn open(out: &Path, workspace: &str) -> Result<Self> {
        let folder = out.join(workspace);
        let failed = |error: io::Error| failed(&folder, &error);
        make(&folder).map_err(failed)?;
        let lock = lock(&folder)?;
        let absolute = fs::canonicalize(&folder).map_err(failed)?;
        let memory = heads::path(&absolute).ok();
        let remembered = memory.as_deref().map_or(Ok(None), heads::remembered);
        let mut there = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            there.extend(sequence(&path).map(|seq| (seq, path)));
        }
        there.sort();
        let newest = there.last().map_or(0, |(seq, _)| *seq);
        // An unsigned report has no manifest and is no link of the chain.
        let head = there.iter().rev().find_map(|(seq, path)| {
            let text = bundle::plain(&path.join(manifest::NAME), LONGEST).ok()?;
            Some(head(&absolute, *seq, &text, parsed(&text)))
        });
        let mut notices = Vec::new();
        let previous = continued(head, remembered, &there, &mut notices);
        Ok(Self {
            folder,
            _lock: lock,
            memory,
            seq: newest.max(previous.as_ref().map_or(0, |head| head.seq)) + 1,
            previous,
            folders: there,
            notices,
        })
    }

    /// The newest report that can be read, which changes and ages are told from. A failure does not
    /// become young because the report that had it is gone: an older one has it too, and the reader is
    /// told.
    pub(crate) fn story(&mut self) -> Option<Report> {
        let previous = self.previous.as_ref()?;
        let found = self
            .folders
            .iter()
            .rev()
            .find_map(|(seq, path)| Some((*seq, report(path)?)));
        let gone = format!(
            "the report of number {} is not there as it was written, or this version can't read it",
            previous.seq
        );
        let (kind, text) = match &found {
            None => (
                "history_missing",
                format!(
                    "{gone}, nor any before it; since when a failure is there begins anew with \
                     this report"
                ),
            ),
            Some((seq, _)) if *seq < previous.seq => (
                "history_gap",
                format!(
                    "{gone}; what changed, and since when a failure is there, is told from number \
                     {seq} on"
                ),
            ),
            Some(_) => return found.map(|(_, report)| report),
        };
        self.notices.push(ChainNotice {
            kind: kind.to_owned(),
            text,
        });
        found.map(|(_, report)| report)
    }

    /// The folder that holds its bundles.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Remembers the manifest that was just written as the end of the chain.
    pub(crate) fn remember(&self, text: &[u8]) -> Result<()> {
        let Some(memory) = &self.memory else {
            return Ok(());
        };
        let failed = |error: io::Error| failed(&self.folder, &error);
        let absolute = fs::canonicalize(&self.folder).map_err(failed)?;
        heads::remember(memory, &head(&absolute, self.seq, text, parsed(text)))
    }

    /// Writes a bundle under its final name, which must be new.
    pub(crate) fn write(&self, time: &str, files: &[BundleFile]) -> Result<PathBuf> {
        let name = format!("{time}-{}", self.seq);
        let target = self.folder.join(&name);
        if target.symlink_metadata().is_ok() {
            return Err(Error::new(
                Exit::Output,
                format!("{} exists", target.display()),
                "Nothing was overwritten. Move it away, or write to another folder with --out.",
            ));
        }
        let failed = |error: io::Error| failed(&self.folder, &error);
        let draft = tempfile::Builder::new()
            .prefix(".draft-")
            .tempdir_in(&self.folder)
            .map_err(failed)?;
        // All of them are on their way to the disk before the first is waited for.
        let mut written = Vec::new();
        for file in files {
            let mut open = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o640)
                .open(draft.path().join(&file.name))
                .map_err(failed)?;
            open.write_all(&file.bytes).map_err(failed)?;
            written.push(open);
        }
        for file in written {
            file.sync_all().map_err(failed)?;
        }
        set_mode(draft.path(), 0o750).map_err(failed)?;
        sync(draft.path()).map_err(failed)?;
        fs::rename(draft.path(), &target).map_err(failed)?;
        // The draft is gone under its old name, so there is nothing left to remove.
        let _ = draft.keep();
        self.point_to(&name).map_err(failed)?;
        sync(&self.folder).map_err(failed)?;
        Ok(target)
    }

    fn point_to(&self, name: &str) -> io::Result<()> {
        let draft = self.folder.join(format!(".{LATEST}-{}", self.seq));
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        symlink(name, &draft)?;
        fs::rename(draft, self.folder.join(LATEST))
    }
}

/// A manifest, if it can be read.
fn parsed(text: &[u8]) -> Option<Manifest> {
    Manifest::parse(std::str::from_utf8(text).ok()?).ok()
}

/// Whether a folder holds bundles of a workspace.
pub(crate) fn is_chain(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| sequence(&path).is_some())
}

/// The report in a bundle, if its manifest names it as it is.
fn report(folder: &Path) -> Option<Report> {
    let manifest = parsed(&bundle::plain(&folder.join(manifest::NAME), LONGEST).ok()?)?;
    let bytes = bundle::report(folder).ok()?;
    let digest = sha256(&bytes);
    let named = |(known, name): &(String, String)| name == bundle::REPORT && *known == digest;
    let is_named = manifest.files.iter().any(named);
    let report: Report = is_named.then(|| serde_json::from_slice(&bytes).ok())??;
    (report.format == FORMAT).then_some(report)
}

/// Takes the lock of a folder, or says that somebody else has it.
pub(crate) fn lock(folder: &Path) -> Result<File> {
    let failed = |error: io::Error| failed(folder, &error);
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o640)
        .open(folder.join(LOCK))
        .map_err(failed)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
        if error == rustix::io::Errno::WOULDBLOCK {
            Error::new(
                Exit::Output,
                format!("another run is writing to {}", folder.display()),
                "Wait for it to end, then run again.",
            )
        } else {
            failed(error.into())
        }
    })?;
    Ok(lock)
}

/// The head that a manifest is. One that can't be read is a link too, with its digest alone.
fn head(folder: &Path, seq: u64, text: &[u8], manifest: Option<Manifest>) -> Head {
    let manifest = manifest.unwrap_or_default();
    Head {
        folder: folder.to_owned(),
        seq,
        digest: sha256(text),
        finished: manifest.finished,
        next_due: manifest.next_due,
    }
}

/// The head that the next report follows: the one that is there, unless another is remembered.
fn continued(
    there: Option<Head>,
    remembered: std::result::Result<Option<Head>, String>,
    folders: &[(u64, PathBuf)],
    notices: &mut Vec<ChainNotice>,
) -> Option<Head> {
    let mut notice = |kind: &str, text: String| {
        notices.push(ChainNotice {
            kind: kind.to_owned(),
            text,
        });
    };
    let remembered = match remembered {
        Ok(remembered) => remembered,
        Err(why) => {
            notice(
                "head_unknown",
                format!("what was remembered of its end is lost: {why}"),
            );
            None
        }
    };
    let Some(known) = remembered else {
        if let Some(head) = &there {
            notice(
                "head_unknown",
                format!(
                    "this report follows number {} that was found in the folder; nothing on this \
                     machine shows that this was the last one",
                    head.seq
                ),
            );
        }
        return there;
    };
    // The report that is remembered may have others after it.
    let same = folders
        .iter()
        .filter(|(seq, _)| *seq == known.seq)
        .any(|(_, path)| {
            bundle::plain(&path.join(manifest::NAME), LONGEST)
                .is_ok_and(|text| sha256(&text) == known.digest)
        });
    match there {
        Some(head) if same && head.seq > known.seq => {
            notice(
                "head_moved",
                format!(
                    "the last report that was remembered is number {}; what follows it up to number \
                     {} was added by another run or put there",
                    known.seq, head.seq
                ),
            );
            Some(head)
        }
        Some(_) if same => Some(known),
        Some(head) if head.seq >= known.seq => {
            notice(
                "head_differs",
                format!(
                    "number {} in the folder is not the report that was written; somebody put \
                     another in its place. This report follows the one that was written ({})",
                    known.seq, known.digest
                ),
            );
            Some(known)
        }
        other => {
            notice(
                "head_missing",
                format!(
                    "number {} was written and is not there; the newest report in the folder is {}. \
                     This report follows the missing one ({})",
                    known.seq,
                    other.map_or("none".to_owned(), |head| format!("number {}", head.seq)),
                    known.digest
                ),
            );
            Some(known)
        }
    }
}

/// A time as it stands in the names of folders: `2026-11-20T06:00:00Z` is `20261120T060000Z`.
pub(crate) fn stamp(time: &str) -> String {
    time.replace(['-', ':'], "")
}

/// Makes the folder for output, so that everything else can be put out of reach. Whoever writes to it
/// tells what is wrong with it.
pub(crate) fn prepare(out: &Path) {
    let _ = make(out);
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o750).create(folder)
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes one file beside, flushed, renamed.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = folder_of(path);
    // Renaming would put a file in the place of a device such as /dev/null, for everybody.
    if let Ok(found) = fs::metadata(path)
        && !found.is_file()
    {
        return Err(Error::new(
            Exit::Output,
            format!("{} is no plain file", path.display()),
            "Nothing was overwritten. Name a file.",
        ));
    }
    let write = || -> io::Result<()> {
        let mut draft = tempfile::Builder::new()
            .prefix(".draft-")
            .tempfile_in(folder)?;
        draft.write_all(bytes)?;
        draft.as_file().sync_all()?;
        draft.persist(path).map_err(|error| error.error)?;
        sync(folder)
    };
    write().map_err(|error| failed(path, &error))
}

/// Writes a file of a report that belongs into no chain, in a folder that is made.
pub(crate) fn write_below(folder: &Path, file: &BundleFile) -> Result<()> {
    make(folder).map_err(|error| failed(folder, &error))?;
    let path = folder.join(&file.name);
    write_file(&path, &file.bytes)?;
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640))
        .map_err(|error| failed(&path, &error))
}

/// The number in the name of a bundle's folder: `20261122T053000Z-7`.
pub(crate) fn sequence(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let (time, seq) = name.rsplit_once('-')?;
    let shaped = time.len() == 16
        && time.bytes().enumerate().all(|(index, byte)| match index {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    (shaped && path.is_dir() && !path.is_symlink()).then(|| seq.parse().ok())?
}

fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn failed(path: &Path, error: &io::Error) -> Error {
    let next = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Make room on the disk and run again; nothing half-written is left."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Let this user write there, or name another folder with --out."
        }
        _ => "Name another place with --out; nothing half-written is left.",
    };
    Error::new(
        Exit::Output,
        format!("writing to {} failed: {error}", path.display()),
        next,
    )
}
