//! The state folder and the signing key in it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use rc_audit_report::key::Key;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// The name of the key in the state folder.
const KEY: &str = "signing-key.pem";

/// A key and how it was come by.
pub(crate) struct Loaded {
    pub(crate) key: Key,
    pub(crate) path: PathBuf,
    /// Whether it was made just now.
    pub(crate) made: bool,
}

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

/// The key in a file, or the one in the state folder, which is made if there is none.
pub(crate) fn key(path: Option<&Path>) -> Result<Loaded> {
    if let Some(path) = path {
        return Ok(Loaded {
            key: load(path)?,
            path: path.to_owned(),
            made: false,
        });
    }
    let path = folder()?.join(KEY);
    if path.exists() {
        return Ok(Loaded {
            key: load(&path)?,
            path,
            made: false,
        });
    }
    let key = make(&path)?;
    Ok(Loaded {
        key,
        path,
        made: true,
    })
}

/// Where the key is kept unless another file is named.
pub(crate) fn key_path() -> Result<PathBuf> {
    Ok(folder()?.join(KEY))
}

/// Reads a key that nobody else can read.
pub(crate) fn load(path: &Path) -> Result<Key> {
    let refused = |what: String, next: &str| {
        Error::new(
            Exit::Key,
            format!("the key {} {what}", path.display()),
            next,
        )
    };
    let metadata = fs::metadata(path).map_err(|error| {
        refused(
            format!("can't be read: {error}"),
            "Check the path, or make one with 'rc-audit key new'.",
        )
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(refused(
            format!("can be read by others (mode {mode:04o})"),
            "Use chmod 600. If somebody else may have read it, make a new one.",
        ));
    }
    let owner = metadata.uid();
    let own = rustix::process::geteuid().as_raw();
    if owner != own && owner != 0 {
        return Err(refused(
            format!("belongs to user {owner}, not to the one running this ({own})"),
            "Use chown, or run as its owner.",
        ));
    }
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| refused(format!("can't be read: {error}"), ""))?;
    Key::from_pem(&text).map_err(|error| refused(format!("can't be used: {error}"), ""))
}

/// Makes a key in a new file that nobody else can read.
pub(crate) fn make(path: &Path) -> Result<Key> {
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
    let key = Key::from_seed(&seed);
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
