//! The published report, format `rc-audit-report/1`.
//!
//! These types are the contract with readers of `report.json`; they change only with the format's
//! number. They are apart from the types that judging works with, which may change at any time.
//! Times are RFC 3339 in UTC, there are no floating-point numbers, and a secret appears only as
//! `{"secret":"set"}` or `{"secret":"unset"}`.

mod assumption;
mod comparison;
mod contacts;
mod flows;
mod history;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use assumption::{Assumed, Assumption};
pub use comparison::{Cause, ClauseChange, Compared, Comparison, FindingChange, FlowChange};
pub use contacts::{ContactLog, Contacts, Destination};
pub use flows::{DataRow, DataTable, Flow, Host};
pub use history::{Change, History, Past};
pub use written::{
    Acceptance, Document, Layer, Lock, Plan, Statement, Waiver, WaiverFile, Waivers,
};

/// The format's name.
pub const FORMAT: &str = "rc-audit-report/1";

/// A report on one workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `rc-audit-report/1`.
    pub format: String,
    /// The report's id, derived from what it rests on.
    pub id: String,
    /// The program that made it.
    pub tool: Tool,
    /// When reading began.
    pub started: String,
    /// When reading ended.
    pub finished: String,
    /// The moment that was judged for.
    pub judged_at: String,
    /// A text that somebody asked to have in the report, which proves that it was made later.
    pub challenge: Option<String>,
    /// The language of the page (BCP 47).
    pub language: String,
    /// The workspace.
    pub workspace: Workspace,
    /// The policy.
    pub policy: Policy,
    /// Exceptions.
    pub waivers: Waivers,
    /// Who mends what, and until when.
    #[serde(default)]
    pub plans: Vec<Plan>,
    /// What people state because no database can show it.
    #[serde(default)]
    pub statements: Vec<Statement>,
    /// The outcome of the whole.
    pub verdict: Verdict,
    /// Counts and score.
    pub summary: Summary,
    /// One entry for each rule, in the order of the areas.
    pub findings: Vec<Finding>,
    /// Ways in which data can leave the workspace.
    pub flows: Vec<Flow>,
    /// Whom the server reached, as logs that the operator attached say; null without a log.
    pub contacts: Option<Contacts>,
    /// What the vendor's table says of this workspace, and what was found.
    pub data_table: DataTable,
    /// Statements of the vendor's policies.
    pub clauses: Vec<Clause>,
    /// Where the two editions of the vendor's privacy policy part.
    pub differences: Vec<Difference>,
    /// What the report rests on.
    pub evidence: Evidence,
    /// What changed since the report before; null if there was none in the folder, or it could not be
    /// read.
    pub history: Option<History>,
    /// What changed and why, against the baseline that was named or else the report before; null
    /// without either.
    #[serde(default)]
    pub comparison: Option<Comparison>,
    /// What was taken to be otherwise than it is; null for a report on what is. A report with it is
    /// no evidence.
    #[serde(default)]
    pub assumption: Option<Assumption>,
}

impl Report {
    /// The failed rules, worst first, and among equals what misleads before what is merely bad.
    #[must_use]
    pub fn failures(&self) -> Vec<&Finding> {
        let findings = self.findings.iter();
        let mut failed: Vec<&Finding> = findings
            .filter(|finding| finding.outcome == Outcome::Fail)
            .collect();
        failed.sort_by_key(|finding| {
            (
                std::cmp::Reverse(finding.severity),
                !finding.false_assurance,
            )
        });
        failed
    }
}

/// The program that made a report.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `rc-audit`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its executable, `sha256:…`; null if it could not be read.
    pub digest: Option<String>,
    /// The SHA-256 over all rules, `sha256:…`.
    pub rules: String,
}

/// The workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// The workspace's name in bundles: the database and a mark of its unique id.
    pub name: String,
    /// The name of the database.
    pub database: String,
    /// What was read: `server`, `dump_folder`, `dump_archive` or `settings_file`.
    pub source: String,
    /// The MongoDB server's version; null without a server.
    pub mongodb: Option<String>,
    /// The version of Rocket.Chat; null if it is not known exactly.
    pub version: Option<String>,
    /// The release that it is at least; null if unknown or if `version` is given.
    pub version_at_least: Option<String>,
    /// The release that it is older than; null if unknown or if `version` is given.
    pub version_below: Option<String>,
    /// What the version rests on.
    pub version_source: String,
    /// What the sources of the version disagree on; null if nothing.
    pub version_conflict: Option<String>,
    /// How it was installed, as the server says itself; null if it does not say.
    pub deployment: Option<String>,
    /// The licence.
    pub licence: Licence,
    /// `registered`, `registered_offline`, `unregistered` or `unknown`.
    pub registration: String,
    /// An irreversible mark of the workspace's unique id; null without one.
    pub unique_id_fingerprint: Option<String>,
}

