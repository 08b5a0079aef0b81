//! Files that nobody else may read or replace: private keys and passphrases.
//!
//! What is checked is the file that was opened, not its name. Whoever may write a folder on the way
//! to it can put another file in its place, so those are checked as well, before and behind links.

use std::collections::BTreeSet;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use super::Secret;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 16 * 1024;
/// The most links that are followed, as in the kernel.
const LINKS: usize = 40;
/// The bit of a folder in which only the owner of a file can replace it.
const STICKY: u32 = 0o1000;

/// The text of a file that belongs to this user and that nobody else can read or replace.
pub(super) fn read(path: &Path, what: &str) -> Result<Secret> {
    let refused = |why: String, next: String| {
        Error::new(Exit::Key, format!("{what} {} {why}", path.display()), next)
    };
    let unreadable = |error: std::io::Error| {
        refused(
            format!("can't be read: {error}"),
            "Check the path. 'rc-audit key new' makes a key.".to_owned(),
        )
    };
    let file = open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(refused(
            "can't be read: it is no plain file".to_owned(),
            "Name the file with the private key.".to_owned(),
        ));
    }
    let real = std::fs::canonicalize(path).map_err(unreadable)?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o022 != 0 || (mode & 0o077 != 0 && !is_credential(&real, &metadata, mode)) {
        let how = match mode & 0o022 {
            0 => "read",
            _ => "written",
        };
        return Err(refused(
            format!("can be {how} by others (mode {mode:04o})"),
            format!(
                "Use chmod 600 {}. If somebody else may have read it, make a new one.",
                real.display()
            ),
        ));
    }
    if !is_own(&metadata) {
        return Err(refused(
            format!(
                "belongs to user {}, not to the one running this ({})",
                metadata.uid(),
                own()
            ),
            format!(
                "Use chown {} {}, or run as its owner.",
                own(),
                real.display()
            ),
        ));
    }
    for folder in folders(path).map_err(unreadable)? {
        let metadata = std::fs::metadata(&folder).map_err(unreadable)?;
        let mode = metadata.permissions().mode();
        if mode & 0o022 != 0 && mode & STICKY == 0 {
            return Err(refused(
                format!(
                    "can be replaced by others: they can write to the folder {} (mode {:04o})",
                    folder.display(),
                    mode & 0o7777
                ),
                format!("Use chmod go-w {}, or keep it elsewhere.", folder.display()),
            ));
        }
        if !is_own(&metadata) {
            return Err(refused(
                format!(
                    "can be replaced by user {}, to whom the folder {} belongs",
                    metadata.uid(),
                    folder.display()
                ),
                format!(
                    "Use chown {} {}, or keep it elsewhere.",
                    own(),
                    folder.display()
                ),
            ));
        }
    }
    if metadata.len() > LONGEST {
        return Err(refused(
            format!("can't be used: it is larger than {LONGEST} bytes"),
            "Name the file with the private key.".to_owned(),
        ));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

/// The beginning of a file that may hold a public key; nothing if it can't be one.
pub(super) fn peek(path: &Path) -> Option<String> {
    let file = open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    // Of a private key no copy is made.
    (!text.contains("PRIVATE KEY")).then(|| text.to_owned())
}

/// Opens a file, and does not wait for somebody to write into it if it is a pipe.
fn open(path: &Path) -> std::io::Result<File> {
    let wait_not = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    OpenOptions::new()
        .read(true)
        .custom_flags(wait_not)
        .open(path)
}

fn own() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether something belongs to this user or to root, who can read everything anyway.
fn is_own(metadata: &Metadata) -> bool {
    metadata.uid() == own() || metadata.uid() == 0
}

/// Whether a file is a credential that systemd gave to this service. It may be root's, and opened
/// for the service by an access list, which shows as the group's right to read.
fn is_credential(real: &Path, metadata: &Metadata, mode: u32) -> bool {
    let given = std::env::var_os("CREDENTIALS_DIRECTORY")
        .and_then(|folder| std::fs::canonicalize(folder).ok())
        .is_some_and(|folder| real.starts_with(folder));
    given && metadata.uid() == 0 && mode & 0o037 == 0
}

/// Every folder on the way to a file and to the links that lead to it.
fn folders(path: &Path) -> std::io::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut at = std::path::absolute(path)?;
    for _ in 0..LINKS {
        let Some(parent) = at.parent() else {
            break;
        };
        let real = std::fs::canonicalize(parent)?;
        found.extend(real.ancestors().map(Path::to_owned));
        match std::fs::read_link(&at) {
            Ok(target) => at = real.join(target),
            Err(_) => break,
        }
    }
    Ok(found)
}
