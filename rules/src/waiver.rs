//! Waivers: failures that somebody accepts for a time, as they were seen.
//!
//! A waiver names a rule, a workspace, a reason, who approved it, and the values that are accepted. It
//! counts from its first day to the end of its last one, in UTC, and no longer than the policy allows.
//! Only a failure can be waived: what is not known may be worse than what was accepted.

mod judge;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::acceptance::Accepted;
use crate::day::{Day, Period};
use crate::written::{Mistake, Place, Reader, Spanned};

pub use judge::{Ruling, Scope, Standing, State, Terms, apply};

/// The workspace of a waiver that is for all of them.
pub const ANY: &str = "*";

/// A file of waivers as it stands there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waivers")]
pub(crate) struct WaiverFile {
    /// The version of the file's format, 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    format: Spanned<u32>,
    /// The waivers.
    #[serde(default, rename = "waiver")]
    #[schemars(with = "Vec<RawWaiver>")]
    waivers: Vec<Spanned<RawWaiver>>,
}

/// A waiver: a failure that is accepted for a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waiver")]
struct RawWaiver {
    /// The rule's id.
    #[schemars(with = "String")]
    rule: Spanned<String>,
    /// The name of the database, the fingerprint of the workspace's unique id or its name in the
    /// report; "*" for all workspaces.
    #[schemars(with = "String")]
    workspace: Spanned<String>,
    /// Why the failure is accepted.
    #[schemars(with = "String")]
    reason: Spanned<String>,
    /// Who accepts it: a role, not a name.
    #[schemars(with = "String")]
    approver: Spanned<String>,
    /// Where that is written down.
    #[schemars(with = "String")]
    ticket: Spanned<String>,
    /// The first day on which it counts.
    from: Day,
    /// The last day on which it counts, to its end in UTC.
    #[schemars(with = "Day")]
    until: Spanned<Day>,
    /// What is accepted: the fingerprint that the report shows with the finding, or the values by the
    /// subjects that it names. With another value the finding is back.
    #[schemars(schema_with = "crate::schema::accepted")]
    accepted: Spanned<toml::Value>,
}

/// A waiver.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The rule's id.
    pub rule: String,
    /// The workspace, or [`ANY`].
    pub workspace: String,
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepts it.
    pub approver: String,
    /// Where that is written down.
    pub ticket: String,
    /// The days on which it counts.
    pub period: Period,
    /// What is accepted.
    pub accepted: Accepted,
    /// The file that it stands in, by its number among those read.
    pub file: usize,
    /// Where it stands there.
    pub place: Place,
}

impl Waiver {
    /// Reads a file, the one with a number among those read. All mistakes are told at once, but for
    /// those that leave nothing to read.
    pub fn read(number: usize, file: &str, text: &str) -> Result<Vec<Self>, Vec<Mistake>> {
        let reader = Reader { file, text };
        let raw: WaiverFile = reader.toml().map_err(|mistake| vec![mistake])?;
        reader
            .format(&raw.format)
            .map_err(|mistake| vec![mistake])?;
        reader.each(raw.waivers, |raw, place| {
            checked(&reader, raw.into_inner(), number, place)
        })
    }

    /// Whether it is for a workspace.
    #[must_use]
    pub fn is_for(&self, scope: &Scope<'_>) -> bool {
        self.workspace == ANY || scope.is_named(&self.workspace)
    }
}

fn checked(
    reader: &Reader<'_>,
    raw: RawWaiver,
    file: usize,
    place: Place,
) -> Result<Waiver, Vec<Mistake>> {
    let texts = [
        ("rule", &raw.rule, "name the rule, STAT-001"),
        (
            "workspace",
            &raw.workspace,
            "name the database, or write \"*\" for all workspaces",
        ),
        ("reason", &raw.reason, "say why this is accepted"),
        ("approver", &raw.approver, "say who accepts it, as a role"),
        ("ticket", &raw.ticket, "say where this is written down"),
    ];
    let mut mistakes: Vec<Mistake> = texts
        .into_iter()
        .filter_map(|(name, text, wanted)| reader.says_something(name, text, wanted))
        .collect();
    let period = Period {
        from: raw.from,
        until: *raw.until.get_ref(),
    };
    if period.length() < 1 {
        mistakes.push(reader.error(
            Some(raw.until.start()),
            format!("'until' lies before 'from', {}", period.from),
        ));
    }
    let accepted = Accepted::read(raw.accepted.get_ref()).map_err(|why| {
        mistakes.push(reader.error(Some(raw.accepted.start()), format!("'accepted': {why}")));
    });
    match accepted {
        Ok(accepted) if mistakes.is_empty() => Ok(Waiver {
            rule: raw.rule.into_inner(),
            workspace: raw.workspace.into_inner(),
            reason: raw.reason.into_inner(),
            approver: raw.approver.into_inner(),
            ticket: raw.ticket.into_inner(),
            period,
            accepted,
            file,
            place,
        }),
        _ => Err(mistakes),
    }
}

#[cfg(test)]
mod tests;
