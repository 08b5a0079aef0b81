//! Reports that somebody named, to be compared or repaired by. A stranger may have made them, so what
//! is in a bundle has to be what was signed, and whose signature it is gets said.

use std::path::Path;

use rc_audit_report::manifest;
use rc_audit_report::trust::Trust;
use rc_audit_report::v1::{FORMAT, Report};
use rc_audit_report::verify::{Checked, Content, Finding, Item, verify};
use serde::Deserialize;

use crate::bundle::{self, Depth, REPORT};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::talk;

/// A report that was read.
pub(crate) struct Named {
    pub(crate) report: Report,
    /// The fingerprint of the key that signed it; none if nothing shows whose it is.
    pub(crate) signer: Option<String>,
}

/// Reads a report, from its bundle or by itself, and says whose it is. Where somebody is named whose
/// signature counts, another's is refused.
pub(crate) fn read(path: &Path, trust: &Trust, demanded: bool) -> Result<Named> {
    if !path.is_dir() {
        if demanded {
            return Err(Error::usage(
                format!(
                    "{} is a file, and no signature goes with it",
                    path.display()
                ),
                "Name the bundle that it is in.",
            ));
        }
        let report = parse(path, &bundle::report(path)?)?;
        talk::note(&format!(
            "{}: a file by itself; nothing shows whose it is.",
            path.display()
        ));
        return Ok(Named {
            report,
            signer: None,
        });
    }
    if !path.join(REPORT).exists() && !path.join(manifest::NAME).exists() {
        return Err(Error::usage(
            format!("{} is no bundle", path.display()),
            if output::is_chain(path) {
                "It holds the bundles of a workspace. Name one of them; 'latest' is the newest."
            } else {
                "Name the folder of a bundle, or the report.json in it."
            },
        ));
    }
    let items = match bundle::read(path, Depth::Report)? {
        Ok(items) => items,
        Err(tampered) => return Err(not_good(path, &tampered.file, &tampered.why)),
    };
    if !items.iter().any(|item| item.name == manifest::NAME) {
        let report = unsigned(path, &items, demanded)?;
        return Ok(Named {
            report,
            signer: None,
        });
    }
    let (checked, trusted) = match verify(&items, trust) {
        Finding::Verified(checked) => (checked, true),
        Finding::NotTrusted(checked) => (checked, false),
        Finding::Tampered(wrong) => return Err(not_good(path, &wrong.file, &wrong.why)),
    };
    let bytes = body(path, &items, &checked)?;
    let signer = &checked.fingerprint;
    let why = checked.standing.reason();
    if demanded && !trusted {
        return Err(Error::new(
            Exit::NotTrusted,
            format!("{}: intact, but signed by {signer}: {why}", path.display()),
            "Nothing was compared. Name its signer with --signer if it is to be trusted.",
        ));
    }
    let standing = if trusted { "verified" } else { "intact" };
    talk::note(&format!(
        "{}: {standing}, signed by {signer} ({why}).",
        path.display()
    ));
    Ok(Named {
        report: parse(path, bytes)?,
        signer: Some(signer.clone()),
    })
}

/// A report that nobody signed.
fn unsigned(path: &Path, items: &[Item], demanded: bool) -> Result<Report> {
    if demanded {
        return Err(Error::new(
            Exit::NotTrusted,
            format!("{} is not signed", path.display()),
            "Nothing was compared. Name a signed bundle.",
        ));
    }
    let report = items.iter().find_map(|item| match &item.content {
        Content::Bytes(bytes) if item.name == REPORT => Some(bytes),
        _ => None,
    });
    let Some(bytes) = report else {
        return Err(not_good(path, REPORT, "it is missing"));
    };
    talk::note(&format!(
        "{}: not signed; nothing shows whose it is.",
        path.display()
    ));
    parse(path, bytes)
}

fn body<'a>(path: &Path, items: &'a [Item], checked: &Checked) -> Result<&'a [u8]> {
    if let Some(pruned) = &checked.pruned {
        return Err(Error::usage(
            format!(
                "{}: its report was taken away on {} ('prune'); only what proves the chain is left",
                path.display(),
                pruned.time
            ),
            "Name a bundle that still has its report.json; 'rc-audit history' lists them.",
        ));
    }
    items
        .iter()
        .find_map(|item| match &item.content {
            Content::Bytes(bytes) if item.name == REPORT => Some(bytes.as_slice()),
            _ => None,
        })
        .ok_or_else(|| not_good(path, REPORT, "it is missing"))
}

fn not_good(path: &Path, file: &str, why: &str) -> Error {
    Error::new(
        Exit::Tampered,
        format!("{}: NOT GOOD: {file}: {why}", path.display()),
        "Nothing was made of it. Get the bundle again from where it was made.",
    )
}

/// What of a report tells which program can read the rest.
#[derive(Deserialize)]
struct Heading {
    format: String,
    tool: Option<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    version: Option<String>,
}

/// A report of this format. One of another format, or with values that this version does not know,
/// is refused with what made it.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Report> {
    let error = match serde_json::from_slice::<Report>(bytes) {
        Ok(report) if report.format == FORMAT => return Ok(report),
        Ok(_) => "the format is another".to_owned(),
        Err(error) => error.to_string(),
    };
    let refused =
        |what: String, next: &str| Err(Error::usage(format!("{}: {what}", path.display()), next));
    let Ok(heading) = serde_json::from_slice::<Heading>(bytes) else {
        return refused(
            format!("this is no report: {error}"),
            "Name a bundle, or the report.json in it.",
        );
    };
    if heading.format != FORMAT {
        return refused(
            format!(
                "the report is in the format {}, and this version reads {FORMAT}",
                heading.format
            ),
            "Use the version that made it, or a newer one.",
        );
    }
    let maker = heading.tool.and_then(|tool| tool.version);
    refused(
        format!(
            "the report of rc-audit {} says what version {} does not understand: {error}",
            maker.as_deref().unwrap_or("of no known version"),
            env!("CARGO_PKG_VERSION")
        ),
        "Use the version that made it, or a newer one. Nothing was left out or guessed.",
    )
}
