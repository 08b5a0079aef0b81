//! Who signs: a key in a file, or one that an ssh-agent holds. All of it is opened before anything is
//! read of a workspace; afterwards a key in memory or a connection that is open already is all that
//! signing needs.

mod agent;
mod passphrase;
mod private;

use std::path::{Path, PathBuf};

use rc_audit_report::bundle::Signers;
use rc_audit_report::key::{Certificate, Key, KeyError, Kind, PublicKey, Signer, is_fingerprint};
use zeroize::Zeroizing;

use crate::cli::keys::{Passphrase, Signing};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::state;

/// How a key that an agent holds is named.
const AGENT: &str = "agent:";

/// Who signs the reports of a run.
pub(crate) struct Pen {
    key: Box<dyn Signer + Send>,
    next: Option<Box<dyn Signer + Send>>,
    certificate: Option<Certificate>,
    /// Where the key is, if it was made just now.
    pub(crate) made: Option<PathBuf>,
}

impl Pen {
    /// Who signs a bundle.
    pub(crate) fn signers(&self) -> Signers<'_> {
        Signers {
            key: self.key.as_ref(),
            next: self.next.as_deref().map(|next| next as &dyn Signer),
            certificate: self.certificate.as_ref(),
        }
    }

    /// The signer's public key.
    pub(crate) fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// The public key of the next signer.
    pub(crate) fn next(&self) -> Option<PublicKey> {
        self.next.as_ref().map(|next| next.public())
    }

    /// The certificate that is shown.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }
}

/// Opens what is to sign. Without a key named, the one in the state folder is taken, and made if
/// there is none.
pub(crate) fn open(options: &Signing) -> Result<Pen> {
    let mut made = None;
    let mut next = options.next_key.clone();
    let path = if let Some(path) = &options.key {
        path.clone()
    } else {
        let path = state::key_path()?;
        if !exists(&path) {
            state::make(&path, Kind::Ed25519)?;
            made = Some(path.clone());
        }
        // A rotation that 'key rotate' began.
        next = next.or(Some(state::next_key_path()?).filter(|path| exists(path)));
        path
    };
    let key = signer(&path, &options.passphrase)?;
    let next = next
        .map(|path| signer(&path, &options.passphrase))
        .transpose()?;
    if next
        .as_ref()
        .is_some_and(|next| next.public() == key.public())
    {
        return Err(Error::usage(
            format!("the next key is the same as {}", path.display()),
            "Name another one, or none.",
        ));
    }
    let certificate = options
        .certificate
        .as_deref()
        .map(|path| certificate(path, &key.public()))
        .transpose()?;
    Ok(Pen {
        key,
        next,
        certificate,
        made,
    })
}

/// The public key of what `check --key` takes. Nothing but the agent's list is asked for.
pub(crate) fn public(path: &Path, passphrase: &Passphrase) -> Result<PublicKey> {
    if let Some(key) = named_public(path)? {
        return Ok(key);
    }
    Ok(signer(path, passphrase)?.public())
}

/// Whether something is at a path, though it be a link that leads nowhere: nothing may be made there.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn signer(path: &Path, passphrase: &Passphrase) -> Result<Box<dyn Signer + Send>> {
    let text = path.to_string_lossy();
    if let Some(fingerprint) = text.strip_prefix(AGENT) {
        if !is_fingerprint(fingerprint) {
            return Err(Error::new(
                Exit::Key,
                format!("'{fingerprint}' is not a fingerprint"),
                "Write agent:SHA256:… as 'ssh-add -l' shows it.",
            ));
        }
        return Ok(Box::new(agent::Held::find(fingerprint)?));
    }
    if let Some(key) = named_public(path)? {
        return Ok(Box::new(agent::Held::find(&key.fingerprint())?));
    }
    let text = private::read(path, "the key")?;
    match Key::read(&text, None) {
        Err(KeyError::Passphrase) => {
            let passphrase = passphrase::find(passphrase, path)?;
            Key::read(&text, Some(&passphrase))
        }
        read => read,
    }
    .map(|key| Box::new(key) as Box<dyn Signer + Send>)
    .map_err(|error| unusable(path, &error))
}

/// The key in a file, if that is a public one. Such a file may be read by everybody.
fn named_public(path: &Path) -> Result<Option<PublicKey>> {
    let Some(text) = private::peek(path) else {
        return Ok(None);
    };
    match PublicKey::from_openssh(&text) {
        Ok(key) => Ok(Some(key)),
        Err(KeyError::Kind(kind)) if kind.ends_with("-cert-v01@openssh.com") => Err(Error::new(
            Exit::Key,
            format!("{} is a certificate", path.display()),
            "Give the key with --key and this with --certificate.",
        )),
        Err(error @ KeyError::Kind(_)) => Err(unusable(path, &error)),
        Err(_) => Ok(None),
    }
}

fn unusable(path: &Path, error: &KeyError) -> Error {
    let next = match error {
        KeyError::Kind(_) => "Make another one with 'rc-audit key new'.",
        KeyError::WrongPassphrase => "Check the passphrase with 'ssh-keygen -y -f KEY'.",
        KeyError::Stretched(_) => "Encrypt it anew with 'ssh-keygen -p -f KEY'.",
        _ => "",
    };
    Error::new(
        Exit::Key,
        format!("the key {} can't be used: {error}", path.display()),
        next,
    )
}

fn certificate(path: &Path, key: &PublicKey) -> Result<Certificate> {
    let refused = |why: String| {
        Error::new(
            Exit::Key,
            format!("the certificate {} can't be used: {why}", path.display()),
            "Make one with 'ssh-keygen -s AUTHORITY -I ID -n WORKSPACE KEY.pub'.",
        )
    };
    let text = input::text(path)?;
    let certificate =
        Certificate::from_openssh(&text).map_err(|error| refused(error.to_string()))?;
    if certificate.key() != *key {
        return Err(refused(format!(
            "it is one of the key {}, and {} signs",
            certificate.key().fingerprint(),
            key.fingerprint()
        )));
    }
    Ok(certificate)
}

/// A text that is wiped from memory when it is dropped.
type Secret = Zeroizing<String>;
