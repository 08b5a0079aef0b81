//! A list of allowed signers as OpenSSH has it.
//!
//! Format: ALLOWED SIGNERS in ssh-keygen(1): names, options, key. A line that cannot be understood
//! makes the whole list unusable, so that a misspelt condition is not taken for none.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::TrustError;
use crate::key::{KeyError, PublicKey};
use crate::sshsig::NAMESPACE;

/// The most lines with a key.
const LINES: usize = 10_000;

/// Keys and authorities, each with the names and conditions under which it counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AllowedSigners(Vec<Line>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Line {
    number: usize,
    names: String,
    authority: bool,
    namespaces: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    key: PublicKey,
}

impl AllowedSigners {
    /// Reads a list. Keys of other kinds are passed over: none of them can have signed a bundle.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        let mut lines = Vec::new();
        for (index, text) in text.lines().enumerate() {
            let number = index + 1;
            let refused = |why: String| TrustError::Line { line: number, why };
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(line) = line(number, text).map_err(refused)? {
                if lines.len() == LINES {
                    return Err(refused(format!("there are more than {LINES} keys")));
                }
                lines.push(line);
            }
        }
        Ok(Self(lines))
    }

    /// Adds what another list allows.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nobody is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The line that allows a key to sign under a name at a moment. If none does but one has the
    /// key, why that one does not.
    pub fn key(&self, key: &PublicKey, name: &str, at: Timestamp) -> Result<usize, Option<String>> {
        self.find(key, false, name, at)
    }

    /// The names that a list has for a key which it allows to sign in a namespace at a moment. If it
    /// has the key but does not allow that, why.
    pub fn signer(
        &self,
        key: &PublicKey,
        namespace: &str,
        at: Timestamp,
    ) -> Result<&str, Option<String>> {
        let mut problem = None;
        for line in self.0.iter().filter(|it| it.key == *key && !it.authority) {
            match line.forbids(namespace, at) {
                None => return Ok(&line.names),
                Some(why) => {
                    problem = problem.or_else(|| {
                        Some(format!("line {} of the allowed signers {why}", line.number))
                    });
                }
            }
        }
        Err(problem)
    }

    /// The line that allows an authority to vouch for a name at a moment.
    pub fn authority(
        &self,
        key: &PublicKey,
        name: &str,
        at: Timestamp,
    ) -> Result<usize, Option<String>> {
        self.find(key, true, name, at)
    }

    fn find(
        &self,
        key: &PublicKey,
        authority: bool,
        name: &str,
        at: Timestamp,
    ) -> Result<usize, Option<String>> {
        let mut problem = None;
        for line in &self.0 {
            if line.key != *key || line.authority != authority {
                continue;
            }
            match line.refuses(name, at) {
                None => return Ok(line.number),
                Some(why) => {
                    problem = problem.or_else(|| {
                        Some(format!("line {} of the allowed signers {why}", line.number))
                    });
                }
            }
        }
        Err(problem)
    }
}

impl Line {
    fn refuses(&self, name: &str, at: Timestamp) -> Option<String> {
        if !matches(&self.names, name) {
            return Some(format!("does not allow the name '{name}'"));
        }
        self.forbids(NAMESPACE, at)
    }

    /// Why it does not allow a namespace at a moment; none if it does.
    fn forbids(&self, namespace: &str, at: Timestamp) -> Option<String> {
        if let Some(namespaces) = &self.namespaces
            && !matches(namespaces, namespace)
        {
            return Some(format!("does not allow the namespace {namespace}"));
        }
        if self.after.is_some_and(|after| at < after) {
            return Some("was not valid yet when this was signed".to_owned());
        }
        if self.before.is_some_and(|before| at > before) {
            return Some("was no longer valid when this was signed".to_owned());
        }
        None
    }
}

