//! What a person states because no database can show it.
//!
//! A statement answers a manual rule, or gives a fact, from one day to another. After its last
//! day it counts for nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::day::{Day, Period};
use crate::rule::{Answer, Rule};
use crate::value::Value;
use crate::version::Version;
use crate::written::{Mistake, Place, Reader, Spanned};

/// The facts that a statement can give: that the network lets nothing of the server reach the
/// internet, or nothing reach the vendor. The first includes the second.
pub const FACTS: &[&str] = &["egress_blocked", "vendor_blocked"];

/// A file of statements as it stands there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Statements")]
pub(crate) struct StatementFile {
    /// The version of the file's format, 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    format: Spanned<u32>,
    /// The statements.
    #[serde(default, rename = "statement")]
    #[schemars(with = "Vec<RawStatement>")]
    statements: Vec<Spanned<RawStatement>>,
}

/// What somebody states. Exactly one of `rule`, `fact` and `server_version` says of what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Statement")]
struct RawStatement {
    /// The manual rule that it answers.
    #[schemars(with = "Option<String>")]
    rule: Option<Spanned<String>>,
    /// The fact that it gives.
    #[serde(default)]
    #[schemars(schema_with = "crate::schema::facts")]
    fact: Option<Spanned<String>>,
    /// The server version that it states.
    #[schemars(with = "Option<String>")]
    server_version: Option<Version>,
    /// What is stated, in words.
    #[schemars(with = "String")]
    text: Spanned<String>,
    /// Who states it: a role, not a name.
    #[schemars(with = "String")]
    by: Spanned<String>,
    /// The first day on which it counts.
    from: Day,
    /// The last day on which it counts, to its end in UTC.
    #[schemars(with = "Day")]
    until: Spanned<Day>,
    /// The name of a document that supports it. If the document stands beside this file, it has to
    /// have the digest below.
    #[schemars(with = "Option<String>")]
    evidence: Option<Spanned<String>>,
    /// The SHA-256 of that document, in hexadecimal, as sha256sum prints it.
    #[schemars(with = "Option<String>", regex(pattern = "^[0-9a-fA-F]{64}$"))]
    evidence_sha256: Option<Spanned<String>>,
}

/// What people state.
#[derive(Clone, Debug, Default)]
pub struct Attestations {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// What a statement is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// The manual rule that it answers.
    Rule(String),
    /// The fact that it gives, one of [`FACTS`].
    Fact(String),
    /// The server version that it states.
    ServerVersion(Version),
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is about.
    pub subject: Subject,
    /// What is stated, in words.
    pub text: String,
    /// Who states it.
    pub by: String,
    /// The days on which it counts.
    pub period: Period,
    /// The document that supports it.
    pub evidence: Option<Document>,
    /// Where it stands in its file.
    pub place: Place,
}

/// A document that supports a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// Its name; empty if only the digest is given.
    pub name: String,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// The SHA-256 of what stands beside the file under that name; none if nothing does.
    pub found: Option<String>,
}

impl Document {
    /// Whether what was found is another document.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.found.as_ref().is_some_and(|it| *it != self.sha256)
    }
}

/// How a statement stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum State {
    /// It counts.
    InForce,
    /// The document that supports it is another one, so it counts on no day.
    EvidenceDiffers,
    /// Its last day is over.
    Expired,
    /// Its first day is to come.
    NotYetValid,
}

impl State {
    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::EvidenceDiffers => "evidence_differs",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
        }
    }
}

impl Attestations {
    /// Reads a file. All mistakes are told at once, but for those that leave nothing to read.
    pub fn read(file: &str, text: &str, rules: &[Rule]) -> Result<Self, Vec<Mistake>> {
        let reader = Reader { file, text };
        let raw: StatementFile = reader.toml().map_err(|mistake| vec![mistake])?;
        reader
            .format(&raw.format)
            .map_err(|mistake| vec![mistake])?;
        let statements = reader.each(raw.statements, |raw, place| {
            checked(&reader, raw, place, rules)
        })?;
        Ok(Self { statements })
    }

    /// One statement that holds at any time.
    #[must_use]
    pub(crate) fn always(subject: Subject) -> Self {
        let day = Day::of;
        Self {
            statements: vec![Statement {
                subject,
                text: "x".to_owned(),
                by: "y".to_owned(),
                period: Period {
                    from: day(Timestamp::UNIX_EPOCH),
                    until: day(Timestamp::MAX),
                },
                evidence: None,
                place: Place { line: 1, column: 1 },
            }],
        }
    }

