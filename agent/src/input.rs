//! Files that people write: policy, attestations, environment, rules. Errors name file, line and
//! key.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rc_audit_report::digest;
use rc_audit_report::v1::Attachment;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::policy::{self, Policy, PolicyFile};
use rc_audit_rules::rule::RuleError;
use rc_audit_rules::ruleset::RuleSet;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The largest file that people write, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String> {
    String::from_utf8(bytes(path)?).map_err(|_| {
        Error::usage(
            format!(
                "{} can't be read: it is not a text in UTF-8",
                path.display()
            ),
            "Check the path.",
        )
    })
}

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>> {
    let failed = |what: String| {
        Error::usage(
            format!("{} can't be read: {what}", path.display()),
            "Check the path.",
        )
    };
    let mut bytes = Vec::new();
    // What has no end says that it has no length.
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| failed(error.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST) {
        Ok(bytes)
    } else {
        Err(failed(format!("it is larger than {LARGEST} bytes")))
    }
}

/// A TOML file, with its bytes' digest.
fn toml<T: DeserializeOwned>(path: &Path, kind: &str) -> Result<(T, Attachment)> {
    let text = text(path)?;
    Ok((parsed(path, &text)?, attachment(kind, text.as_bytes())))
}

fn parsed<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        // The message draws the line with a caret under the place.
        Error::usage(
            format!("{}: {}", path.display(), error.to_string().trim_end()),
            "",
        )
    })
}

fn attachment(kind: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        kind: kind.to_owned(),
        digest: digest::tagged(bytes),
    }
}

/// The policy and the rules that it judges by.
pub(crate) fn policy(path: Option<&Path>) -> Result<(Policy, RuleSet, Option<Attachment>)> {
    let mut rules = RuleSet::shipped().map_err(|errors| refused(&errors))?;
    let Some(path) = path else {
        return Ok((Policy::standard(), rules, None));
    };
    let shipped = path.to_str().and_then(policy::shipped_by_name);
    let (file, attachment) = match shipped {
        // A file of that name is meant if there is one.
        Some(text) if !path.exists() => {
            let file = parsed(path, &text)?;
            (file, attachment("policy", text.as_bytes()))
        }
        _ => toml::<PolicyFile>(path, "policy")?,
    };
    if let Some(folder) = &file.rules {
        let folder = path.parent().unwrap_or_else(|| Path::new(".")).join(folder);
        add_rules(&mut rules, &folder)?;
    }
    let policy = Policy::from_file(&file, rules.rules())
        .map_err(|error| Error::usage(format!("{}: {error}", path.display()), ""))?;
    Ok((policy, rules, Some(attachment)))
}

/// Adds the rules in a file or below a folder.
pub(crate) fn add_rules(rules: &mut RuleSet, path: &Path) -> Result<()> {
    let mut paths = Vec::new();
    rule_files(path, &mut paths)?;
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| Ok((path.display().to_string(), text(path)?)))
        .collect::<Result<_>>()?;
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    rules.add(&files).map_err(|errors| refused(&errors))
}

fn rule_files(path: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "Check the path.",
        )
    };
    if path.is_file() {
        into.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            rule_files(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            into.push(path);
        }
    }
    Ok(())
}

fn refused(errors: &[RuleError]) -> Error {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Error::usage(
        lines.join("\n"),
        "Nothing was judged. 'rc-audit rules lint PATH' checks rule files.",
    )
}

/// What people state.
pub(crate) fn attestations(path: Option<&Path>) -> Result<(Attestations, Option<Attachment>)> {
    let Some(path) = path else {
        return Ok((Attestations::default(), None));
    };
    let (file, attachment) = toml::<Attestations>(path, "attestations")?;
    let problems = file.problems();
    if problems.is_empty() {
        Ok((file, Some(attachment)))
    } else {
        Err(Error::usage(
            format!("{}: {}", path.display(), problems.join("; ")),
            "Nothing was judged.",
        ))
    }
}

/// The environment of the server's processes: lines of `NAME=value`, or the list that the kernel
/// keeps of a process, where a zero byte ends each.
pub(crate) fn environment(path: Option<&Path>) -> Result<(Environment, Option<Attachment>)> {
    let Some(path) = path else {
        return Ok((Environment::default(), None));
    };
    let text = text(path)?;
    let separator = if text.contains('\0') { '\0' } else { '\n' };
    let mut variables = Vec::new();
    for (index, line) in text.split(separator).enumerate() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(Error::usage(
                format!("{}, line {}: there is no '='", path.display(), index + 1),
                "Write NAME=value on each line, as 'docker inspect' or 'systemctl show' give it.",
            ));
        };
        let value = value.trim();
        let unquoted = ['"', '\'']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(value);
        variables.push((name.trim().to_owned(), unquoted.to_owned()));
    }
    Ok((
        Environment::reduce(variables),
        Some(attachment("environment", text.as_bytes())),
    ))
}
