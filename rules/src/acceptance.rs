//! What somebody accepts who waives a failure: the values that made it fail, in one form.
//!
//! The form has every value that is not as the rule wants it, by subject, so that another value, or
//! another subject beside it, is another form. Texts that a report would cut stand there by their
//! digest, so that two of them are never the same by their beginnings.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::finding::Judgement;
use crate::rule::Rule;
use crate::value::Value;

/// How a fingerprint begins.
const TAG: &str = "sha256:";
/// The longest text that stands in the form itself, in characters.
const LONGEST: usize = 120;
/// The keys of the tables that stand for what TOML has no value for.
const TAGS: [&str; 7] = [
    "decimal", "document", "double", "kind", "secret", "several", "sha256",
];

/// The values that made a rule fail.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Acceptance {
    rule: String,
    revision: u32,
    observed: BTreeMap<String, Json>,
}

impl Acceptance {
    /// What made a rule fail.
    #[must_use]
    pub fn of(rule: &Rule, judgement: &Judgement) -> Self {
        let mut observed: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for seen in &judgement.observed {
            if seen.met == Some(true) {
                continue;
            }
            let value = seen
                .value
                .as_ref()
                .map_or_else(|| Json::String(seen.found.clone()), canonical);
            let values = observed.entry(seen.subject.clone()).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Self {
            rule: rule.id.clone(),
            revision: rule.revision,
            observed: observed
                .into_iter()
                .map(|(subject, values)| (subject, one(values)))
                .collect(),
        }
    }

    /// The form: JSON on one line.
    #[must_use]
    pub fn form(&self) -> String {
        // Texts, numbers and maps whose keys are texts can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The SHA-256 of the form, `sha256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{TAG}{}", hex::encode(Sha256::digest(self.form())))
    }
}

/// The one value of a subject, or all that were seen of it.
fn one(mut values: Vec<Json>) -> Json {
    if values.len() == 1 {
        return values.remove(0);
    }
    sort(&mut values);
    json!({ "several": values })
}

/// A value in its one form. Lists are sorted, because no server promises their order.
fn canonical(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Double(number) => match value.as_int() {
            Some(whole) => Json::from(whole),
            None => json!({ "double": number.to_string() }),
        },
        Value::Decimal(text) => json!({ "decimal": text }),
        Value::Text(text) => in_text(text),
        Value::Time(time) => Json::String(time.to_string()),
        Value::List(items) => {
            let mut items: Vec<Json> = items.iter().map(canonical).collect();
            sort(&mut items);
            Json::Array(items)
        }
        Value::Map(_) => {
            let text = serde_json::to_string(value).unwrap_or_default();
            json!({ "document": digest(&text) })
        }
        Value::Other(kind) => json!({ "kind": kind }),
        Value::Withheld(text) => json!({ "secret": if text.set { "set" } else { "unset" } }),
    }
}

fn in_text(text: &str) -> Json {
    if text.chars().nth(LONGEST).is_some() {
        json!({ "sha256": digest(text) })
    } else {
        Json::String(text.to_owned())
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn sort(items: &mut [Json]) {
    items.sort_by_cached_key(ToString::to_string);
}

/// What a waiver accepts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Accepted {
    /// Exactly what has this fingerprint.
    Fingerprint(String),
    /// These values, by subject. What is met by now need not be there any more.
    Values(BTreeMap<String, Bound>),
}

/// What is accepted of one subject.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bound {
    /// This value.
    Is(Json),
    /// A number no larger than this.
    AtMost(i64),
    /// A number no smaller than this.
    AtLeast(i64),
    /// A list without any item beyond these.
    Within(Vec<Json>),
}

impl Accepted {
    /// Reads what stands in a file: a fingerprint, or a table of values.
    pub(crate) fn read(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::String(text) if is_fingerprint(text) => {
                Ok(Self::Fingerprint(text.clone()))
            }
            toml::Value::Table(table) => table
                .iter()
                .map(|(subject, value)| Ok((subject.clone(), Bound::read(subject, value)?)))
                .collect::<Result<_, String>>()
                .map(Self::Values),
            _ => Err(
                "the fingerprint that the report shows with the finding, \"sha256:…\", or a table of \
                 the values that it names, { Setting_Id = value }, is wanted"
                    .to_owned(),
            ),
        }
    }

    /// Whether that is accepted; if not, why.
    pub fn covers(&self, found: &Acceptance) -> Result<(), String> {
        let values = match self {
            Self::Fingerprint(accepted) if *accepted == found.fingerprint() => return Ok(()),
            Self::Fingerprint(accepted) => {
                return Err(format!(
                    "what is there now has the fingerprint {}, and accepted is {accepted}",
                    found.fingerprint()
                ));
            }
            Self::Values(values) => values,
        };
        for (subject, value) in &found.observed {
            let Some(bound) = values.get(subject) else {
                return Err(format!(
                    "{subject} is {value}, and the waiver says nothing of it"
                ));
            };
            if !bound.covers(value) {
                return Err(format!("{subject} is {value}, and accepted is {bound}"));
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Is(value) => value.fmt(f),
            Self::AtMost(number) => write!(f, "at most {number}"),
            Self::AtLeast(number) => write!(f, "at least {number}"),
            Self::Within(items) => write!(f, "nothing beyond {}", Json::Array(items.clone())),
        }
    }
}