    fn in_force(&self, now: Timestamp) -> impl Iterator<Item = &Statement> {
        self.statements
            .iter()
            .filter(move |statement| statement.state(now) == State::InForce)
    }

    /// The server version that a statement in force gives.
    #[must_use]
    pub fn version(&self, now: Timestamp) -> Option<&Version> {
        self.in_force(now).find_map(|it| match &it.subject {
            Subject::ServerVersion(version) => Some(version),
            _ => None,
        })
    }

    /// The facts that statements in force give.
    #[must_use]
    pub fn facts(&self, now: Timestamp) -> BTreeMap<String, Value> {
        self.in_force(now)
            .filter_map(|it| match &it.subject {
                Subject::Fact(fact) => Some((fact.clone(), Value::Bool(true))),
                _ => None,
            })
            .collect()
    }

    /// The statement in force that answers a rule.
    #[must_use]
    pub fn answer(&self, rule: &str, now: Timestamp) -> Option<&Statement> {
        self.in_force(now).find(|statement| statement.is_of(rule))
    }

    /// The newest statement about a rule that does not count.
    #[must_use]
    pub fn lapsed(&self, rule: &str, now: Timestamp) -> Option<&Statement> {
        self.statements
            .iter()
            .filter(|it| it.is_of(rule) && it.state(now) != State::InForce)
            .max_by_key(|statement| statement.period.until)
    }
}

impl Statement {
    fn is_of(&self, rule: &str) -> bool {
        matches!(&self.subject, Subject::Rule(id) if id == rule)
    }

    /// How it stands at a moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        if self.evidence.as_ref().is_some_and(Document::differs) {
            State::EvidenceDiffers
        } else if self.period.covers(now) {
            State::InForce
        } else if self.period.days_left(now) < 0 {
            State::Expired
        } else {
            State::NotYetValid
        }
    }
}

fn checked(
    reader: &Reader<'_>,
    raw: Spanned<RawStatement>,
    place: Place,
    rules: &[Rule],
) -> Result<Statement, Vec<Mistake>> {
    let at = raw.start();
    let raw = raw.into_inner();
    let mut mistakes: Vec<Mistake> = [
        ("text", &raw.text, "say what is stated"),
        ("by", &raw.by, "say who states it, as a role"),
    ]
    .into_iter()
    .filter_map(|(name, text, wanted)| reader.says_something(name, text, wanted))
    .collect();
    let subject = match (&raw.rule, &raw.fact, raw.server_version) {
        (Some(rule), None, None) => {
            mistakes.extend(not_manual(reader, rule, rules));
            Some(Subject::Rule(rule.get_ref().clone()))
        }
        (None, Some(fact), None) => {
            if !FACTS.contains(&fact.get_ref().as_str()) {
                mistakes.push(reader.error(
                    Some(fact.start()),
                    format!(
                        "no fact '{}' can be stated; there is: {}",
                        fact.get_ref(),
                        FACTS.join(", ")
                    ),
                ));
            }
            Some(Subject::Fact(fact.get_ref().clone()))
        }
        (None, None, Some(version)) => Some(Subject::ServerVersion(version)),
        _ => {
            mistakes.push(reader.error(
                Some(at),
                "exactly one of 'rule', 'fact' and 'server_version' is wanted",
            ));
            None
        }
    };
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
    let evidence = document(reader, raw.evidence.as_ref(), raw.evidence_sha256.as_ref());
    match (subject, evidence) {
        (Some(subject), Ok(evidence)) if mistakes.is_empty() => Ok(Statement {
            subject,
            text: raw.text.into_inner(),
            by: raw.by.into_inner(),
            period,
            evidence,
            place,
        }),
        (_, evidence) => {
            mistakes.extend(evidence.err());
            Err(mistakes)
        }
    }
}

/// Refuses an answer to a rule that nobody asks a person. It would seem to count, and does not.
fn not_manual(reader: &Reader<'_>, id: &Spanned<String>, rules: &[Rule]) -> Option<Mistake> {
    match rules.iter().find(|rule| rule.id == *id.get_ref()) {
        None => reader.known(id, rules),
        Some(rule) if matches!(rule.answer, Answer::Manual { .. }) => None,
        Some(rule) => Some(reader.error(
            Some(id.start()),
            format!(
                "{} is answered by the database and not by a person; a failure that is accepted \
                 belongs in a file of waivers",
                rule.id
            ),
        )),
    }
}

