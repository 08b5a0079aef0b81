//! A bundle: the files that stand for one report, and their signatures. Made in memory; writing
//! it is the caller's part.

mod recipe;

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use crate::checkpoint::{self, Checkpoint};
use crate::digest::sha256;
use crate::dsse;
use crate::key::{Certificate, KeyError, Signer};
use crate::manifest::{self, Manifest};
use crate::sshsig;
use crate::timestamp;
use crate::v1::{Report, Tool, Verdict};

/// The raw signature over the manifest.
pub const SIGNATURE: &str = "MANIFEST.sig";
/// The signature over the manifest as OpenSSH writes it.
pub const SSH_SIGNATURE: &str = "MANIFEST.sshsig";
/// The signer's public key for OpenSSH.
pub const SIGNER: &str = "signer.pub";
/// The signer's public key for OpenSSL.
pub const SIGNER_PEM: &str = "signer.pub.pem";
/// The raw signature by the key that signs from the next report on.
pub const NEXT_SIGNATURE: &str = "MANIFEST.next.sig";
/// The signature by the next key as OpenSSH writes it.
pub const NEXT_SSH_SIGNATURE: &str = "MANIFEST.next.sshsig";
/// The next public key for OpenSSH.
pub const NEXT_SIGNER: &str = "next-signer.pub";
/// The next public key for OpenSSL.
pub const NEXT_SIGNER_PEM: &str = "next-signer.pub.pem";
/// What an authority says of the signer's key.
pub const CERTIFICATE: &str = "signer-cert.pub";
/// The signature of [`SSH_SIGNATURE`], shown with the certificate in place of the key.
pub const CERTIFIED: &str = "MANIFEST.cert.sshsig";
/// How to check the bundle with stock tools.
pub const VERIFY: &str = "VERIFY.txt";

/// The files of every bundle that its manifest can't list, because they rest on it.
pub const UNLISTED: [&str; 6] = [
    manifest::NAME,
    SIGNATURE,
    SSH_SIGNATURE,
    checkpoint::NAME,
    dsse::NAME,
    timestamp::QUERY,
];

/// A file of a bundle.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    digest: OnceLock<String>,
}

impl File {
    /// A file.
    #[must_use]
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
            digest: OnceLock::new(),
        }
    }

    /// The same under another name.
    #[must_use]
    pub fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// The SHA-256 of its bytes, taken once.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| sha256(&self.bytes))
    }
}

/// Why a bundle could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The key can't be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The statement could not be written, which is a fault of this program.
    #[error("the statement could not be written: {0}")]
    Statement(#[from] serde_json::Error),
}

/// Where a bundle stands in its chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// The number, from 1.
    pub seq: u64,
    /// The SHA-256 of the previous manifest.
    pub prev: String,
    /// When the next report is due.
    pub next_due: String,
}

/// What a bundle is about, as its manifest says it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The workspace's name, or that of many.
    pub workspace: &'a str,
    /// The report's id.
    pub id: &'a str,
    /// The program that made it.
    pub tool: &'a Tool,
    /// The digest over all rules, `sha256:…`.
    pub rules: &'a str,
    /// When reading began.
    pub started: &'a str,
    /// When reading ended.
    pub finished: &'a str,
    /// A text that somebody asked to have included.
    pub challenge: Option<&'a str>,
    /// The verdict.
    pub verdict: Verdict,
    /// The digest of the policy, `sha256:…`.
    pub policy: &'a str,
    /// The digest of the waivers.
    pub waivers: Option<&'a str>,
    /// The digest of what the report rests on, `sha256:…`.
    pub snapshot: &'a str,
}

impl<'a> From<&'a Report> for Subject<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            workspace: &report.workspace.name,
            id: &report.id,
            tool: &report.tool,
            rules: &report.tool.rules,
            started: &report.started,
            finished: &report.finished,
            challenge: report.challenge.as_deref(),
            verdict: report.verdict,
            policy: &report.policy.digest,
            waivers: report.waivers.digest.as_deref(),
            snapshot: &report.evidence.snapshot_digest,
        }
    }
}

/// Who signs a bundle.
#[derive(Clone, Copy)]
pub struct Signers<'a> {
    /// The signer.
    pub key: &'a dyn Signer,
    /// Who signs from the next report on, and this one as well.
    pub next: Option<&'a dyn Signer>,
    /// What an authority says of the signer's key.
    pub certificate: Option<&'a Certificate>,
}

