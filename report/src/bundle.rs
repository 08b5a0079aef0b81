//! A bundle: the files that stand for one report, and their signatures. Made in memory; writing
//! it is the caller's part.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::checkpoint::{self, Checkpoint};
use crate::digest::sha256;
use crate::dsse;
use crate::key::{Key, KeyError};
use crate::manifest::{self, Manifest};
use crate::prune;
use crate::sshsig;
use crate::timestamp;
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

/// All files of a bundle for a report and its renderings, the manifest and its signatures last.
/// Without a key the bundle has no manifest and says so.
pub fn assemble(
    report: &Report,
    mut files: Vec<File>,
    link: &Link,
    key: Option<&Key>,
) -> Result<Vec<File>, BundleError> {
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
        next_key: None,
        files: files
            .iter()
            .map(|file| (sha256(&file.bytes), file.name.clone()))
            .collect(),
    };
    let text = manifest.to_text();
    let digest = sha256(text.as_bytes());
    let checkpoint = Checkpoint::at(&manifest, &digest).sign(key);
    files.push(File::new(checkpoint::NAME, checkpoint));
    let statement = dsse::sign(&manifest, &digest, key)?;
    files.push(File::new(dsse::NAME, statement));
    let query = timestamp::query(&Sha256::digest(&text).into());
    files.push(File::new(timestamp::QUERY, query));
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

4. All reports on this workspace, which are in the folder above, follow each other from the first.
   Compare the digest that it ends with with a checkpoint that you have from elsewhere: the journal of
   the server, or paper. A chain alone does not show that its end was cut off.

   (cd .. && before=$(printf '%064d' 0) && keys= &&
   for d in $(ls -d [0-9]*Z-[0-9]* | sort -t - -k 2 -n); do
     test -f \"$d/UNSIGNED.txt\" && continue
     value() {{ sed -n \"s/^# $1: //p\" \"$d/{manifest}\"; }}
     said=$(ssh-keygen -Y check-novalidate -n {namespace} -s \"$d/{SSH_SIGNATURE}\" < \"$d/{manifest}\") &&
       test \"${{said##* }}\" = \"$(value key)\" &&
       case \" ${{keys:-$(value key)}} \" in *\" $(value key) \"*) ;; *) false ;; esac &&
       test \"$(value prev)\" = \"$before\" &&
       (cd \"$d\" && if test -f {PRUNED}; then echo \"$d: its files were taken away\"; else
         sha256sum --quiet --strict -c {manifest}; fi) || {{ echo \"broken at $d\"; exit 1; }}
     before=$(sha256sum < \"$d/{manifest}\" | cut -d ' ' -f 1) &&
       keys=\"$(value key) $(value next-key)\"
   done && echo \"unbroken to $before, signed by $keys\")

5. When a time stamp authority answered {QUERY}, with its answer as {ANSWER} and the certificate of
   its root as authority.pem:

   openssl ts -verify -queryfile {QUERY} -in {ANSWER} -CAfile authority.pem

{STATEMENT} holds the digests of step 3 as an in-toto statement in a DSSE envelope, signed with the
same key, and {CHECKPOINT} the line to note down. The files are:
",
        id = report.id,
        finished = report.finished,
        manifest = manifest::NAME,
        namespace = sshsig::NAMESPACE,
        PRUNED = prune::NAME,
        QUERY = timestamp::QUERY,
        ANSWER = timestamp::ANSWER,
        STATEMENT = dsse::NAME,
        CHECKPOINT = checkpoint::NAME,
    );
    for name in names.iter().chain(&[VERIFY]).chain(&UNLISTED) {
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
