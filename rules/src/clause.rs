//! Statements of the vendor's documents, and what a workspace says of them.
//!
//! A statement promises something or announces something. A promise is contradicted by the failure of
//! a rule; an announcement is supported by one, because the failure shows that it happens. What
//! neither contradicts nor supports a statement leaves it unproven, and so does doubt.

use std::fmt;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Outcome;
use crate::rule::Profile;

const CLAUSES: &str = include_str!("../policies/clauses.toml");
const DIFFERENCES: &str = include_str!("../policies/differences.toml");

/// An edition of the vendor's privacy policy.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum Edition {
    /// Of 5 January 2023.
    #[serde(rename = "2023-01")]
    January,
    /// Of 20 October 2023.
    #[default]
    #[serde(rename = "2023-10")]
    October,
}

impl Edition {
    /// Year and month, as in a policy file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::January => "2023-01",
            Self::October => "2023-10",
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::January => "5 January 2023",
            Self::October => "20 October 2023",
        })
    }
}

/// How much of a statement a workspace can show.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Testable {
    /// All of it.
    Yes,
    /// A necessary condition.
    Partly,
    /// The operator's counterpart of what the vendor says of itself.
    Operator,
    /// Nothing: it is about the vendor's side.
    No,
}

/// A statement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `CL-01` to `CL-71`.
    pub id: String,
    /// Where it stands.
    pub place: String,
    /// What the edition of January says; nothing if it does not say it.
    #[serde(default)]
    pub january: String,
    /// What the edition of October says; nothing if it does not say it.
    #[serde(default)]
    pub october: String,
    /// What another document says.
    #[serde(default)]
    pub other: String,
    /// How much of it a workspace can show.
    pub test: Testable,
    /// The rules whose failure contradicts it and whose passing supports it.
    #[serde(default)]
    pub decided_by: Vec<String>,
    /// The rules whose failure contradicts it; their passing says nothing.
    #[serde(default)]
    pub contradicted_by: Vec<String>,
    /// The rules whose passing supports it; their failure says nothing.
    #[serde(default)]
    pub supported_by: Vec<String>,
    /// The rules whose failure shows that what it announces happens here.
    #[serde(default)]
    pub shown_by: Vec<String>,
    /// The rules without whose passing nothing supports it; their failure contradicts nothing.
    #[serde(default)]
    pub needed: Vec<String>,
    /// What a reader must know about the verdict.
    #[serde(default)]
    pub note: String,
    /// The profiles of which it speaks; all if none are named.
    #[serde(default)]
    pub profiles: Vec<Profile>,
}

/// Where the two editions part.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// `C-01` to `C-26`.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// What the edition of January says; nothing if it does not mention it.
    #[serde(default)]
    pub january: String,
    /// What the edition of October says; nothing if it does not mention it.
    #[serde(default)]
    pub october: String,
    /// The rules that show what this workspace does about it.
    #[serde(default)]
    pub shown_by: Vec<String>,
    /// What else is to be said.
    #[serde(default)]
    pub note: String,
}

/// What a workspace says of a statement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It does what the statement says.
    Supported,
    /// It does something else.
    Contradicted,
    /// What was read does not tell.
    Unproven,
    /// No workspace can tell.
    NotTestable,
}

impl Verdict {
    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::Unproven => "unproven",
            Self::NotTestable => "not_testable",
        }
    }
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: Verdict,
    /// The rules that made it so.
    pub because: Vec<String>,
    /// Why, one sentence.
    pub reason: String,
}

/// All statements, in the order of the documents.
#[must_use]
pub fn all() -> &'static [Clause] {
    static ALL: LazyLock<Vec<Clause>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct File {
            clause: Vec<Clause>,
        }
        toml::from_str::<File>(CLAUSES).map_or_else(|_| Vec::new(), |file| file.clause)
    });
    &ALL
}

/// All differences between the editions.
#[must_use]
pub fn differences() -> &'static [Difference] {
    static ALL: LazyLock<Vec<Difference>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct File {
            difference: Vec<Difference>,
        }
        toml::from_str::<File>(DIFFERENCES).map_or_else(|_| Vec::new(), |file| file.difference)
    });
    &ALL
}

