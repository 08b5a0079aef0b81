//! `key`: make, show and change the signing key.

use std::path::Path;

use rc_audit_report::key::{KeyError, Kind, PublicKey, Signer as _};
use rc_audit_report::sshsig::NAMESPACE;

use crate::cli::keys::{Form, Key, Passphrase};
use crate::confine::Guard;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::signing;
use crate::state;
use crate::talk;

pub(super) fn run(verb: &Key, guard: &mut Guard) -> Result<Exit> {
    // Only a key that is named may be held by an agent.
    if !matches!(verb, Key::Show { key: Some(_), .. }) {
        guard.without_sockets();
    }
    match verb {
        Key::New { out, p256 } => {
            let path = match out {
                Some(path) => path.clone(),
                None => state::key_path()?,
            };
            let public = make(
                &path,
                *p256,
                "Nothing was overwritten. Show it with 'rc-audit key show', or name another file.",
            )?;
            talk::note(&format!("Key: {}", path.display()));
            talk::data(&format!("{}\n", public.fingerprint()));
        }
        Key::Show {
            key,
            form,
            passphrase,
        } => show(key.as_deref(), *form, passphrase)?,
        Key::Rotate {
            finish: false,
            p256,
        } => begin(*p256)?,
        Key::Rotate { finish: true, .. } => finish()?,
    }
    Ok(Exit::Clean)
}

fn make(path: &Path, p256: bool, exists: &str) -> Result<PublicKey> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::new(
            Exit::Key,
            format!("{} exists", path.display()),
            exists,
        ));
    }
    let kind = if p256 { Kind::P256 } else { Kind::Ed25519 };
    Ok(state::make(path, kind)?.public())
}

fn show(key: Option<&Path>, form: Option<Form>, passphrase: &Passphrase) -> Result<()> {
    let own = state::key_path();
    let path = match key {
        Some(path) => path.to_owned(),
        None => own?,
    };
    let public = signing::public(&path, passphrase)?;
    let pem = public.to_pem().map_err(|error| internal(&error))?;
    let fingerprint = public.fingerprint();
    let openssh = public.to_openssh();
    let allowed = format!("* namespaces=\"{NAMESPACE}\" {openssh}");
    talk::note(&format!("Key: {}", path.display()));
    talk::data(&match form {
        None => format!("{fingerprint}\n{openssh}\n{allowed}\n{pem}"),
        Some(Form::Fingerprint) => format!("{fingerprint}\n"),
        Some(Form::Openssh) => format!("{openssh}\n"),
        Some(Form::AllowedSigners) => format!("{allowed}\n"),
        Some(Form::Pem) => pem,
    });
    Ok(())
}

fn begin(p256: bool) -> Result<()> {
    let path = state::key_path()?;
    let old = signing::public(&path, &NOTHING)?;
    let next = state::next_key_path()?;
    let public = make(
        &next,
        p256,
        "A rotation has begun. 'rc-audit check' signs with both keys; 'rc-audit key rotate --finish' \
         ends it.",
    )?;
    talk::note(&format!(
        "Key:  {} {}\nNext: {} {}\nFrom now on 'rc-audit check' names the next key and signs with \
         both.\nWhen each workspace has such a report, run 'rc-audit key rotate --finish'.",
        path.display(),
        old.fingerprint(),
        next.display(),
        public.fingerprint()
    ));
    talk::data(&format!("{}\n", public.fingerprint()));
    Ok(())
}

fn finish() -> Result<()> {
    let next = state::next_key_path()?;
    if next.symlink_metadata().is_err() {
        return Err(Error::new(
            Exit::Key,
            "no rotation has begun",
            "'rc-audit key rotate' makes the next key.",
        ));
    }
    let public = signing::public(&next, &NOTHING)?;
    let old = signing::public(&state::key_path()?, &NOTHING)?;
    let kept = state::replace(&old)?;
    talk::note(&format!(
        "Key: {} {}\nThe old key {} is kept as {}; delete it when nobody needs it any more.",
        state::key_path()?.display(),
        public.fingerprint(),
        old.fingerprint(),
        kept.display()
    ));
    talk::data(&format!("{}\n", public.fingerprint()));
    Ok(())
}

/// Keys in the state folder have no passphrase.
const NOTHING: Passphrase = Passphrase {
    passphrase_file: None,
};

fn internal(error: &KeyError) -> Error {
    Error::new(Exit::Internal, error.to_string(), "Please report this.")
}
