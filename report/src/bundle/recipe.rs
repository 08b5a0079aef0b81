//! How a bundle is checked without this program, with the bundle's own values.

use std::fmt::Write as _;

use super::{
    CERTIFICATE, CERTIFIED, NEXT_SIGNATURE, NEXT_SIGNER_PEM, NEXT_SSH_SIGNATURE, SIGNATURE, SIGNER,
    SIGNER_PEM, SSH_SIGNATURE, Signers, Subject, UNLISTED, VERIFY,
};
use crate::checkpoint;
use crate::dsse;
use crate::key::{Kind, Signer};
use crate::manifest;
use crate::prune;
use crate::sshsig;
use crate::timestamp;

/// The text that tells how to check a bundle without this program.
pub(super) fn recipe(subject: &Subject<'_>, signers: &Signers<'_>, names: &[&str]) -> String {
    let workspace = subject.workspace;
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
        id = subject.id,
        finished = subject.finished,
        manifest = manifest::NAME,
        namespace = sshsig::NAMESPACE,
        PRUNED = prune::NAME,
        QUERY = timestamp::QUERY,
        ANSWER = timestamp::ANSWER,
        STATEMENT = dsse::NAME,
        CHECKPOINT = checkpoint::NAME,
        openssl = openssl(signers.key, SIGNER_PEM, SIGNATURE),
        openssl_version = match public.kind() {
            Kind::Ed25519 => "OpenSSL 3.0 or later",
            Kind::P256 => "any OpenSSL from 1.0 on",
        },
        more = more(subject, signers),
    );
    let mut signatures = vec![VERIFY];
    signatures.extend(UNLISTED);
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
fn more(subject: &Subject<'_>, signers: &Signers<'_>) -> String {
    let workspace = subject.workspace;
    // The moment as OpenSSH writes it.
    let at: String = subject
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
