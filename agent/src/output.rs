//! Writing bundles: beside, flushed, renamed. A bundle is there whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use rc_audit_report::bundle;
use rc_audit_report::digest::sha256;
use rc_audit_report::manifest;
use rustix::fs::{FlockOperation, flock};

use crate::error::{Error, Result};
use crate::exit::Exit;

/// The link to the newest bundle.
const LATEST: &str = "latest";
/// Held while a bundle is written, so that two runs do not take the same number.
const LOCK: &str = ".lock";

/// The folder of one workspace's bundles, locked.
pub(crate) struct Chain {
    folder: PathBuf,
    _lock: File,
    /// The number of the next bundle.
    pub(crate) seq: u64,
    /// The SHA-256 of the newest manifest.
    pub(crate) prev: String,
}

impl Chain {
    /// Opens the folder of a workspace below `out`, and makes it if it is not there.
    pub(crate) fn open(out: &Path, workspace: &str) -> Result<Self> {
        let folder = out.join(workspace);
        let failed = |error: io::Error| failed(&folder, &error);
        make(&folder).map_err(failed)?;
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
        let mut newest = 0;
        let mut prev = manifest::NO_PREVIOUS.to_owned();
        let mut signed = 0;
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let Some(seq) = sequence(&path) else {
                continue;
            };
            newest = seq.max(newest);
            // An unsigned report has no manifest and is no link of the chain.
            if let Ok(text) = fs::read(path.join(manifest::NAME))
                && seq > signed
            {
                signed = seq;
                prev = sha256(&text);
            }
        }
        Ok(Self {
            folder,
            _lock: lock,
            seq: newest + 1,
            prev,
        })
    }

    /// Writes a bundle under its final name, which must be new.
    pub(crate) fn write(&self, time: &str, files: &[bundle::File]) -> Result<PathBuf> {
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
        for file in files {
            let mut open = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o640)
                .open(draft.path().join(&file.name))
                .map_err(failed)?;
            open.write_all(&file.bytes).map_err(failed)?;
            open.sync_all().map_err(failed)?;
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
