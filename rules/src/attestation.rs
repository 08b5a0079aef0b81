//! What a person states because no database can show it.
//!
//! A statement answers a manual rule, or gives a fact, from one day to another. After its last
//! day it counts for nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::value::Value;
use crate::version::Version;

/// The facts that a statement can give: that the network lets nothing of the server reach the
/// internet, or nothing reach the vendor. The first includes the second.
pub const FACTS: &[&str] = &["egress_blocked", "vendor_blocked"];

/// The statements of a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestations {
    /// The version of the file's format, 1.
    #[serde(default)]
    pub format: u32,
    /// The statements.
    #[serde(default, rename = "statement")]
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The manual rule that it answers.
    pub rule: Option<String>,
    /// The fact that it gives, one of [`FACTS`].
    pub fact: Option<String>,
    /// The server version that it states.
    pub server_version: Option<Version>,
    /// What is stated, in words.
    pub text: String,
    /// Who states it: a role, not a name.
    pub by: String,
    /// The first day on which it counts.
    pub from: toml::value::Datetime,
    /// The last day on which it counts.
    pub until: toml::value::Datetime,
    /// SHA-256 of a document that supports it, in hexadecimal.
    pub evidence_sha256: Option<String>,
}

impl Attestations {
    /// What is wrong with the statements, if anything.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.format != 1 {
            problems.push(format!(
                "format is {}; this program reads format 1",
                self.format
            ));
        }
        for (index, statement) in self.statements.iter().enumerate() {
            let mut wrong = |what: &str| problems.push(format!("statement {}: {what}", index + 1));
            let subjects = [
                statement.rule.is_some(),
                statement.fact.is_some(),
                statement.server_version.is_some(),
            ];
            if subjects.iter().filter(|given| **given).count() != 1 {
                wrong("exactly one of 'rule', 'fact' and 'server_version' is wanted");
            }
            if let Some(fact) = &statement.fact
                && !FACTS.contains(&fact.as_str())
            {
                wrong(&format!(
                    "no fact '{fact}' can be stated; there is: {}",
                    FACTS.join(", ")
                ));
            }
            if statement.text.trim().is_empty() || statement.by.trim().is_empty() {
                wrong("'text' and 'by' must say something");
            }
            match (day(&statement.from), day(&statement.until)) {
                (Some(from), Some(until)) if from <= until => {}
                (Some(_), Some(_)) => wrong("'until' lies before 'from'"),
                _ => wrong("'from' and 'until' are days such as 2026-01-31, without quotes"),
            }
            if let Some(digest) = &statement.evidence_sha256
                && (digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
            {
                wrong("'evidence_sha256' is not 64 hexadecimal digits");
            }
        }
        problems
    }

    fn in_force(&self, now: Timestamp) -> impl Iterator<Item = &Statement> {
        self.statements
            .iter()
            .filter(move |statement| statement.covers(now))
    }

    /// The server version that a statement in force gives.
    #[must_use]
    pub fn version(&self, now: Timestamp) -> Option<&Version> {
        self.in_force(now)
            .find_map(|statement| statement.server_version.as_ref())
    }

    /// The facts that statements in force give.
    #[must_use]
    pub fn facts(&self, now: Timestamp) -> BTreeMap<String, Value> {
        self.in_force(now)
            .filter_map(|statement| statement.fact.clone())
            .map(|fact| (fact, Value::Bool(true)))
            .collect()
    }

    /// The statement in force that answers a rule.
    #[must_use]
    pub fn answer(&self, rule: &str, now: Timestamp) -> Option<&Statement> {
        self.in_force(now)
            .find(|statement| statement.rule.as_deref() == Some(rule))
    }

    /// The newest statement about a rule that no longer counts.
    #[must_use]
    pub fn lapsed(&self, rule: &str, now: Timestamp) -> Option<&Statement> {
        self.statements
            .iter()
            .filter(|statement| statement.rule.as_deref() == Some(rule) && !statement.covers(now))
            .max_by_key(|statement| day(&statement.until))
    }
}

impl Statement {
    /// Whether it counts at a moment: both its days are inclusive, in UTC.
    fn covers(&self, now: Timestamp) -> bool {
        let today = now.to_zoned(TimeZone::UTC).date();
        match (day(&self.from), day(&self.until)) {
            (Some(from), Some(until)) => from <= today && today <= until,
            _ => false,
        }
    }
}

fn day(datetime: &toml::value::Datetime) -> Option<Date> {
    datetime.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        format = 1
        [[statement]]
        fact = "egress_blocked"
        text = "The firewall drops everything but the database."
        by = "network operations"
        from = 2026-01-01
        until = 2026-06-30
        [[statement]]
        rule = "STAT-014"
        text = "The release service is a sink."
        by = "operations"
        from = 2026-01-01
        until = 2026-06-30
    "#;

    #[test]
    fn a_statement_counts_to_the_end_of_its_last_day() {
        let file: Attestations = toml::from_str(FILE).unwrap();
        assert!(file.problems().is_empty(), "{:?}", file.problems());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(
            file.answer("STAT-014", at("2026-06-30T23:59:59Z"))
                .is_some()
        );
        assert!(
            file.answer("STAT-014", at("2026-07-01T00:00:00Z"))
                .is_none()
        );
        assert!(
            file.lapsed("STAT-014", at("2026-07-01T00:00:00Z"))
                .is_some()
        );
        assert!(file.facts(at("2025-12-31T23:59:59Z")).is_empty());
        assert_eq!(file.facts(at("2026-01-01T00:00:00Z")).len(), 1);
    }

    #[test]
    fn a_careless_statement_is_refused() {
        for (from, to) in [
            ("until = 2026-06-30", "until = 2025-06-30"),
            ("\"egress_blocked\"", "\"egress\""),
            (
                "rule = \"STAT-014\"",
                "rule = \"STAT-014\"\nfact = \"egress_blocked\"",
            ),
            ("by = \"operations\"", "by = \" \""),
            ("format = 1", "format = 2"),
        ] {
            let file: Attestations = toml::from_str(&FILE.replacen(from, to, 1)).unwrap();
            assert!(!file.problems().is_empty(), "{to}");
        }
    }
}