/// The licence.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// `none`, `valid`, `invalid` or `unknown`.
    pub state: String,
    /// Modules that are granted for certain.
    pub modules: Vec<String>,
    /// Whether it is flagged for offline use; null if it does not say.
    pub offline: Option<bool>,
    /// When it ends; null if it does not say.
    pub ends: Option<String>,
    /// What the state rests on.
    pub basis: String,
}

/// The policy that was judged by.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `airgapped`, `unregistered` or `registered`.
    pub profile: String,
    /// Whether the operator declared the profile; otherwise it was inferred.
    pub profile_declared: bool,
    /// What the profile rests on.
    pub profile_basis: String,
    /// The edition of the vendor's privacy policy that statements are taken from: `2023-01` or
    /// `2023-10`.
    pub edition: String,
    /// The packs of rules in force.
    pub packs: Vec<String>,
    /// The parameters by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// Rules that are left out, with the reason.
    pub excluded: BTreeMap<String, String>,
    /// Severities that replace those of rules.
    pub severities: BTreeMap<String, Severity>,
    /// The least severity at which a failure makes the verdict `fail`; `none` for never.
    pub fail_on: String,
    /// The files that it was made of, in the order in which they were laid over each other.
    #[serde(default)]
    pub layers: Vec<Layer>,
    /// Which of them set a key, for each that one of them set: `parameters.retention_days`.
    #[serde(default)]
    pub origins: BTreeMap<String, String>,
    /// Keys that no further layer may change.
    #[serde(default)]
    pub locks: BTreeMap<String, Lock>,
    /// The SHA-256 of the policy in force, `sha256:…`.
    pub digest: String,
}

/// A parameter.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The value; null if it has none.
    pub value: serde_json::Value,
    /// `default` or `policy`.
    pub origin: String,
}

/// The outcome of the whole.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that applies holds.
    Pass,
    /// A rule at or above the threshold fails.
    Fail,
    /// A rule at or above the threshold could not be decided.
    Incomplete,
    /// No rule applies.
    NothingToJudge,
}

impl Verdict {
    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Incomplete => "incomplete",
            Self::NothingToJudge => "nothing_to_judge",
        }
    }
}

/// How bad a failure is.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A statement only.
    Info,
    /// Hygiene.
    Low,
    /// Personal metadata, or a gap in consent or process.
    Medium,
    /// Content or credentials exposed, or a promise contradicted.
    High,
    /// Proven egress against the declared profile, or a control that exposes or destroys all.
    Critical,
}

/// The outcome of a rule.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does not hold.
    Fail,
    /// The rule itself broke.
    Error,
    /// The evidence does not decide it.
    Unknown,
    /// A person has to answer.
    Manual,
    /// It does not hold, and that is accepted for now.
    Waived,
    /// It holds.
    Pass,
    /// The question does not arise.
    NotApplicable,
}

/// Counts and score.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Rules by outcome; every outcome is named.
    pub by_outcome: BTreeMap<String, u64>,
    /// Failed rules by severity; every severity is named.
    pub by_severity: BTreeMap<String, u64>,
    /// Rules by area and outcome.
    pub by_area: BTreeMap<String, BTreeMap<String, u64>>,
    /// Failures that the stored value hides.
    pub false_assurances: u64,
    /// 0 to 100, the lowest that is possible; null if nothing could be judged.
    pub score: Option<u64>,
    /// How the score is made.
    pub score_formula: String,
}

/// What judging one rule gave.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The rule's revision.
    pub revision: u32,
    /// What holds when it passes.
    pub title: String,
    /// The letters of the area.
    pub area: String,
    /// The area in words.
    pub area_title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Why that bad.
    pub severity_reason: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The outcome without the waiver; null without one.
    pub underlying: Option<Outcome>,
    /// Whether the stored value looks safe while what counts is not.
    pub false_assurance: bool,
    /// Why this outcome.
    pub reason: String,
    /// Why it matters.
    pub rationale: Arc<str>,
    /// What was compared.
    pub observed: Vec<Observed>,
    /// What to do.
    pub remedy: Remedy,
    /// Statements of the vendor's policies that the rule tests, `CL-01` to `CL-71`.
    pub clauses: Vec<String>,
    /// Controls of frameworks that it relates to, `gdpr:5(1)(c)`.
    pub references: Arc<Vec<String>>,
    /// The waiver that the failure is waived by, `W1`; null without one.
    pub waiver: Option<String>,
    /// What a waiver of the failure would accept; null for what did not fail.
    #[serde(default)]
    pub acceptance: Option<Acceptance>,
    /// For a failure, accepted or not, the moment judged for in the first of the reports in a row that
    /// have it. A report that could not decide it does not end the row, and has the moment too. Null
    /// for what did not fail.
    pub first_seen: Option<String>,
    /// The moment judged for in the last report with a failure that was mended since; null without
    /// one.
    #[serde(default)]
    pub last_failed: Option<String>,
}

