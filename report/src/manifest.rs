//! The manifest: the one text that is signed.
//!
//! It is a plain `sha256sum` file. The header lines start with `#`, which `sha256sum -c` skips, so
//! they are signed with the digests and need no tool to be read.

use std::fmt::Write as _;

/// The first line. It keeps a signature of a manifest from meaning anything else.
const FIRST: &str = "# rc-audit-manifest/1";
/// The name of the manifest in a bundle.
pub const NAME: &str = "MANIFEST";
/// `prev` of the first manifest of a chain.
pub const NO_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The largest manifest that is read, in bytes.
pub const AT_MOST: usize = 64 * 1024;

/// A manifest.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Manifest {
    /// The workspace's name.
    pub workspace: String,
    /// The number in the chain, from 1.
    pub seq: u64,
    /// The SHA-256 of the previous manifest, hexadecimal; [`NO_PREVIOUS`] for the first.
    pub prev: String,
    /// When reading began.
    pub started: String,
    /// When reading ended.
    pub finished: String,
    /// When the next report is due.
    pub next_due: String,
    /// A text that somebody asked to have included; `-` for none.
    pub challenge: String,
    /// The verdict.
    pub verdict: String,
    /// Name and version of the program, and the digest of its executable.
    pub tool: String,
    /// The digest over all rules.
    pub rules: String,
    /// The digest of the policy.
    pub policy: String,
    /// The digest of the waivers; `-` for none.
    pub waivers: String,
    /// The digest of the snapshot.
    pub snapshot: String,
    /// The fingerprint of the signer's key.
    pub key: String,
    /// The fingerprint of the key that signs from the next report on; a key changes only so.
    pub next_key: Option<String>,
    /// The files: SHA-256 and name, in the order of the text.
    pub files: Vec<(String, String)>,
}

/// Why a text is not a manifest.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ManifestError {
    /// It is too long.
    #[error("longer than {AT_MOST} bytes")]
    Size,
    /// A line is not what belongs there.
    #[error("line {line}: {wanted} is wanted")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What belongs there.
        wanted: String,
    },
}

/// The header's names in their order.
const NAMES: [&str; 14] = [
    "workspace",
    "seq",
    "prev",
    "started",
    "finished",
    "next-due",
    "challenge",
    "verdict",
    "tool",
    "rules",
    "policy",
    "waivers",
    "snapshot",
    "key",
];

/// The line that names the next key, which only some manifests have.
const NEXT_KEY: &str = "# next-key: ";

impl Manifest {
    /// The text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let seq = self.seq.to_string();
        let values: [&str; 14] = [
            &self.workspace,
            &seq,
            &self.prev,
            &self.started,
            &self.finished,
            &self.next_due,
            &self.challenge,
            &self.verdict,
            &self.tool,
            &self.rules,
            &self.policy,
            &self.waivers,
            &self.snapshot,
            &self.key,
        ];
        let mut text = format!("{FIRST}\n");
        for (name, value) in NAMES.iter().zip(values) {
            // Writing to a text can't fail.
            let _ = writeln!(text, "# {name}: {value}");
        }
        if let Some(next) = &self.next_key {
            let _ = writeln!(text, "{NEXT_KEY}{next}");
        }
        for (digest, name) in &self.files {
            let _ = writeln!(text, "{digest}  {name}");
        }
        text
    }

    /// Reads a text that is exactly what [`Manifest::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if text.len() > AT_MOST {
            return Err(ManifestError::Size);
        }
        let mut lines = text.split_inclusive('\n').enumerate();
        let mut next = |wanted: &str| -> Result<&str, ManifestError> {
            let error = |line| ManifestError::Line {
                line,
                wanted: wanted.to_owned(),
            };
            let (index, line) = lines.next().ok_or_else(|| error(0))?;
            line.strip_suffix('\n').ok_or_else(|| error(index + 1))
        };
        if next(FIRST)? != FIRST {
            return Err(ManifestError::Line {
                line: 1,
                wanted: FIRST.to_owned(),
            });
        }
        let mut values = Vec::new();
        for (index, name) in NAMES.iter().enumerate() {
            let wanted = format!("'# {name}: '");
            let value = next(&wanted)?
                .strip_prefix("# ")
                .and_then(|rest| rest.strip_prefix(name))
                .and_then(|rest| rest.strip_prefix(": "))
                .filter(|value| is_header_value(value))
                .ok_or(ManifestError::Line {
                    line: index + 2,
                    wanted,
                })?;
            values.push(value.to_owned());
        }
        let mut next_key = None;
        let mut files: Vec<(String, String)> = Vec::new();
        for (index, line) in lines {
            if index == NAMES.len() + 1
                && let Some(value) = line.strip_prefix(NEXT_KEY)
            {
                let value = value
                    .strip_suffix('\n')
                    .filter(|value| is_header_value(value) && value.starts_with("SHA256:"))
                    .ok_or_else(|| ManifestError::Line {
                        line: index + 1,
                        wanted: "the fingerprint of a key".to_owned(),
                    })?;
                next_key = Some(value.to_owned());
                continue;
            }
            let file = line
                .strip_suffix('\n')
                .and_then(|line| line.split_once("  "))
                .filter(|(digest, name)| is_digest(digest) && is_file_name(name))
                .filter(|(_, name)| {
                    !files
                        .iter()
                        .any(|(_, other)| other.eq_ignore_ascii_case(name))
                })
                .ok_or_else(|| ManifestError::Line {
                    line: index + 1,
                    wanted: "a SHA-256, two blanks and a plain, new file name".to_owned(),
                })?;
            files.push((file.0.to_owned(), file.1.to_owned()));
        }
        let mut values = values.into_iter();
        let mut value = || values.next().unwrap_or_default();
        let manifest = Self {
            workspace: value(),
            seq: {
                let text = value();
                text.parse()
                    .ok()
                    .filter(|seq: &u64| *seq > 0 && seq.to_string() == text)
                    .ok_or_else(|| ManifestError::Line {
                        line: 3,
                        wanted: "a number from 1".to_owned(),
                    })?
            },
            prev: value(),
            started: value(),
            finished: value(),
            next_due: value(),
            challenge: value(),
            verdict: value(),
            tool: value(),
            rules: value(),
            policy: value(),
            waivers: value(),
            snapshot: value(),
            key: value(),
            next_key,
            files,
        };
        if !is_digest(&manifest.prev) {
            return Err(ManifestError::Line {
                line: 4,
                wanted: "a SHA-256".to_owned(),
            });
        }
        Ok(manifest)
    }
}

