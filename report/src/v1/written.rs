//! What people wrote about the workspace: waivers, plans, statements, and the layers of the policy.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Exceptions.
///
/// A waiver counts from the beginning of its first day to the end of its last one, in UTC. Only a
/// failure can be waived; a waived rule is judged all the same and counts as neither passed nor failed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// The SHA-256 of the file, `sha256:…`; of several files that of their digests, in their order,
    /// each followed by a line end; null without one.
    pub digest: Option<String>,
    /// The files.
    #[serde(default)]
    pub files: Vec<WaiverFile>,
    /// The most days that a waiver may last, both ends among them.
    #[serde(default)]
    pub max_days: u32,
    /// From how many days before its end on a waiver, a plan or a statement is announced.
    #[serde(default)]
    pub warn_days: u32,
    /// Waivers by state; states of which there is none are left out.
    #[serde(default)]
    pub by_state: BTreeMap<String, u64>,
    /// The waivers, but for those of other workspaces, and at most 1000.
    #[serde(default)]
    pub entries: Vec<Waiver>,
    /// How many more there are of this workspace.
    #[serde(default)]
    pub not_listed: u64,
}

/// A file of waivers.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverFile {
    /// Its name, without a path.
    pub name: String,
    /// Its SHA-256, `sha256:…`.
    pub digest: String,
    /// `none`, `trusted` (by somebody whose signature counts), `not_trusted` (by somebody else, or
    /// nobody was named whose signature counts) or `bad` (not one of this file).
    pub signature: String,
    /// The fingerprint of the key that signed it; null without a signature of this file.
    pub signer: Option<String>,
    /// What there is to say of the signature, and whether the waivers of the file count; empty for
    /// nothing.
    pub note: String,
    /// Whether its waivers count.
    pub counts: bool,
}

/// A waiver, and what became of it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Its number over all files: `W1`.
    pub id: String,
    /// The name of its file.
    pub file: String,
    /// The line in which it begins.
    pub line: u64,
    /// The rule.
    pub rule: String,
    /// The workspace; `*` for all.
    pub workspace: String,
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// Where that is written down.
    pub ticket: String,
    /// The first day on which it counts.
    pub from: String,
    /// The last day on which it counts.
    pub until: String,
    /// The first moment at which it no longer counts.
    pub ends: String,
    /// The days left after the day judged for: 0 on the last day, less when it is over.
    pub days_left: i64,
    /// What it accepts: a fingerprint, or values by subject.
    pub accepted: serde_json::Value,
    /// `applied` (a failure is waived by it), `spare` (another one waives it already), `other_value`
    /// (something else was found than is accepted), `not_applied` (the outcome is none that can be
    /// waived), `unmatched` (the rule does not fail), `unknown_rule`, `expired`, `not_yet_valid`,
    /// `too_long` (longer than the policy allows) or `not_signed` (the signature of its file is not
    /// what is demanded).
    pub state: String,
    /// Why; empty for a waiver that applies.
    pub why: String,
    /// Whether it applies and ends soon.
    pub expiring: bool,
    /// Another waiver with the same rule, a workspace in common and a day in common; null if none.
    pub overlaps: Option<String>,
}

/// What somebody would accept who waives a failure.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What was found that is not as the rule wants it, in one form: JSON on one line.
    pub form: String,
    /// The SHA-256 of the form, `sha256:…`, to be written into a waiver.
    pub fingerprint: String,
}

/// A plan, and how it stands.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The rule.
    pub rule: String,
    /// Who mends it.
    pub owner: String,
    /// The day by whose end in UTC it is to be mended.
    pub due: String,
    /// The days left after the day judged for: 0 on the last day, less when it is over.
    pub days_left: i64,
    /// Where the work is tracked; empty for nowhere.
    pub ticket: String,
    /// What will be done.
    pub note: String,
    /// `open`, `overdue`, or `done` (the rule passes, or its question no longer arises).
    pub state: String,
}

/// What somebody states because no database can show it, and how that stands.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// `rule`, `fact` or `server_version`.
    pub kind: String,
    /// The rule that it answers, the fact that it gives, or the version.
    pub subject: String,
    /// What is stated.
    pub text: String,
    /// Who states it.
    pub by: String,
    /// The first day on which it counts.
    pub from: String,
    /// The last day on which it counts.
    pub until: String,
    /// The first moment at which it no longer counts.
    pub ends: String,
    /// The days left after the day judged for: 0 on the last day, less when it is over.
    pub days_left: i64,
    /// `in_force`, `expired`, `not_yet_valid` or `evidence_differs` (the document that supports it is
    /// another one than was stated).
    pub state: String,
    /// Whether it is in force and ends soon.
    pub expiring: bool,
    /// The document that supports it; null without one.
    pub evidence: Option<Document>,
}

/// A document that supports a statement.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its name; empty if only the digest is given.
    pub name: String,
    /// Its SHA-256 as it was stated, `sha256:…`.
    pub digest: String,
    /// `same`, `differs`, or `not_beside` (it does not stand beside the statements, so nothing was
    /// compared).
    pub found: String,
}

/// A file that the policy was made of.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name, without a path.
    pub name: String,
    /// Its SHA-256, `sha256:…`.
    pub digest: String,
}

/// A key of the policy that no further layer may change.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The layer that locks it.
    pub layer: String,
    /// Why.
    pub reason: String,
}