impl<'a> Signers<'a> {
    /// One signer, with nothing more.
    #[must_use]
    pub fn of(key: &'a dyn Signer) -> Self {
        Self {
            key,
            next: None,
            certificate: None,
        }
    }

    /// The public files, which the manifest lists.
    fn public(&self, workspace: &str) -> Result<Vec<File>, KeyError> {
        let mut files = Vec::new();
        let signers = [(SIGNER, SIGNER_PEM, Some(self.key))];
        for (line, pem, signer) in
            signers
                .into_iter()
                .chain([(NEXT_SIGNER, NEXT_SIGNER_PEM, self.next)])
        {
            if let Some(signer) = signer {
                let key = signer.public();
                files.push(File::new(
                    line,
                    format!("{} {workspace}\n", key.to_openssh()),
                ));
                files.push(File::new(pem, key.to_pem()?));
            }
        }
        if let Some(certificate) = self.certificate {
            let line = format!("{} {workspace}\n", certificate.to_openssh());
            files.push(File::new(CERTIFICATE, line));
        }
        Ok(files)
    }

    /// All signatures of a manifest.
    fn sign(&self, manifest: &[u8]) -> Result<Vec<File>, KeyError> {
        let own = sshsig::sign(self.key, manifest)?;
        let shown = self.key.public().blob();
        let mut files = vec![
            File::new(SIGNATURE, self.key.sign(manifest)?.raw()),
            File::new(SSH_SIGNATURE, sshsig::armour(&shown, &own)),
        ];
        if let Some(next) = self.next {
            let signature = sshsig::sign(next, manifest)?;
            let shown = next.public().blob();
            files.push(File::new(NEXT_SIGNATURE, next.sign(manifest)?.raw()));
            files.push(File::new(
                NEXT_SSH_SIGNATURE,
                sshsig::armour(&shown, &signature),
            ));
        }
        if let Some(certificate) = self.certificate {
            let text = sshsig::armour(certificate.blob(), &own);
            files.push(File::new(CERTIFIED, text));
        }
        Ok(files)
    }
}

/// All files of a bundle for a report and its renderings, the manifest and its signatures last.
/// Without a key the bundle has no manifest and says so.
pub fn assemble<'a>(
    subject: impl Into<Subject<'a>>,
    mut files: Vec<File>,
    link: &Link,
    signers: Option<&Signers<'_>>,
) -> Result<Vec<File>, BundleError> {
    let Some(signers) = signers else {
        files.push(File::new("UNSIGNED.txt", UNSIGNED));
        return Ok(files);
    };
    let subject = subject.into();
    let fingerprint = signers.key.public().fingerprint();
    files.extend(signers.public(subject.workspace)?);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let recipe = recipe::recipe(&subject, signers, &names);
    files.push(File::new(VERIFY, recipe));
    let manifest = Manifest {
        workspace: subject.workspace.to_owned(),
        seq: link.seq,
        prev: link.prev.clone(),
        started: subject.started.to_owned(),
        finished: subject.finished.to_owned(),
        next_due: link.next_due.clone(),
        challenge: subject.challenge.unwrap_or("-").to_owned(),
        verdict: subject.verdict.name().to_owned(),
        tool: format!(
            "{} {} {}",
            subject.tool.name,
            subject.tool.version,
            subject.tool.digest.as_deref().unwrap_or("-")
        ),
        rules: subject.rules.to_owned(),
        policy: subject.policy.to_owned(),
        waivers: subject.waivers.unwrap_or("-").to_owned(),
        snapshot: subject.snapshot.to_owned(),
        key: fingerprint,
        next_key: signers.next.map(|next| next.public().fingerprint()),
        files: files
            .iter()
            .map(|file| (file.digest().to_owned(), file.name.clone()))
            .collect(),
    };
    let text = manifest.to_text();
    let digest = sha256(text.as_bytes());
    let checkpoint = Checkpoint::at(&manifest, &digest).sign(signers.key)?;
    files.push(File::new(checkpoint::NAME, checkpoint));
    let statement = dsse::sign(&manifest, &digest, signers.key)?;
    files.push(File::new(dsse::NAME, statement));
    let query = timestamp::query(&Sha256::digest(&text).into());
    files.push(File::new(timestamp::QUERY, query));
    files.extend(signers.sign(text.as_bytes())?);
    files.push(File::new(manifest::NAME, text));
    Ok(files)
}

const UNSIGNED: &str = "This report is not signed: the key could not be used.
Nothing shows that it is unchanged. Repair the key ('rc-audit key show') and run the audit again.
";