/// Whether a text can stand in the header: something, on one line, without control characters.
#[must_use]
pub fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.len() <= 512 && !text.chars().any(char::is_control)
}

/// Whether a text is a SHA-256 as `sha256sum` writes it.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a name is a plain file name: no path, no hidden file, no character that a shell or a
/// file system takes for something else.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with(['.', '-'])
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            workspace: "rocketchat-0123abcd".to_owned(),
            seq: 7,
            prev: NO_PREVIOUS.to_owned(),
            started: "2026-01-01T00:00:00Z".to_owned(),
            finished: "2026-01-01T00:00:01Z".to_owned(),
            next_due: "2026-01-02T00:00:01Z".to_owned(),
            challenge: "-".to_owned(),
            verdict: "fail".to_owned(),
            tool: "rc-audit 0.1.0 -".to_owned(),
            rules: "sha256:0".to_owned(),
            policy: "sha256:0".to_owned(),
            waivers: "-".to_owned(),
            snapshot: "sha256:0".to_owned(),
            key: "SHA256:x".to_owned(),
            next_key: None,
            files: vec![("a".repeat(64), "report.json".to_owned())],
        }
    }

    #[test]
    fn a_manifest_round_trips() {
        assert_eq!(Manifest::parse(&manifest().to_text()), Ok(manifest()));
        let rotating = Manifest {
            next_key: Some("SHA256:y".to_owned()),
            ..manifest()
        };
        assert_eq!(Manifest::parse(&rotating.to_text()), Ok(rotating.clone()));
        let elsewhere = manifest().to_text() + "# next-key: SHA256:y\n";
        assert!(Manifest::parse(&elsewhere).is_err());
        let unnamed = rotating.to_text().replace("SHA256:y", "y");
        assert!(Manifest::parse(&unnamed).is_err());
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        let text = manifest().to_text();
        for (from, to) in [
            ("manifest/1", "manifest/2"),
            ("# seq: 7", "# seq: 07"),
            ("# seq: 7", "# seq: 0"),
            ("# seq: 7\n", ""),
            ("# verdict: fail", "# verdict: "),
            ("  report.json", " report.json"),
            ("report.json", "../report.json"),
            ("report.json", ".hidden"),
            ("report.json\n", "report.json"),
            ("aaaa", "AAAA"),
            ("# prev: 0", "# prev: z"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(
                matches!(Manifest::parse(&changed), Err(ManifestError::Line { .. })),
                "{to}"
            );
        }
        let twice = format!("{text}{}  REPORT.json\n", "b".repeat(64));
        assert!(Manifest::parse(&twice).is_err());
        assert_eq!(
            Manifest::parse(&"#".repeat(AT_MOST + 1)),
            Err(ManifestError::Size)
        );
    }
}
