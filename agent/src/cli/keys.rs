//! What is typed of keys: who signs, and whose signature counts.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Who signs.
#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// Sign with this key; without it one is made and kept in the state folder
    ///
    /// A file with a private key, Ed25519 or P-256, as OpenSSH or OpenSSL (PKCS#8) write it, plain or
    /// with a passphrase; agent:SHA256:… for a key that an ssh-agent holds; or a file with a public
    /// key whose private half an ssh-agent holds.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<PathBuf>,

    /// Name this key as the next signer, and sign with both
    ///
    /// Whoever trusts the key so far then trusts the next one. 'key rotate' makes one for the key in
    /// the state folder, which needs no option.
    #[arg(long, value_name = "KEY")]
    pub(crate) next_key: Option<PathBuf>,

    /// Show this OpenSSH certificate of the key, so that one authority covers many workspaces
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
}

/// Where a passphrase comes from.
#[derive(Debug, Args)]
pub(crate) struct Passphrase {
    /// Read the passphrase of the key from the first line of this file
    ///
    /// Without it: the systemd credential rc-audit-key-passphrase, then RC_AUDIT_KEY_PASSPHRASE, then
    /// a question if there is a terminal.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Whose signature counts.
#[derive(Debug, Args)]
pub(crate) struct Trusting {
    /// Trust this signer: a fingerprint (SHA256:…), or a file with public keys
    #[arg(long, value_name = "SIGNER")]
    pub(crate) signer: Vec<String>,

    /// Trust the signers and authorities of this list, under its conditions (see ssh-keygen(1))
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Vec<PathBuf>,

    /// The name that the list has to allow; without it the workspace's name
    #[arg(long, value_name = "NAME", requires = "allowed_signers")]
    pub(crate) principal: Option<String>,

    /// Do not trust the keys of this list: public keys or fingerprints, one on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) revoked: Vec<PathBuf>,
}

impl Trusting {
    /// Whether somebody is named whose signature counts.
    pub(crate) fn names_anybody(&self) -> bool {
        !self.signer.is_empty() || !self.allowed_signers.is_empty()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a new key
    New {
        /// Write it to this file; without it to the state folder
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Make an ECDSA key on P-256, for verifiers that know no Ed25519
        #[arg(long)]
        p256: bool,
    },
    /// Show the public key, its fingerprint, and how to pin it
    Show {
        /// The key as 'check --key' takes it; without it the one in the state folder
        #[arg(long, value_name = "KEY")]
        key: Option<PathBuf>,
        /// Show only this
        #[arg(long = "as", value_name = "FORM", value_enum)]
        form: Option<Form>,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// Change the key in the state folder without losing the trust that it has
    ///
    /// Makes the next key. Each 'check' then names it and signs with both. When every workspace has
    /// such a report, 'key rotate --finish' puts it in the place of the old one, which is kept.
    Rotate {
        /// Let the next key take the place of the old one
        #[arg(long)]
        finish: bool,
        /// Make an ECDSA key on P-256
        #[arg(long, conflicts_with = "finish")]
        p256: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// SHA256:…
    Fingerprint,
    /// A line as in signer.pub
    Openssh,
    /// A line for a list of allowed signers
    AllowedSigners,
    /// What OpenSSL reads
    Pem,
}