impl Bound {
    fn read(subject: &str, value: &toml::Value) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("what is accepted of {subject}: {what}"));
        let toml::Value::Table(table) = value else {
            return Ok(Self::Is(from_toml(subject, value)?));
        };
        let mut entries = table.iter();
        let (Some((key, inner)), None) = (entries.next(), entries.next()) else {
            return wrong("a table has one key");
        };
        match (key.as_str(), inner) {
            ("at_most", toml::Value::Integer(number)) => Ok(Self::AtMost(*number)),
            ("at_least", toml::Value::Integer(number)) => Ok(Self::AtLeast(*number)),
            ("at_most" | "at_least", _) => wrong("a whole number is wanted"),
            ("within", toml::Value::Array(items)) => items
                .iter()
                .map(|item| from_toml(subject, item))
                .collect::<Result<_, _>>()
                .map(Self::Within),
            ("within", _) => wrong("a list is wanted"),
            (tag, _) if TAGS.contains(&tag) => Ok(Self::Is(from_toml(subject, value)?)),
            (other, _) => wrong(&format!(
                "there is no '{other}'; there are at_most, at_least, within, and as the report \
                 writes them {}",
                TAGS.join(", ")
            )),
        }
    }

    fn covers(&self, value: &Json) -> bool {
        match self {
            Self::Is(accepted) => accepted == value,
            Self::AtMost(number) => value.as_i64().is_some_and(|value| value <= *number),
            Self::AtLeast(number) => value.as_i64().is_some_and(|value| value >= *number),
            Self::Within(items) => value
                .as_array()
                .is_some_and(|found| found.iter().all(|item| items.contains(item))),
        }
    }
}

/// A value of a file in its one form.
fn from_toml(subject: &str, value: &toml::Value) -> Result<Json, String> {
    Ok(match value {
        toml::Value::Boolean(value) => canonical(&Value::Bool(*value)),
        toml::Value::Integer(value) => canonical(&Value::Int(*value)),
        toml::Value::Float(value) => canonical(&Value::Double(*value)),
        toml::Value::String(text) => in_text(text),
        toml::Value::Datetime(time) => match time.to_string().parse() {
            Ok(time) => canonical(&Value::Time(time)),
            Err(_) => {
                return Err(format!(
                    "what is accepted of {subject}: a time has a zone, 2026-01-31T00:00:00Z"
                ));
            }
        },
        toml::Value::Array(items) => {
            let items = items.iter().map(|item| from_toml(subject, item));
            let mut items: Vec<Json> = items.collect::<Result<_, _>>()?;
            sort(&mut items);
            Json::Array(items)
        }
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| Ok((key.clone(), from_toml(subject, value)?)))
            .collect::<Result<serde_json::Map<_, _>, String>>()
            .map(Json::Object)?,
    })
}

