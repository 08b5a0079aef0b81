//! The part of a report that says what changed, and why.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Severity, Verdict};

/// What is another in a report than in one before it, and why.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Why these two: `previous` (in the chain), `baseline` (named for the audit), `assumption` (the
    /// same evidence as it is) or `named` (both were named).
    pub with: String,
    /// The report that it is compared with.
    pub before: Compared,
    /// The report that is compared.
    pub now: Compared,
    /// What is another of the whole, such as the version or the policy.
    pub differs: Vec<Cause>,
    /// Rules by class of change; every class is named.
    pub by_class: BTreeMap<String, u64>,
    /// Rules that changed, by class, worst first.
    pub findings: Vec<FindingChange>,
    /// Flows whose state is another.
    pub flows: Vec<FlowChange>,
    /// Statements of the vendor whose verdict is another.
    pub clauses: Vec<ClauseChange>,
}

/// A report that takes part in a comparison.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The report's id.
    pub id: String,
    /// The workspace's name in bundles.
    pub workspace: String,
    /// The moment that was judged for.
    pub judged_at: String,
    /// The outcome of the whole.
    pub verdict: Verdict,
    /// Whether it rests on an assumption and not on evidence alone.
    pub assumed: bool,
}

/// A rule that changed.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FindingChange {
    /// The rule's id.
    pub rule: String,
    /// What holds when it passes.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// `new` (fails and did not), `returned` (fails again), `worse`, `changed` (neither better nor
    /// worse), `better`, `fixed` (failed and does no longer), `added` or `removed` (a rule that only
    /// one of the reports has).
    pub class: String,
    /// The outcome before; null if there was no such rule.
    pub before: Option<String>,
    /// The outcome now; null if there is no such rule.
    pub now: Option<String>,
    /// For a failure that returned, when it was last there before; null otherwise.
    pub last_failed: Option<String>,
    /// Why, as far as the reports say it.
    pub causes: Vec<Cause>,
}

/// A reason for a change.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// `value`, `environment` (a value that a variable of the server's processes gave), `data`,
    /// `default` (a value that the release brings), `parameter`, `policy`, `waiver`, `attestation`,
    /// `version`, `licence`, `gap` (what could or can't be read), `rule`, `rules`, `tool`, `log` (of
    /// the network), `source`, `basis` (of a flow) or `evidence` (only the reason given is another).
    pub kind: String,
    /// What changed: a setting, a fact, a parameter, a collection.
    pub subject: String,
    /// What it was; empty if it was not there.
    pub before: String,
    /// What it is; empty if it is not there.
    pub now: String,
}

/// A flow whose state is another.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FlowChange {
    /// The flow's id.
    pub id: String,
    /// The flow in words.
    pub title: String,
    /// `opened`, `closed` or `changed`.
    pub class: String,
    /// The state before.
    pub before: String,
    /// The state now.
    pub now: String,
    /// Why.
    pub causes: Vec<Cause>,
}

/// A statement of the vendor whose verdict is another.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseChange {
    /// The statement's id.
    pub id: String,
    /// What it says, in our words.
    pub paraphrase: String,
    /// The verdict before.
    pub before: String,
    /// The verdict now.
    pub now: String,
    /// The rules behind it that changed.
    pub findings: Vec<String>,
}
