//! A bundle: the files that stand for one report, and their signatures. Made in memory; writing
//! it is the caller's part.

use std::fmt::Write as _;

use crate::digest::sha256;
use crate::key::{Certificate, KeyError, Kind, Signer};
use crate::manifest::{self, Manifest};
use crate::sshsig;
use crate::v1::Report;

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

/// A file of a bundle.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file.
    #[must_use]
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
        }
    }
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
pub fn assemble(
    report: &Report,
    mut files: Vec<File>,
    link: &Link,
    signers: Option<&Signers<'_>>,
) -> Result<Vec<File>, KeyError> {
    let Some(signers) = signers else {
        files.push(File::new("UNSIGNED.txt", UNSIGNED));
        return Ok(files);
    };
    let fingerprint = signers.key.public().fingerprint();
    files.extend(signers.public(&report.workspace.name)?);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let recipe = recipe(report, signers, &names);
    files.push(File::new(VERIFY, recipe));
    let manifest = Manifest {
        workspace: report.workspace.name.clone(),
        seq: link.seq,
        prev: link.prev.clone(),
        started: report.started.clone(),
        finished: report.finished.clone(),
        next_due: link.next_due.clone(),
        challenge: report.challenge.clone().unwrap_or_else(|| "-".to_owned()),
        verdict: report.verdict.name().to_owned(),
        tool: format!(
            "{} {} {}",
            report.tool.name,
            report.tool.version,
            report.tool.digest.as_deref().unwrap_or("-")
        ),
        rules: report.tool.rules.clone(),
        policy: report.policy.digest.clone(),
        waivers: report
            .waivers
            .digest
            .clone()
            .unwrap_or_else(|| "-".to_owned()),
        snapshot: report.evidence.snapshot_digest.clone(),
        key: fingerprint,
        next_key: signers.next.map(|next| next.public().fingerprint()),
        files: files
            .iter()
            .map(|file| (sha256(&file.bytes), file.name.clone()))
            .collect(),
    };
    let text = manifest.to_text();
    files.extend(signers.sign(text.as_bytes())?);
    files.push(File::new(manifest::NAME, text));
    Ok(files)
}

const UNSIGNED: &str = "This report is not signed: the key could not be used.
Nothing shows that it is unchanged. Repair the key ('rc-audit key show') and run the audit again.
";

/// The text that tells how to check a bundle without this program.
fn recipe(report: &Report, signers: &Signers<'_>, names: &[&str]) -> String {
    let workspace = &report.workspace.name;
    let public = signers.key.public();
    let fingerprint = public.fingerprint();
    let length = public.length();
    let mut text = format!(
        "How to check this bundle without rc-audit
=========================================

Report {id} on {workspace}, read {finished}.
Run the commands in this folder, in a POSIX shell. Each must succeed.

1. The key is the one you trust. Compare the fingerprint with one that you have from the operator
   on another way, for example on paper. A key that only this bundle vouches for proves nothing.

   ssh-keygen -lf {SIGNER}

   It must show: {fingerprint}

2. The manifest was signed with it. Either of these is enough:

   {openssl}

   signers=$(mktemp) &&
     printf '%s %s\\n' '{workspace}' \"$(cut -d' ' -f1,2 {SIGNER})\" > \"$signers\" &&
     ssh-keygen -Y verify -f \"$signers\" -I '{workspace}' -n {namespace} \\
       -s {SSH_SIGNATURE} < {manifest}

   The first needs {openssl_version}, the second OpenSSH 8.1 or later. Both keys in this folder
   hold the same {length} bytes:

   test \"$(openssl pkey -pubin -in {SIGNER_PEM} -outform DER | tail -c {length} | od -An -v -tx1)\" = \\
     \"$(cut -d' ' -f2 {SIGNER} | base64 -d | tail -c {length} | od -An -v -tx1)\"

{more}3. Every file is the signed one:

   sha256sum --strict -c {manifest}

The files are:
",
        id = report.id,
        finished = report.finished,
        manifest = manifest::NAME,
        namespace = sshsig::NAMESPACE,
        openssl = openssl(signers.key, SIGNER_PEM, SIGNATURE),
        openssl_version = match public.kind() {
            Kind::Ed25519 => "OpenSSL 3.0 or later",
            Kind::P256 => "any OpenSSL from 1.0 on",
        },
        more = more(report, signers),
    );
    let mut signatures = vec![VERIFY, manifest::NAME, SIGNATURE, SSH_SIGNATURE];
    signatures.extend(signers.next.map(|_| NEXT_SIGNATURE));
    signatures.extend(signers.next.map(|_| NEXT_SSH_SIGNATURE));
    signatures.extend(signers.certificate.map(|_| CERTIFIED));
    for name in names.iter().chain(&signatures) {
        // Writing to a text can't fail.
        let _ = writeln!(text, "  {name}");
    }
    text.push_str(
        "
What this proves: these files are what the holder of the key signed, unchanged since. What it does
not prove: that the database told the truth, or that nothing left the server. The report says on
what it rests, and what it could not see.
",
    );
    text
}

/// The command with which OpenSSL checks a signature of the manifest.
fn openssl(signer: &dyn Signer, key: &str, signature: &str) -> String {
    let manifest = manifest::NAME;
    match signer.public().kind() {
        Kind::Ed25519 => format!(
            "openssl pkeyutl -verify -pubin -inkey {key} -rawin -in {manifest} -sigfile {signature}"
        ),
        Kind::P256 => {
            format!("openssl dgst -sha256 -verify {key} -signature {signature} {manifest}")
        }
    }
}

/// What there is to check beyond the signer's own signature.
fn more(report: &Report, signers: &Signers<'_>) -> String {
    let workspace = &report.workspace.name;
    // The moment as OpenSSH writes it.
    let at: String = report
        .finished
        .chars()
        .take(19)
        .filter(char::is_ascii_digit)
        .chain(['Z'])
        .collect();
    let manifest = manifest::NAME;
    let namespace = sshsig::NAMESPACE;
    let mut text = String::new();
    if let Some(next) = signers.next {
        let openssl = openssl(next, NEXT_SIGNER_PEM, NEXT_SIGNATURE);
        let fingerprint = next.public().fingerprint();
        // Writing to a text can't fail.
        let _ = write!(
            text,
            "   The manifest names the key that signs from the next report on, {fingerprint}.
   It signed this one as well:

   {openssl}

"
        );
    }
    if let Some(certificate) = signers.certificate {
        let authority = certificate.authority().fingerprint();
        let _ = write!(
            text,
            "   An authority with the key {authority}
   vouches for the signer's key in {CERTIFICATE}. With a list of allowed signers of your own that has
   the authority's key in a line with cert-authority, this is enough as well:

   list=${{ALLOWED_SIGNERS:?is to name your list of allowed signers}} &&
     ssh-keygen -Y verify -f \"$list\" -I '{workspace}' -n {namespace} \\
       -s {CERTIFIED} -O verify-time={at} < {manifest}

"
        );
    }
    text
}