/// One comparison.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The setting, fact or permission.
    pub subject: String,
    /// What is wanted, in words.
    pub expected: String,
    /// What is there; a text in words where there is no value.
    pub found: serde_json::Value,
    /// Whether it is as wanted; null where that is not known.
    pub met: Option<bool>,
    /// What else is to be said of it; null if nothing.
    pub note: Option<String>,
    /// `stored`, `default`, `environment`, `licence` or `data`.
    pub origin: String,
    /// When it was last written; null if that is not known.
    pub updated_at: Option<String>,
}

/// What to do. A part that is empty does not exist in the product.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The way through the administration panel.
    pub ui: String,
    /// The environment variable.
    pub env: String,
    /// The REST call.
    pub api: String,
    /// What else to know.
    pub note: String,
}

/// A statement of the vendor's policies.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `CL-01` to `CL-71`.
    pub id: String,
    /// Where it stands.
    pub policy: String,
    /// What it says, in our words; of the edition in `policy.edition` if that makes it, otherwise of
    /// the other one.
    pub paraphrase: String,
    /// Whether the edition in `policy.edition`, or a document beside it, makes it.
    pub in_edition: bool,
    /// `supported`, `contradicted`, `unproven` or `not_testable`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// What a reader must know about it; empty for nothing.
    pub note: String,
    /// The rules that the verdict rests on.
    pub findings: Vec<String>,
}

/// Where the two editions of the privacy policy part.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// `C-01` to `C-26`.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// What the edition of 5 January 2023 says, in our words; empty if it does not mention it.
    pub january: String,
    /// What the edition of 20 October 2023 says, in our words; empty if it does not mention it.
    pub october: String,
    /// What else is to be said; empty for nothing.
    pub note: String,
    /// The rules that show what this workspace does about it, and their outcomes.
    pub shown_by: BTreeMap<String, Outcome>,
}

/// What a report rests on.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Every read that was made.
    pub queries: Vec<Query>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The SHA-256 of the snapshot that was judged, `sha256:…`.
    pub snapshot_digest: String,
    /// The cluster time that the server reported; null without a replica set.
    pub cluster_time: Option<String>,
    /// What kept the program from reaching anything else.
    pub confinement: Confinement,
    /// Files that the operator attached.
    pub attachments: Vec<Attachment>,
    /// What is odd about this report's place in the chain of reports; empty if nothing is.
    #[serde(default)]
    pub chain: Vec<ChainNotice>,
}

/// Something odd between this report and those before it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChainNotice {
    /// `clock` (it was read before the previous one), `late` (it was due earlier), `head_missing`
    /// (reports that were written are gone), `head_differs` (others stand in their place),
    /// `head_moved` (reports were added from elsewhere), `head_unknown` (nothing was remembered),
    /// `history_gap` (the story goes on from an older report) or `history_missing` (it begins anew).
    pub kind: String,
    /// What it is, in words.
    pub text: String,
}

/// One read.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The query's id.
    pub id: String,
    /// `database.collection`.
    pub namespace: String,
    /// What was asked, without any value from the database.
    pub shape: String,
    /// Documents or numbers returned.
    pub returned: u64,
    /// Bytes of BSON returned.
    pub bytes: u64,
    /// Milliseconds from question to answer; null for files.
    pub milliseconds: Option<u64>,
}

/// Something that could not be read.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The query's id.
    pub query: String,
    /// The collection.
    pub collection: String,
    /// `denied`, `timed_out`, `not_in_source`, `unreadable` or `failed`.
    pub reason: String,
    /// The reason in words.
    pub detail: String,
}

/// What kept the program from reaching anything else.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// Measures that were in force.
    pub enforced: Vec<String>,
    /// Measures that were not, and why.
    pub missing: Vec<String>,
    /// The release of the kernel that enforces them; null if the program did not ask for any.
    #[serde(default)]
    pub kernel: Option<String>,
    /// The version of the kernel's Landlock interface; null without it.
    #[serde(default)]
    pub landlock: Option<i32>,
    /// Attempts to get out that the program made itself, after reading and before judging.
    #[serde(default)]
    pub probes: Vec<Probe>,
    /// Connections to the database that were still open then; null if that could not be told.
    #[serde(default)]
    pub open_sockets: Option<u64>,
}

/// An attempt of the program to get out, towards an address set aside for documentation.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// What was attempted.
    pub what: String,
    /// The system call that ended the attempt; empty if nothing did.
    pub call: String,
    /// What it answered: the name of the error, or `done`.
    pub answer: String,
    /// Whether that is a refusal. That no network answers is none.
    pub refused: bool,
}

/// A file that the operator attached.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// `policy`, `environment`, `attestations`, `plans` or `egress_log`.
    pub kind: String,
    /// The SHA-256 of the file, `sha256:…`.
    pub digest: String,
}

/// The JSON Schema of [`Report`].
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}
