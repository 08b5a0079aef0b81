//! A rule: what it asks, of which versions and profiles, why, and what to do.

pub(crate) mod parse;

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::check::{Condition, Subject};
use crate::finding::{Outcome, Severity};
use crate::version::{Version, VersionRange};
use crate::written::Mistake;

pub use crate::remedy::Remedy;

/// A rule, parsed and checked.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, `STAT-001`; the letters name the area.
    pub id: String,
    /// Grows when the meaning changes.
    pub revision: u32,
    /// The release of this program that brought it.
    pub since: Version,
    /// What holds when it passes.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Why that bad.
    pub severity_reason: String,
    /// The profiles in which it applies.
    pub profiles: Vec<Profile>,
    /// The profiles in which it applies when the policy is strict.
    pub strict: Vec<Profile>,
    /// The versions of Rocket.Chat to which it applies.
    pub applies: VersionRange,
    /// Why it matters, as it is written.
    pub rationale: String,
    /// The same with each paragraph on one line; shared with every report on it.
    pub paragraphs: Arc<str>,
    /// Statements of the vendor's policies that it tests.
    pub clauses: Vec<String>,
    /// Outside controls that it relates to; shared with every report on it.
    pub references: Arc<Vec<String>>,
    /// What to do when it fails.
    pub remedy: Remedy,
    /// When the question arises.
    pub when: Option<Condition>,
    /// How it is answered.
    pub answer: Answer,
    /// When an outcome is not to be trusted.
    pub doubts: Vec<Doubt>,
    /// When a failure is one that the stored value hides.
    pub false_assurance: Option<Condition>,
    /// Why a failure is only reported as unknown, for rules on unverified facts.
    pub unverified: Option<String>,
    /// Examples, which are also tests.
    pub cases: Vec<Case>,
    /// Where it was read, for messages.
    pub source: String,
}

/// How a rule is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// By a condition.
    Check(Condition),
    /// By a person.
    Manual {
        /// What the person has to answer.
        question: String,
    },
}

/// An outcome that is not to be trusted under a condition.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The outcome, pass or fail.
    pub instead_of: Outcome,
    /// The condition; where it is not decided, the outcome is unknown.
    pub when: Condition,
    /// The outcome in its place, unknown or not applicable.
    pub becomes: Outcome,
    /// Why, one sentence.
    pub reason: String,
}

/// What the operator says the workspace is.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Nothing may leave.
    Airgapped,
    /// Connected to the internet, not registered with the vendor.
    Unregistered,
    /// Registered with the vendor.
    Registered,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Airgapped, Self::Unregistered, Self::Registered];

    /// The name as policies and reports spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Airgapped => "airgapped",
            Self::Unregistered => "unregistered",
            Self::Registered => "registered",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Rule {
    /// Reads a rule file. `name` is the file's path for messages; its last part must be the id.
    pub fn parse(name: &str, text: &str) -> Result<Self, Mistake> {
        parse::parse(name, text)
    }

    /// Reads what the build packed of a rule file that is shipped: all but the cases.
    pub(crate) fn unpack(name: &str, bytes: &[u8]) -> Result<Self, Mistake> {
        parse::unpack(name, bytes)
    }

    /// The letters of the id: `STAT`.
    #[must_use]
    pub fn area(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// Every subject that it looks at, once each.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject> {
        let mut all = Vec::new();
        if let Some(when) = &self.when {
            when.subjects(&mut all);
        }
        if let Answer::Check(check) = &self.answer {
            check.subjects(&mut all);
        }
        for doubt in &self.doubts {
            doubt.when.subjects(&mut all);
        }
        if let Some(condition) = &self.false_assurance {
            condition.subjects(&mut all);
        }
        all.sort();
        all.dedup();
        all
    }
}

/// The areas: the letters of the ids and what they stand for.
pub const AREAS: &[(&str, &str)] = &[
    ("STAT", "Statistics and calls home"),
    ("REG", "Registration and vendor account"),
    ("LIC", "Licence"),
    ("APP", "Marketplace and apps"),
    ("PUSH", "Push notifications"),
    ("E2E", "End-to-end encryption"),
    ("RET", "Retention"),
    ("DSR", "Rights of data subjects"),
    ("NOT", "Notices, consent, minors"),
    ("USR", "Self-registration of users"),
    ("AUTH", "Authentication"),
    ("SEC", "Hardening and logs"),
    ("PERM", "Permissions that expose data"),
    ("EXT", "Flows to third parties"),
    ("LC", "Omnichannel"),
    ("EGR", "Logs of the network"),
    ("AUD", "The audit itself"),
    ("LE", "Requests of authorities"),
];

/// The title of an area; the letters themselves for an area of a site.
#[must_use]
pub fn area_title(area: &str) -> &str {
    AREAS
        .iter()
        .find(|(letters, _)| *letters == area)
        .map_or(area, |(_, title)| title)
}
