//! Keys that an ssh-agent holds, and so keys on tokens and in TPMs.
//!
//! Protocol: draft-ietf-sshm-ssh-agent. The connection is made when the key is named and kept, so
//! that signing opens nothing.

use std::cell::RefCell;
use std::env;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use rc_audit_report::key::{KeyError, PublicKey, Signature, Signer, fingerprint_of, split, string};

use crate::error::{Error, Result};
use crate::exit::Exit;

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// The longest answer that is read, in bytes; OpenSSH's own bound.
const LONGEST: u32 = 256 * 1024;
/// How long an agent may think. A person may have to touch a token.
const PATIENCE: Duration = Duration::from_mins(2);

/// A key that an agent holds, with an open connection to it.
pub(super) struct Held {
    stream: RefCell<UnixStream>,
    key: PublicKey,
}

impl Held {
    /// Connects to the agent of the environment and finds the key with a fingerprint.
    pub(super) fn find(fingerprint: &str) -> Result<Self> {
        let refused = |what: String, next: &str| Error::new(Exit::Key, what, next);
        let Some(path) = env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty()) else {
            return Err(refused(
                format!("no ssh-agent holds {fingerprint}: SSH_AUTH_SOCK is not set"),
                "Start one ('eval $(ssh-agent)'), add the key ('ssh-add KEY'), or give the file of the \
                 private key.",
            ));
        };
        let path = PathBuf::from(path);
        let failed = |error: std::io::Error| {
            refused(
                format!(
                    "the ssh-agent at {} can't be asked: {error}",
                    path.display()
                ),
                "Check SSH_AUTH_SOCK; 'ssh-add -l' has to list the key.",
            )
        };
        let stream = UnixStream::connect(&path).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
        let stream = RefCell::new(stream);
        let answer = ask(&stream, &[REQUEST_IDENTITIES]).map_err(failed)?;
        let blobs = identities(&answer).ok_or_else(|| {
            refused(
                format!("the ssh-agent at {} gave no list of keys", path.display()),
                "It may be locked: 'ssh-add -X' unlocks it.",
            )
        })?;
        let Some(blob) = blobs
            .iter()
            .find(|blob| fingerprint_of(blob) == fingerprint)
        else {
            return Err(refused(
                format!(
                    "the ssh-agent at {} does not hold {fingerprint}",
                    path.display()
                ),
                "'ssh-add -l' lists what it holds; 'ssh-add KEY' adds a key.",
            ));
        };
        match PublicKey::from_blob(blob) {
            Ok(key) => Ok(Self { stream, key }),
            Err(error) => Err(refused(
                format!("{fingerprint} in the ssh-agent can't be used: {error}"),
                "Stock openssl can't check the other kinds, or can't do it everywhere. Add an Ed25519 \
                 or P-256 key to the agent.",
            )),
        }
    }
}

impl Signer for Held {
    fn public(&self) -> PublicKey {
        self.key
    }

    /// Asks the agent. What it gives is checked, because a report with a bad signature is worse than
    /// one without. An agent may draw a new number for each signature with P-256, so that the same
    /// report has another signature each time.
    fn sign(&self, message: &[u8]) -> std::result::Result<Signature, KeyError> {
        let refused = |why: String| {
            KeyError::Signing(format!(
                "the ssh-agent did not sign with {}: {why}",
                self.key.fingerprint()
            ))
        };
        let mut request = vec![SIGN_REQUEST];
        request.extend(string(&self.key.blob()));
        request.extend(string(message));
        request.extend([0; 4]);
        let answer = ask(&self.stream, &request).map_err(|error| refused(error.to_string()))?;
        let signature = answer
            .split_first()
            .filter(|(kind, _)| **kind == SIGN_RESPONSE)
            .and_then(|(_, rest)| split(rest))
            .filter(|(_, rest)| rest.is_empty())
            .and_then(|(blob, _)| Signature::from_ssh(blob))
            .ok_or_else(|| {
                refused("it refused; the key may be locked, gone or not confirmed".to_owned())
            })?;
        if !self.key.made(message, &signature) {
            return Err(refused(
                "what it gave is no signature by that key".to_owned(),
            ));
        }
        Ok(signature)
    }
}

/// One question and its answer.
fn ask(stream: &RefCell<UnixStream>, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = stream.borrow_mut();
    stream.write_all(&string(request))?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length == 0 || length > LONGEST {
        return Err(std::io::Error::other("its answer has no sensible length"));
    }
    let mut answer = Vec::new();
    std::io::Read::by_ref(&mut *stream)
        .take(u64::from(length))
        .read_to_end(&mut answer)?;
    if answer.len() != usize::try_from(length).unwrap_or(usize::MAX) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// The keys in an answer, in their binary form.
fn identities(answer: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (kind, rest) = answer.split_first()?;
    if *kind != IDENTITIES_ANSWER {
        return None;
    }
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut blobs = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (blob, after) = split(rest)?;
        let (_comment, after) = split(after)?;
        blobs.push(blob.to_vec());
        rest = after;
    }
    Some(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_keys_is_read_to_its_end_or_not_at_all() {
        let mut answer = vec![IDENTITIES_ANSWER, 0, 0, 0, 2];
        for (blob, comment) in [(&b"one"[..], &b"first"[..]), (b"two", b"")] {
            answer.extend(string(blob));
            answer.extend(string(comment));
        }
        let blobs = identities(&answer).expect("a list");
        assert_eq!(blobs, [b"one".to_vec(), b"two".to_vec()]);
        for end in 0..answer.len() {
            assert_eq!(identities(answer.get(..end).expect("a part")), None);
        }
        // A number that no answer can hold costs no memory.
        assert_eq!(identities(&[IDENTITIES_ANSWER, 255, 255, 255, 255]), None);
        assert_eq!(identities(&[5]), None);
    }
}
