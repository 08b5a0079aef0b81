//! The state folder and the signing key in it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rc_audit_report::key::{Key, Kind, PublicKey};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// The name of the key in the state folder.
const KEY: &str = "signing-key.pem";
/// The name of the key that takes its place at the end of a rotation.
const NEXT_KEY: &str = "signing-key.next.pem";

/// The state folder: systemd's, or the user's own.
pub(crate) fn folder() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("STATE_DIRECTORY") {
        // systemd gives a list when a unit has several; the first is ours.
        let text = folder.to_string_lossy().into_owned();
        return Ok(PathBuf::from(text.split(':').next().unwrap_or(&text)));
    }
    if let Some(folder) = variable("XDG_STATE_HOME") {
        return Ok(PathBuf::from(folder).join("rc-audit"));
    }
    variable("HOME")
        .map(|home| PathBuf::from(home).join(".local/state/rc-audit"))
        .ok_or_else(|| {
            Error::new(
                Exit::Key,
                "there is no place to keep the signing key: neither STATE_DIRECTORY nor \
                 XDG_STATE_HOME nor HOME is set",
                "Set one of them, or name a key with --key.",
            )
        })
}

/// Makes the state folder, so that everything else can be put out of reach. Whoever needs it tells
/// what is wrong with it.
pub(crate) fn prepare(folder: &Path) {
    let _ = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
}

/// Where the key is kept unless another file is named.
pub(crate) fn key_path() -> Result<PathBuf> {
    Ok(folder()?.join(KEY))
}

/// Where the key is kept that 'key rotate' made.
pub(crate) fn next_key_path() -> Result<PathBuf> {
    Ok(folder()?.join(NEXT_KEY))
}

/// Lets the next key take the place of the key, and gives the name under which that one is kept.
pub(crate) fn replace(old: &PublicKey) -> Result<PathBuf> {
    let (path, next) = (key_path()?, next_key_path()?);
    let short: String = old
        .fingerprint()
        .chars()
        .skip("SHA256:".len())
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect();
    let kept = folder()?.join(format!("signing-key.{short}.old.pem"));
    let failed = |error: io::Error| {
        Error::new(
            Exit::Key,
            format!(
                "{} can't take the place of {}: {error}",
                next.display(),
                path.display()
            ),
            "Nothing was lost: all keys are still in that folder.",
        )
    };
    // At every moment there is a key under its name, or the next run would make one.
    match fs::hard_link(&path, &kept) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        linked => linked.map_err(failed)?,
    }
    fs::rename(&next, &path).map_err(failed)?;
    Ok(kept)
}

/// Makes a key in a new file that nobody else can read.
pub(crate) fn make(path: &Path, kind: Kind) -> Result<Key> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Error::new(
            Exit::Key,
            format!(
                "no key could be made at {}: {what}: {error}",
                path.display()
            ),
            "Name another file, or make the folder writable for this user.",
        )
    };
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(|error| failed("no random bytes", &error))?;
    let key = match kind {
        Kind::Ed25519 => Key::from_seed(&seed),
        Kind::P256 => Key::from_p256_seed(&seed).map_err(|error| failed("random bytes", &error))?,
    };
    let text = key.to_pem().map_err(|error| failed("encoding", &error))?;
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(|error| failed("the folder", &error))?;
    }
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| failed("the file", &error))?;
    Ok(key)
}
