//! `key`: make and show the signing key.

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::state;
use crate::talk;

pub(super) fn run(verb: &cli::Key) -> Result<Exit> {
    match verb {
        cli::Key::New { out } => {
            let path = match out {
                Some(path) => path.clone(),
                None => state::key_path()?,
            };
            if path.exists() {
                return Err(Error::new(
                    Exit::Key,
                    format!("{} exists", path.display()),
                    "Nothing was overwritten. Show it with 'rc-audit key show', or name another \
                     file.",
                ));
            }
            let key = state::make(&path)?;
            talk::note(&format!("Key: {}", path.display()));
            talk::data(&format!("{}\n", key.public().fingerprint()));
        }
        cli::Key::Show { key } => {
            let path = match key {
                Some(path) => path.clone(),
                None => state::key_path()?,
            };
            let key = state::load(&path)?.public();
            talk::note(&format!("Key: {}", path.display()));
            talk::data(&format!("{}\n{}\n", key.fingerprint(), key.to_openssh()));
        }
    }
    Ok(Exit::Clean)
}
