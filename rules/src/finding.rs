//! What judging a rule gives.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::Origin;
use crate::value::Value;

/// How bad it is if a rule fails. Ordered: `Info` is least.
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
    /// Proven egress against the declared profile, or a control that destroys or exposes all.
    Critical,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
    ];

    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
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

impl Outcome {
    /// All of them, in the order in which a report shows them.
    pub const ALL: [Self; 7] = [
        Self::Fail,
        Self::Error,
        Self::Unknown,
        Self::Manual,
        Self::Waived,
        Self::Pass,
        Self::NotApplicable,
    ];

    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
            Self::Manual => "manual",
            Self::Waived => "waived",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One comparison that took part in an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// What was looked at: a setting, a fact, a permission.
    pub subject: String,
    /// What the rule wants, in words.
    pub expected: String,
    /// What is there, in words.
    pub found: String,
    /// What else is to be said of it, for example that its type is wrong.
    pub note: Option<String>,
    /// Whether it is as wanted; none where that is not known.
    pub met: Option<bool>,
    /// The value itself, if there is one.
    pub value: Option<Value>,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was last written.
    pub updated_at: Option<Timestamp>,
}

/// What judging one rule gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The outcome.
    pub outcome: Outcome,
    /// What the outcome of an excluded or waived rule would be.
    pub underlying: Option<Outcome>,
    /// Whether the stored value looks safe while what counts is not.
    pub false_assurance: bool,
    /// Why, one or two sentences.
    pub reason: String,
    /// The comparisons.
    pub observed: Vec<Observation>,
}

impl Judgement {
    /// A judgement without comparisons.
    #[must_use]
    pub fn plain(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            outcome,
            underlying: None,
            false_assurance: false,
            reason: reason.into(),
            observed: Vec::new(),
        }
    }
}
