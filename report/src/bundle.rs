//! A bundle: the files that stand for one report, and their signatures. Made in memory; writing
//! it is the caller's part.

use std::fmt::Write as _;

use crate::digest::sha256;
use crate::key::{Key, KeyError};
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

/// All files of a bundle for a report and its renderings, the manifest and its signatures last.
/// Without a key the bundle has no manifest and says so.
pub fn assemble(
    report: &Report,
    mut files: Vec<File>,
    link: &Link,
    key: Option<&Key>,
) -> Result<Vec<File>, KeyError> {
    let Some(key) = key else {
        files.push(File::new("UNSIGNED.txt", UNSIGNED));
        return Ok(files);
    };
    let public = key.public();
    let fingerprint = public.fingerprint();
    files.push(File::new(
        SIGNER,
        format!("{} {}\n", public.to_openssh(), report.workspace.name),
    ));
    files.push(File::new(SIGNER_PEM, public.to_pem()?));
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let recipe = recipe(report, &fingerprint, &names);
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
        files: files
            .iter()
            .map(|file| (sha256(&file.bytes), file.name.clone()))
            .collect(),
    };
    let text = manifest.to_text();
    files.push(File::new(SIGNATURE, key.sign(text.as_bytes())));
    files.push(File::new(SSH_SIGNATURE, sshsig::sign(key, text.as_bytes())));
    files.push(File::new(manifest::NAME, text));
    Ok(files)
}

const UNSIGNED: &str = "This report is not signed: the key could not be used.
Nothing shows that it is unchanged. Repair the key ('rc-audit key show') and run the audit again.
";

/// The text that tells how to check a bundle without this program.
fn recipe(report: &Report, fingerprint: &str, names: &[&str]) -> String {
    let workspace = &report.workspace.name;
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

   openssl pkeyutl -verify -pubin -inkey {SIGNER_PEM} -rawin -in {manifest} -sigfile {SIGNATURE}

   signers=$(mktemp) &&
     printf '%s %s\\n' '{workspace}' \"$(cut -d' ' -f1,2 {SIGNER})\" > \"$signers\" &&
     ssh-keygen -Y verify -f \"$signers\" -I '{workspace}' -n {namespace} \\
       -s {SSH_SIGNATURE} < {manifest}

   The first needs OpenSSL 3.0 or later, the second OpenSSH 8.1 or later. Both keys in this folder
   hold the same 32 bytes:

   test \"$(openssl pkey -pubin -in {SIGNER_PEM} -outform DER | tail -c 32 | od -An -v -tx1)\" = \\
     \"$(cut -d' ' -f2 {SIGNER} | base64 -d | tail -c 32 | od -An -v -tx1)\"

3. Every file is the signed one:

   sha256sum --strict -c {manifest}

The files are:
",
        id = report.id,
        finished = report.finished,
        manifest = manifest::NAME,
        namespace = sshsig::NAMESPACE,
    );
    for name in names
        .iter()
        .chain(&[VERIFY, manifest::NAME, SIGNATURE, SSH_SIGNATURE])
    {
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
