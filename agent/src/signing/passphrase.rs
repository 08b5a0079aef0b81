//! The passphrase of a key: from a file, from systemd, from the environment, or from a person. Never
//! from the command line, which everybody on the machine can read.

use std::env;
use std::io::IsTerminal as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Secret, private};
use crate::cli::keys::Passphrase;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The name of the systemd credential.
const CREDENTIAL: &str = "rc-audit-key-passphrase";
/// The variable.
const VARIABLE: &str = "RC_AUDIT_KEY_PASSPHRASE";

/// The passphrase of the key at `key`.
pub(super) fn find(options: &Passphrase, key: &Path) -> Result<Secret> {
    if let Some(path) = &options.passphrase_file {
        return first_line(path);
    }
    if let Some(folder) = env::var_os("CREDENTIALS_DIRECTORY") {
        let path = Path::new(&folder).join(CREDENTIAL);
        if path.exists() {
            return first_line(&path);
        }
    }
    if let Ok(text) = env::var(VARIABLE)
        && !text.is_empty()
    {
        return Ok(Zeroizing::new(text));
    }
    let missing = || {
        Error::new(
            Exit::Key,
            format!(
                "the key {} is encrypted with a passphrase, and none was given",
                key.display()
            ),
            format!(
                "Give it with --passphrase-file, the systemd credential {CREDENTIAL}, or {VARIABLE}; \
                 or load the key into an ssh-agent and use --key agent:SHA256:…"
            ),
        )
    };
    // Nobody answers a program that a timer started.
    if !std::io::stdin().is_terminal() {
        return Err(missing());
    }
    rpassword::prompt_password(format!("Passphrase of {}: ", key.display()))
        .map(Zeroizing::new)
        .map_err(|_| missing())
}

fn first_line(path: &Path) -> Result<Secret> {
    let text = private::read(path, "the passphrase file")?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Error::new(
            Exit::Key,
            format!("the first line of {} is empty", path.display()),
            "It should hold the passphrase.",
        ));
    }
    Ok(Zeroizing::new(line.to_owned()))
}