fn line(number: usize, text: &str) -> Result<Option<Line>, String> {
    let (names, rest) = word(text).ok_or("the names have no end")?;
    let names = names.trim_matches('"').to_owned();
    if names.is_empty() {
        return Err("there are no names".to_owned());
    }
    let mut found = Line {
        number,
        names,
        authority: false,
        namespaces: None,
        after: None,
        before: None,
        key: PublicKey::from_ed25519(ed25519_dalek::VerifyingKey::default()),
    };
    let key = if rest.split_ascii_whitespace().next().is_some_and(is_kind) {
        rest
    } else {
        let (options, rest) = word(rest).ok_or("the options have no end")?;
        found.read(options)?;
        rest
    };
    match PublicKey::from_openssh(key) {
        Ok(key) => {
            found.key = key;
            Ok(Some(found))
        }
        Err(KeyError::Kind(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-"]
        .iter()
        .any(|start| word.starts_with(start))
}

impl Line {
    fn read(&mut self, options: &str) -> Result<(), String> {
        let mut rest = options;
        loop {
            let end = rest.find([',', '=']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted
                    .split_once('"')
                    .map(|(value, after)| (Some(value), after))
                    .ok_or_else(|| format!("the value of '{name}' has no end"))?,
                None if after.starts_with('=') => {
                    return Err(format!("the value of '{name}' has to stand in \"\""));
                }
                None => (None, after),
            };
            self.option(&name.to_ascii_lowercase(), value)?;
            if after.is_empty() {
                return Ok(());
            }
            rest = after
                .strip_prefix(',')
                .ok_or_else(|| format!("a comma has to follow '{name}'"))?;
        }
    }

    fn option(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        let twice = match (name, value) {
            ("cert-authority", None) => std::mem::replace(&mut self.authority, true),
            ("namespaces", Some(value)) => self.namespaces.replace(value.to_owned()).is_some(),
            ("valid-after", Some(value)) => self.after.replace(moment(value)?).is_some(),
            ("valid-before", Some(value)) => self.before.replace(moment(value)?).is_some(),
            _ => {
                return Err(format!(
                    "'{}' is no option; there are cert-authority, namespaces=\"…\", \
                     valid-after=\"…\" and valid-before=\"…\"",
                    name.escape_debug()
                ));
            }
        };
        if twice {
            return Err(format!("'{name}' stands there twice"));
        }
        Ok(())
    }
}

/// The first word, in which blanks may stand between quotes, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => {
                let (word, rest) = text.split_at(at);
                return Some((word, rest.trim_start()));
            }
            _ => {}
        }
    }
    None
}

/// A moment as OpenSSH writes it, in UTC. Without the Z it would be one in the time zone of whoever
/// checks, and so another one for each.
fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || {
        format!(
            "'{}' is no moment; write YYYYMMDDZ or YYYYMMDDHHMMSSZ, with the Z for UTC",
            text.escape_debug()
        )
    };
    let digits = text.strip_suffix('Z').ok_or_else(wrong)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number = |from: usize, to: usize| -> Option<i8> { digits.get(from..to)?.parse().ok() };
    let or_zero = |from: usize| {
        if digits.len() > from {
            number(from, from + 2)
        } else {
            Some(0)
        }
    };
    let parse = || {
        if ![8, 12, 14].contains(&digits.len()) {
            return None;
        }
        DateTime::new(
            digits.get(..4)?.parse().ok()?,
            number(4, 6)?,
            number(6, 8)?,
            or_zero(8)?,
            or_zero(10)?,
            or_zero(12)?,
            0,
        )
        .ok()?
        .to_zoned(TimeZone::UTC)
        .ok()
    };
    parse().map(|zoned| zoned.timestamp()).ok_or_else(wrong)
}

/// Whether a text matches a list of patterns as OpenSSH has them: `*`, `?`, and `!` for what must
/// not match.
fn matches(patterns: &str, text: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if fits(pattern.as_bytes(), text.as_bytes()) => return false,
            Some(_) => {}
            None => found |= fits(pattern.as_bytes(), text.as_bytes()),
        }
    }
    found
}

/// Whether a text fits one pattern, in a time that grows with the product of their lengths.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(in_text) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == byte => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((after, from)) = star else {
                    return false;
                };
                star = Some((after, from + 1));
                (at, in_text) = (after, from + 1);
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}
