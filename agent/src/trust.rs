//! Whose signature counts, from what was typed and the files that it names.

use std::path::Path;

use rc_audit_report::key::{PublicKey, is_fingerprint};
use rc_audit_report::trust::{AllowedSigners, Revoked, Trust};

use crate::cli::keys::Trusting;
use crate::error::{Error, Result};
use crate::input;

/// Reads what is trusted.
pub(crate) fn read(options: &Trusting) -> Result<Trust> {
    let mut trust = Trust {
        identity: options.principal.clone(),
        ..Trust::default()
    };
    for signer in &options.signer {
        if is_fingerprint(signer) {
            trust.fingerprints.push(signer.clone());
        } else if signer.starts_with("SHA256:") {
            return Err(Error::usage(
                format!("{signer} is no fingerprint"),
                "It has 43 letters after 'SHA256:', as 'rc-audit key show' and 'ssh-keygen -l' print \
                 it.",
            ));
        } else {
            trust.keys.extend(keys(Path::new(signer))?);
        }
    }
    for path in &options.allowed_signers {
        let list = AllowedSigners::parse(&input::text(path)?)
            .map_err(|error| refused(path, &error.to_string()))?;
        trust.allowed.add(list);
    }
    for path in &options.revoked {
        let list = Revoked::parse(&input::bytes(path)?)
            .map_err(|error| refused(path, &error.to_string()))?;
        trust.revoked.add(list);
    }
    Ok(trust)
}

fn refused(path: &Path, why: &str) -> Error {
    Error::usage(format!("{}: {why}", path.display()), "Nothing was checked.")
}

/// The keys in a file of public keys, one on each line. A list of allowed signers is none: its
/// conditions would be lost.
fn keys(path: &Path) -> Result<Vec<PublicKey>> {
    let mut keys = Vec::new();
    for (index, line) in input::text(path)?.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        keys.push(PublicKey::from_openssh(line).map_err(|error| {
            Error::usage(
                format!("{}, line {}: {error}", path.display(), index + 1),
                "Give a fingerprint (SHA256:…), a signer.pub, or a list of allowed signers with \
                 --allowed-signers.",
            )
        })?);
    }
    if keys.is_empty() {
        return Err(refused(path, "there is no public key in it"));
    }
    Ok(keys)
}
