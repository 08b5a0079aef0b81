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
    let seen = Seen::of(&metadata);
    if let Some((why, next)) = seen.file(&real, is_credential(&real, &metadata)) {
        return Err(refused(why, next));
    }
    for folder in folders(path).map_err(unreadable)? {
        let seen = Seen::of(&std::fs::metadata(&folder).map_err(unreadable)?);
        if let Some((why, next)) = seen.folder(&folder) {
            return Err(refused(why, next));
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

/// To whom something belongs, and who may do what with it.
struct Seen {
    mode: u32,
    owner: u32,
    /// Who runs this.
    own: u32,
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        Self {
            mode: metadata.permissions().mode() & 0o7777,
            owner: metadata.uid(),
            own: rustix::process::geteuid().as_raw(),
        }
    }

    /// Why a file can't be relied on, and what to do.
    fn file(&self, path: &Path, is_credential: bool) -> Option<(String, String)> {
        let Self { mode, owner, own } = *self;
        let path = path.display();
        // A credential may be open to the group, which is how an access list shows.
        let closed = if is_credential { 0o037 } else { 0o077 };
        if mode & closed != 0 {
            let how = if mode & 0o022 == 0 { "read" } else { "written" };
            return Some((
                format!("can be {how} by others (mode {:04o})", mode & 0o777),
                format!("Use chmod 600 {path}. If somebody else may have read it, make a new one."),
            ));
        }
        self.is_strange().then(|| {
            (
                format!("belongs to user {owner}, not to the one running this ({own})"),
                format!("Use chown {own} {path}, or run as its owner."),
            )
        })
    }

    /// Why the files in a folder can't be relied on, and what to do.
    fn folder(&self, path: &Path) -> Option<(String, String)> {
        let Self { mode, owner, own } = *self;
        let path = path.display();
        if mode & 0o022 != 0 && mode & STICKY == 0 {
            return Some((
                format!(
                    "can be replaced by others: they can write to the folder {path} (mode {mode:04o})"
                ),
                format!("Use chmod go-w {path}, or keep it elsewhere."),
            ));
        }
        self.is_strange().then(|| {
            (
                format!("can be replaced by user {owner}, to whom the folder {path} belongs"),
                format!("Use chown {own} {path}, or keep it elsewhere."),
            )
        })
    }

    /// Whether it belongs to neither this user nor root, who can read everything anyway.
    fn is_strange(&self) -> bool {
        self.owner != self.own && self.owner != 0
    }
}

/// Whether a file is a credential that systemd gave to this service. It may be root's, and opened
/// for the service by an access list.
fn is_credential(real: &Path, metadata: &Metadata) -> bool {
    let given = std::env::var_os("CREDENTIALS_DIRECTORY")
        .and_then(|folder| std::fs::canonicalize(folder).ok())
        .is_some_and(|folder| real.starts_with(folder));
    given && metadata.uid() == 0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(mode: u32, owner: u32) -> Seen {
        Seen {
            mode,
            owner,
            own: 1000,
        }
    }

    #[test]
    fn a_file_is_this_user_s_or_root_s_and_closed_to_all_others() {
        let path = Path::new("/etc/key");
        let file = |mode, owner, credential| seen(mode, owner).file(path, credential);
        for (mode, owner) in [(0o600, 1000), (0o400, 1000), (0o600, 0), (0o700, 1000)] {
            assert_eq!(file(mode, owner, false), None, "{mode:o} {owner}");
        }
        for mode in [0o640, 0o604, 0o660, 0o606, 0o620, 0o610, 0o601] {
            let (why, next) = file(mode, 1000, false).expect("a reason");
            assert!(why.contains(&format!("{mode:04o}")), "{why}");
            assert!(next.contains("chmod 600 /etc/key"), "{next}");
        }
        let (why, next) = file(0o600, 1001, false).expect("a reason");
        assert!(why.contains("user 1001"), "{why}");
        assert!(next.contains("chown 1000 /etc/key"), "{next}");
        // What systemd gives may be root's with an access list, and nothing more.
        assert_eq!(file(0o440, 0, true), None);
        assert!(file(0o444, 0, true).is_some());
        assert!(file(0o460, 0, true).is_some());
    }

    #[test]
    fn a_folder_is_one_in_which_nobody_else_can_replace_the_file() {
        let path = Path::new("/etc/keys");
        let folder = |mode, owner| seen(mode, owner).folder(path);
        for (mode, owner) in [(0o700, 1000), (0o755, 0), (0o1777, 0), (0o750, 1000)] {
            assert_eq!(folder(mode, owner), None, "{mode:o} {owner}");
        }
        for mode in [0o777, 0o770, 0o775, 0o702] {
            let (why, next) = folder(mode, 1000).expect("a reason");
            assert!(why.contains("/etc/keys"), "{why}");
            assert!(next.contains("chmod go-w /etc/keys"), "{next}");
        }
        let (why, next) = folder(0o755, 1001).expect("a reason");
        assert!(why.contains("user 1001"), "{why}");
        assert!(next.contains("chown 1000 /etc/keys"), "{next}");
    }
}
