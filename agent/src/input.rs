//! Files that people write: attestations, plans, environment, rules. Errors name file, line and column.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rc_audit_report::digest;
use rc_audit_report::v1::Attachment;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::plan::Plan;
use rc_audit_rules::rule::Rule;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::written::Mistake;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::output;

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

/// The last part of a path, by which a report knows a file.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// A file for the record.
pub(crate) fn attachment(kind: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        kind: kind.to_owned(),
        digest: digest::tagged(bytes),
    }
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
    rules.add(&files).map_err(|errors| {
        refused(
            &errors,
            "Nothing was judged. 'rc-audit rules lint PATH' checks rule files.",
        )
    })
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

/// What is wrong in files that people wrote, one line each.
pub(crate) fn refused(mistakes: &[Mistake], next: &str) -> Error {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Error::usage(lines.join("\n"), next)
}

/// What people state. A document that stands beside the file under the name that a statement gives is
/// digested.
pub(crate) fn attestations(
    path: Option<&Path>,
    rules: &[Rule],
) -> Result<(Attestations, Option<Attachment>)> {
    let Some(path) = path else {
        return Ok((Attestations::default(), None));
    };
    let text = text(path)?;
    let mut file = Attestations::read(&path.display().to_string(), &text, rules).map_err(|it| {
        refused(
            &it,
            "Nothing was judged. 'rc-audit attest lint FILE' checks statements.",
        )
    })?;
    let folder = output::folder_of(path);
    for document in file
        .statements
        .iter_mut()
        .filter_map(|it| it.evidence.as_mut())
    {
        let beside = folder.join(&document.name);
        if !document.name.is_empty() && beside.exists() {
            document.found = Some(document_digest(&beside)?);
        }
    }
    Ok((file, Some(attachment("attestations", text.as_bytes()))))
}

/// The SHA-256 of a document, which may be large, so that it is read in pieces.
fn document_digest(path: &Path) -> Result<String> {
    let failed = |error: std::io::Error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "It is the document of a statement. Make it readable, or move it away.",
        )
    };
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 128 * 1024];
    loop {
        let length = file.read(&mut piece).map_err(failed)?;
        if length == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(piece.get(..length).unwrap_or_default());
    }
}

/// What is planned.
pub(crate) fn plans(
    path: Option<&Path>,
    rules: &[Rule],
) -> Result<(Vec<Plan>, Option<Attachment>)> {
    let Some(path) = path else {
        return Ok((Vec::new(), None));
    };
    let text = text(path)?;
    let plans = Plan::read(&path.display().to_string(), &text, rules).map_err(|it| {
        refused(
            &it,
            "Nothing was judged. 'rc-audit plans lint FILE' checks plans.",
        )
    })?;
    Ok((plans, Some(attachment("plans", text.as_bytes()))))
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