fn document(
    reader: &Reader<'_>,
    name: Option<&Spanned<String>>,
    digest: Option<&Spanned<String>>,
) -> Result<Option<Document>, Mistake> {
    let Some(digest) = digest else {
        return match name {
            None => Ok(None),
            Some(name) => Err(reader.error(
                Some(name.start()),
                "a document needs its digest; give 'evidence_sha256', as sha256sum prints it",
            )),
        };
    };
    let hexadecimal = digest
        .get_ref()
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit());
    if digest.get_ref().len() != 64 || !hexadecimal {
        return Err(reader.error(
            Some(digest.start()),
            "'evidence_sha256' is not 64 hexadecimal digits",
        ));
    }
    if let Some(name) = name
        && (name.get_ref().is_empty()
            || name.get_ref().starts_with('.')
            || name.get_ref().contains(['/', '\\']))
    {
        return Err(reader.error(
            Some(name.start()),
            "the document is named without a path; it is looked for beside this file",
        ));
    }
    Ok(Some(Document {
        name: name.map(|name| name.get_ref().clone()).unwrap_or_default(),
        sha256: digest.get_ref().to_ascii_lowercase(),
        found: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    const FILE: &str = r#"format = 1
[[statement]]
fact = "egress_blocked"
text = "The firewall drops everything but the database."
by = "network operations"
from = 2026-01-01
until = 2026-06-30
[[statement]]
rule = "AUD-004"
text = "The release service is a sink."
by = "operations"
from = 2026-01-01
until = 2026-06-30
evidence = "sink.pdf"
evidence_sha256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"#;

    fn read(text: &str) -> Result<Attestations, Vec<Mistake>> {
        Attestations::read("attest.toml", text, RuleSet::shipped().unwrap().rules())
    }

    #[test]
    fn a_statement_counts_to_the_end_of_its_last_day() {
        let file = read(FILE).unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let answer = |now: &str| file.answer("AUD-004", at(now)).is_some();
        assert!(answer("2026-06-30T23:59:59Z"));
        assert!(!answer("2026-07-01T00:00:00Z"));
        let lapsed = file.lapsed("AUD-004", at("2026-07-01T00:00:00Z"));
        assert_eq!(
            lapsed.map(|it| it.state(at("2026-07-01T00:00:00Z"))),
            Some(State::Expired)
        );
        assert!(file.facts(at("2025-12-31T23:59:59Z")).is_empty());
        assert_eq!(file.facts(at("2026-01-01T00:00:00Z")).len(), 1);
    }

    #[test]
    fn a_statement_whose_document_is_another_one_counts_for_nothing() {
        let mut file = read(FILE).unwrap();
        let now = "2026-02-01T00:00:00Z".parse().unwrap();
        let found = |file: &mut Attestations, digest: Option<String>| {
            let document = file.statements[1].evidence.as_mut().unwrap();
            document.found = digest;
            file.answer("AUD-004", now).is_some()
        };
        assert!(found(&mut file, None));
        assert!(found(&mut file, Some("a".repeat(64))));
        assert!(!found(&mut file, Some("b".repeat(64))));
        assert_eq!(file.statements[1].state(now), State::EvidenceDiffers);
        assert!(file.lapsed("AUD-004", now).is_some());
    }

    #[test]
    fn a_careless_statement_is_refused_with_its_place() {
        for (from, to, wanted) in [
            (
                "until = 2026-06-30",
                "until = 2025-06-30",
                ":7:9: 'until' lies",
            ),
            (
                "until = 2026-06-30",
                "until = \"soon\"",
                ":7:9: a day such as",
            ),
            ("\"egress_blocked\"", "\"egress\"", ":3:8: no fact 'egress'"),
            (
                "rule = \"AUD-004\"",
                "rule = \"AUD-004\"\nfact = \"egress_blocked\"",
                ":8:1: exactly one of",
            ),
            ("\"AUD-004\"", "\"STAT-999\"", ":9:8: there is no rule"),
            (
                "\"AUD-004\"",
                "\"STAT-001\"",
                ":9:8: STAT-001 is answered by",
            ),
            ("by = \"operations\"", "by = \" \"", ":11:6: 'by' is empty"),
            ("format = 1", "format = 2", ":1:10: format is 2"),
            ("\"AAAA", "\"AAA", ":15:19: 'evidence_sha256' is not"),
            ("\"sink.pdf\"", "\"../sink.pdf\"", ":14:12: the document is"),
            ("evidence_sha256", "# ", ":14:12: a document needs"),
            ("by = ", "buy = ", ":5:1: unknown field `buy`"),
        ] {
            let mistakes = read(&FILE.replacen(from, to, 1)).unwrap_err();
            let text = mistakes[0].to_string();
            assert!(text.contains(wanted), "{text}");
        }
    }
}