fn is_fingerprint(text: &str) -> bool {
    text.strip_prefix(TAG).is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Observation, Outcome};
    use crate::ruleset::RuleSet;
    use crate::settings::Origin;
    use crate::value::Withheld;

    fn found(observed: &[(&str, Option<Value>, Option<bool>)]) -> Acceptance {
        let rules = RuleSet::shipped().unwrap();
        let mut judgement = Judgement::plain(Outcome::Fail, "");
        for (subject, value, met) in observed {
            judgement.observed.push(Observation {
                subject: (*subject).to_owned(),
                expected: "otherwise".to_owned(),
                found: value
                    .as_ref()
                    .map_or("unknown".to_owned(), ToString::to_string),
                note: None,
                met: *met,
                value: value.clone(),
                origin: Origin::Stored,
                updated_at: None,
            });
        }
        Acceptance::of(rules.find("STAT-001").unwrap(), &judgement)
    }

    fn failed(subject: &str, value: Value) -> Acceptance {
        found(&[(subject, Some(value), Some(false))])
    }

    fn accepted(text: &str) -> Result<Accepted, String> {
        let table: toml::Table = text.parse().unwrap();
        Accepted::read(&table["accepted"])
    }

    #[test]
    fn the_form_names_rule_revision_and_what_is_not_met() {
        let found = found(&[
            ("B", Some(Value::Int(30)), Some(false)),
            ("A", Some(Value::Bool(true)), Some(false)),
            ("A", Some(Value::Bool(true)), Some(false)),
            ("met", Some(Value::Int(1)), Some(true)),
            ("C", None, None),
        ]);
        let form = found.form();
        let revision = found.revision;
        assert_eq!(
            form,
            format!(
                r#"{{"rule":"STAT-001","revision":{revision},"observed":{{"A":true,"B":30,"C":"unknown"}}}}"#
            )
        );
        assert_eq!(
            found.fingerprint(),
            format!("sha256:{}", hex::encode(Sha256::digest(form)))
        );
    }

    #[test]
    fn a_fingerprint_is_of_one_value_alone() {
        let now = failed("A", Value::Int(30));
        let waiver = accepted(&format!("accepted = {:?}", now.fingerprint())).unwrap();
        assert_eq!(waiver.covers(&now), Ok(()));
        for other in [
            failed("A", Value::Int(31)),
            failed("A", Value::from("30")),
            failed("B", Value::Int(30)),
            found(&[
                ("A", Some(Value::Int(30)), Some(false)),
                ("B", Some(Value::Int(1)), Some(false)),
            ]),
            found(&[]),
        ] {
            assert!(waiver.covers(&other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn long_texts_are_told_apart_behind_where_a_report_cuts_them() {
        let long = |end: &str| Value::from(format!("{}{end}", "x".repeat(200)));
        let (one, other) = (failed("A", long("1")), failed("A", long("2")));
        assert_ne!(one.form(), other.form());
        assert!(one.form().len() < 200);
        let waiver = accepted(&format!("accepted = {{ A = \"{}1\" }}", "x".repeat(200))).unwrap();
        assert!(waiver.covers(&one).is_ok() && waiver.covers(&other).is_err());
    }

    #[test]
    fn values_are_accepted_by_subject() {
        let both = |a: Value, b: Value| {
            found(&[("A", Some(a), Some(false)), ("p b", Some(b), Some(false))])
        };
        let list = || Value::List(vec![Value::from("user"), Value::from("admin")]);
        let waiver = accepted(r#"accepted = { A = 30, "p b" = ["admin", "user"] }"#).unwrap();
        assert!(waiver.covers(&both(Value::Double(30.0), list())).is_ok());
        // What was mended meanwhile needs no acceptance.
        assert!(waiver.covers(&failed("A", Value::Int(30))).is_ok());
        let why = waiver.covers(&both(Value::Int(31), list())).unwrap_err();
        assert_eq!(why, "A is 31, and accepted is 30");
        let why = waiver.covers(&failed("C", Value::Int(30))).unwrap_err();
        assert_eq!(why, "C is 30, and the waiver says nothing of it");
        assert!(waiver.covers(&failed("A", Value::from("30"))).is_err());
        assert!(waiver.covers(&failed("A", Value::Bool(true))).is_err());
    }

    #[test]
    fn a_number_may_have_a_bound_and_a_list_a_frame() {
        let covers = |text: &str, value: Value| accepted(text).unwrap().covers(&failed("A", value));
        let texts = |texts: &[&str]| texts.iter().copied().collect::<Value>();
        assert!(covers("accepted.A.at_most = 20", Value::Int(20)).is_ok());
        assert!(covers("accepted.A.at_most = 20", Value::Int(21)).is_err());
        assert!(covers("accepted.A.at_most = 20", Value::from("3")).is_err());
        assert!(covers("accepted.A.at_least = 5", Value::Int(4)).is_err());
        assert!(covers("accepted.A.at_least = 5", Value::Int(5)).is_ok());
        let within = "accepted.A.within = ['a', 'b']";
        assert!(covers(within, texts(&["b"])).is_ok());
        assert!(covers(within, texts(&["b", "c"])).is_err());
        assert!(covers(within, Value::from("a")).is_err());
    }

    #[test]
    fn what_toml_has_no_value_for_stands_as_the_form_writes_it() {
        let secret = |set| {
            failed(
                "A",
                Value::Withheld(Withheld {
                    set,
                    long: false,
                    is_default: false,
                }),
            )
        };
        let waiver = accepted("accepted = { A = { secret = 'set' } }").unwrap();
        assert!(waiver.covers(&secret(true)).is_ok());
        assert!(waiver.covers(&secret(false)).is_err());
        let half = accepted("accepted = { A = 0.5 }").unwrap();
        assert!(half.covers(&failed("A", Value::Double(0.5))).is_ok());
        assert!(half.covers(&failed("A", Value::from("0.5"))).is_err());
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "accepted = true",
            "accepted = 'sha256:0'",
            "accepted = 'anything'",
            "accepted = []",
            "accepted.A = { at_most = '3' }",
            "accepted.A = { at_most = 3, at_least = 1 }",
            "accepted.A = { any = true }",
            "accepted.A = {}",
            "accepted.A = 2026-01-31",
        ] {
            assert!(accepted(text).is_err(), "{text}");
        }
    }
}
