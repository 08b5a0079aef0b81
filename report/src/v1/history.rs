//! The part of a report that tells how it went before.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;

/// What changed since the report before, and how it went before that.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The report before this one.
    pub previous: Past,
    /// Rules whose outcome is another now.
    pub outcomes: Vec<Change>,
    /// Flows whose state is another now.
    pub flows: Vec<Change>,
    /// The reports before this one, oldest first, at most 30.
    pub trend: Vec<Past>,
}

/// An earlier report in short.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// The report's id.
    pub id: String,
    /// The moment that was judged for.
    pub judged_at: String,
    /// The outcome of the whole.
    pub verdict: Verdict,
    /// Rules that failed.
    pub failed: u64,
    /// Rules that were unknown or broke.
    pub unknown: u64,
}

/// What is another now.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The rule or flow.
    pub id: String,
    /// Its outcome or state before.
    pub before: String,
    /// Its outcome or state now.
    pub now: String,
}
