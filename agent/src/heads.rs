//! What this machine remembers of the end of each chain that it writes, so that a folder that was
//! replaced, cut or restored is noticed.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rc_audit_report::digest::sha256;
use serde::{Deserialize, Serialize};

use crate::bundle;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::state;

/// The folder below the state folder.
const FOLDER: &str = "heads";
/// The largest head that is read, in bytes.
const AT_MOST: u64 = 64 * 1024;

/// The newest report of a chain.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Where the chain is.
    pub(crate) folder: PathBuf,
    /// The report's number.
    pub(crate) seq: u64,
    /// The SHA-256 of its manifest, hexadecimal.
    pub(crate) digest: String,
    /// When reading for it ended.
    pub(crate) finished: String,
    /// When the next one is due.
    pub(crate) next_due: String,
}

/// Where the head of the chain in a folder is remembered. Each folder has its own chain.
pub(crate) fn path(folder: &Path) -> Result<PathBuf> {
    let mark: String = sha256(folder.as_os_str().as_bytes())
        .chars()
        .take(32)
        .collect();
    Ok(state::folder()?.join(FOLDER).join(format!("{mark}.json")))
}

/// What is remembered; nothing if there is nothing. The error says why it can't be read.
pub(crate) fn remembered(path: &Path) -> std::result::Result<Option<Head>, String> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let bytes = bundle::plain(path, AT_MOST).map_err(|error| error.what)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| format!("{} is damaged: {error}", path.display()))
}

/// Remembers a head.
pub(crate) fn remember(path: &Path, head: &Head) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::new(
            Exit::Output,
            format!(
                "the end of the chain can't be remembered in {}: {error}",
                path.display()
            ),
            "The bundle is written. Let this user write to the state folder.",
        )
    };
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| failed(&error))?;
    }
    let text = serde_json::to_vec(head).map_err(|error| failed(&error))?;
    output::write_file(path, &text)
}