impl Clause {
    /// Every rule that speaks to it.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        [
            &self.decided_by,
            &self.contradicted_by,
            &self.supported_by,
            &self.shown_by,
            &self.needed,
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
    }

    /// What an edition says; another document's text where it is one; none if the edition does not
    /// say it.
    #[must_use]
    pub fn says(&self, edition: Edition) -> Option<&str> {
        let text = match edition {
            Edition::January => &self.january,
            Edition::October => &self.october,
        };
        [text, &self.other]
            .into_iter()
            .find(|text| !text.is_empty())
            .map(String::as_str)
    }

    /// What the outcomes of rules say of it. `outcome` gives none for a rule that was left out.
    pub fn judge(&self, profile: Profile, outcome: impl Fn(&str) -> Option<Outcome>) -> Ruling {
        let ruling = |verdict, because: Vec<String>, reason: &str| Ruling {
            verdict,
            because,
            reason: reason.to_owned(),
        };
        if self.test == Testable::No {
            let reason = if self.note.is_empty() {
                "It is about the vendor's side, of which a workspace shows nothing."
            } else {
                self.note.as_str()
            };
            return ruling(Verdict::NotTestable, Vec::new(), reason);
        }
        if !self.profiles.is_empty() && !self.profiles.contains(&profile) {
            let reason = "It speaks of workspaces of another kind.";
            return ruling(Verdict::Unproven, Vec::new(), reason);
        }
        let of = |rules: &[&'_ Vec<String>], wanted: fn(Option<Outcome>) -> bool| -> Vec<String> {
            let rules = rules.iter().flat_map(|rules| rules.iter());
            rules
                .filter(|rule| wanted(outcome(rule)))
                .cloned()
                .collect()
        };
        // What is accepted for now is still so.
        let fails = |it| matches!(it, Some(Outcome::Fail | Outcome::Waived));
        let passes = |it| it == Some(Outcome::Pass);
        let is_open = |it| {
            matches!(
                it,
                None | Some(Outcome::Unknown | Outcome::Manual | Outcome::Error)
            )
        };
        let failed = of(&[&self.decided_by, &self.contradicted_by], fails);
        if !failed.is_empty() {
            return ruling(
                Verdict::Contradicted,
                failed,
                "The workspace does otherwise.",
            );
        }
        let open = of(&[&self.decided_by, &self.contradicted_by], is_open);
        if !open.is_empty() {
            let reason = "What it rests on could not be decided or was left out.";
            return ruling(Verdict::Unproven, open, reason);
        }
        let short = of(&[&self.needed], |it| {
            !matches!(it, Some(Outcome::Pass | Outcome::NotApplicable))
        });
        if !short.is_empty() {
            let reason = "Not all that would have to hold does.";
            return ruling(Verdict::Unproven, short, reason);
        }
        let shown = of(&[&self.shown_by], fails);
        let kept = of(&[&self.decided_by, &self.supported_by], passes);
        let (because, reason) = match (shown.is_empty(), kept.is_empty()) {
            (false, _) => (shown, "It was seen to happen here."),
            (true, false) if self.test == Testable::Operator => (
                kept,
                "The workspace does for its own users what the statement promises.",
            ),
            (true, false) => (kept, "The workspace does what it says."),
            (true, true) => {
                let reason = "Nothing that was read shows it.";
                return ruling(Verdict::Unproven, Vec::new(), reason);
            }
        };
        if self.test == Testable::Partly {
            let reason = "Nothing speaks against it, but a workspace shows only part of it.";
            return ruling(Verdict::Unproven, because, reason);
        }
        ruling(Verdict::Supported, because, reason)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ruleset::RuleSet;

    fn clause(id: &str) -> &'static Clause {
        all().iter().find(|clause| clause.id == id).unwrap()
    }

    fn verdict(id: &str, outcome: impl Fn(&str) -> Option<Outcome>) -> Verdict {
        clause(id).judge(Profile::Unregistered, outcome).verdict
    }

    #[test]
    fn every_statement_is_there_once_and_says_something() {
        let ids: Vec<String> = (1..=71).map(|number| format!("CL-{number:02}")).collect();
        let there: Vec<&String> = all().iter().map(|clause| &clause.id).collect();
        assert_eq!(there, ids.iter().collect::<Vec<_>>());
        for clause in all() {
            let texts = [&clause.january, &clause.october, &clause.other];
            assert!(texts.iter().any(|text| !text.is_empty()), "{}", clause.id);
            assert_eq!(
                clause.test == Testable::No,
                clause.rules().next().is_none(),
                "{}: whatever can be tested names its rules, and nothing else does",
                clause.id
            );
        }
        assert_eq!(differences().len(), 26);
    }

    #[test]
    fn the_rules_that_decide_exist() {
        let rules = RuleSet::shipped().unwrap();
        let known: BTreeSet<&str> = rules.rules().iter().map(|rule| rule.id.as_str()).collect();
        let named = all()
            .iter()
            .flat_map(|clause| clause.rules().map(|rule| (&clause.id, rule)))
            .chain(
                differences()
                    .iter()
                    .flat_map(|it| it.shown_by.iter().map(|rule| (&it.id, rule.as_str()))),
            );
        let missing: Vec<_> = named.filter(|(_, rule)| !known.contains(rule)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn one_failure_contradicts_also_when_it_is_accepted() {
        for bad in [Outcome::Fail, Outcome::Waived] {
            let outcome = |rule: &str| {
                Some(if rule == "STAT-002" {
                    bad
                } else {
                    Outcome::Pass
                })
            };
            assert_eq!(verdict("CL-13", outcome), Verdict::Contradicted);
        }
    }

    #[test]
    fn doubt_and_omission_leave_it_unproven() {
        let unknown = |rule: &str| {
            Some(if rule == "STAT-002" {
                Outcome::Unknown
            } else {
                Outcome::Pass
            })
        };
        assert_eq!(verdict("CL-13", unknown), Verdict::Unproven);
        assert_eq!(verdict("CL-17", unknown), Verdict::Unproven);
        let left_out = |rule: &str| (rule != "STAT-002").then_some(Outcome::Pass);
        assert_eq!(verdict("CL-13", left_out), Verdict::Unproven);
        let nothing = |_: &str| Some(Outcome::NotApplicable);
        assert_eq!(verdict("CL-13", nothing), Verdict::Unproven);
    }

    #[test]
    fn an_announcement_is_shown_by_a_failure_and_never_contradicted() {
        let sent = |rule: &str| (rule == "STAT-004").then_some(Outcome::Fail);
        assert_eq!(verdict("CL-37", sent), Verdict::Supported);
        let pass = |_: &str| Some(Outcome::Pass);
        assert_eq!(verdict("CL-37", pass), Verdict::Unproven);
    }

    #[test]
    fn passing_supports_only_what_a_workspace_shows_whole() {
        let pass = |_: &str| Some(Outcome::Pass);
        assert_eq!(verdict("CL-13", pass), Verdict::Supported);
        assert_eq!(verdict("CL-02", pass), Verdict::Unproven);
        assert_eq!(verdict("CL-06", pass), Verdict::NotTestable);
        assert_eq!(verdict("CL-71", pass), Verdict::Unproven);
        let airgapped = clause("CL-71").judge(Profile::Airgapped, pass).verdict;
        assert_eq!(airgapped, Verdict::Supported);
    }

    #[test]
    fn what_is_needed_keeps_support_away_and_contradicts_nothing() {
        for bad in [Outcome::Fail, Outcome::Unknown, Outcome::Manual] {
            let script = |rule: &str| {
                Some(if rule == "SEC-021" {
                    bad
                } else {
                    Outcome::Pass
                })
            };
            assert_eq!(verdict("CL-23", script), Verdict::Unproven);
        }
        let absent = |rule: &str| {
            Some(if rule == "SEC-021" {
                Outcome::NotApplicable
            } else {
                Outcome::Pass
            })
        };
        assert_eq!(verdict("CL-23", absent), Verdict::Supported);
    }

    #[test]
    fn an_edition_is_quiet_where_it_says_nothing() {
        assert!(clause("CL-13").says(Edition::January).is_some());
        assert!(clause("CL-13").says(Edition::October).is_none());
        assert!(clause("CL-71").says(Edition::October).is_some());
    }
}
