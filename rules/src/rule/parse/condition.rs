//! Reading conditions: what is compared with what, and whether that can ever be true.

use regex::RegexBuilder;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::catalogue;
use crate::check::{Comparison, Condition, Operand, Subject, Test};
use crate::fact::{self, Kind};
use crate::parameter::{self, ParameterKind};
use crate::value::Value;
use crate::version::VersionRange;
use crate::written::{Mistake, Reader, Spanned};

/// How deep conditions may nest.
pub(crate) const DEPTH: usize = 5;
/// The largest compiled regular expression, in bytes.
const EXPRESSION: usize = 64 * 1024;

/// A condition: one of all, any, not, proven and version, or one subject with one comparison.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Condition")]
pub(crate) struct RawCondition {
    /// Every part holds.
    #[schemars(with = "Option<Vec<RawCondition>>")]
    all: Option<Vec<Spanned<RawCondition>>>,
    /// At least one part holds.
    #[schemars(with = "Option<Vec<RawCondition>>")]
    any: Option<Vec<Spanned<RawCondition>>>,
    /// The part does not hold.
    #[schemars(with = "Option<Box<RawCondition>>")]
    not: Option<Box<Spanned<RawCondition>>>,
    /// The part holds for certain.
    #[schemars(with = "Option<Box<RawCondition>>")]
    proven: Option<Box<Spanned<RawCondition>>>,
    /// The running release lies in a range.
    #[schemars(with = "Option<String>")]
    version: Option<VersionRange>,
    /// Subject: a setting as the running server uses it.
    setting: Option<String>,
    /// Subject: a setting as it is stored.
    stored: Option<String>,
    /// Subject: a fact.
    fact: Option<String>,
    /// Subject: the roles that hold a permission.
    permission: Option<String>,
    /// Subject: a parameter of the policy.
    parameter: Option<String>,
    /// Equal to this; "$name" for a parameter of the policy, here and below.
    #[schemars(with = "Option<serde_json::Value>")]
    is: Option<toml::Value>,
    /// Different from this.
    #[schemars(with = "Option<serde_json::Value>")]
    is_not: Option<toml::Value>,
    /// Equal to one of these.
    #[schemars(with = "Option<serde_json::Value>")]
    one_of: Option<toml::Value>,
    /// A number no smaller than this.
    #[schemars(with = "Option<serde_json::Value>")]
    at_least: Option<toml::Value>,
    /// A number no larger than this.
    #[schemars(with = "Option<serde_json::Value>")]
    at_most: Option<toml::Value>,
    /// A list without any item beyond these.
    #[schemars(with = "Option<serde_json::Value>")]
    within: Option<toml::Value>,
    /// A text with this part, or a list with this item.
    #[schemars(with = "Option<serde_json::Value>")]
    contains: Option<toml::Value>,
    /// A text that this expression matches from end to end.
    matches: Option<String>,
    /// What the expression of matches wants, in words.
    wanted: Option<String>,
    /// Null, a blank text or an empty list, or none of these.
    empty: Option<bool>,
    /// What the server takes for on, or for off.
    on: Option<bool>,
}

impl Reader<'_> {
    pub(crate) fn condition(
        &self,
        raw: &Spanned<RawCondition>,
        depth: usize,
    ) -> Result<Condition, Mistake> {
        let at = Some(raw.start());
        let raw = raw.get_ref();
        if depth == 0 {
            return Err(self.error(
                at,
                format!("conditions nest deeper than {DEPTH}; write two rules"),
            ));
        }
        let parts = |parts: &[Spanned<RawCondition>]| -> Result<Vec<Condition>, Mistake> {
            if parts.is_empty() {
                return Err(self.error(at, "a list of conditions is empty"));
            }
            parts
                .iter()
                .map(|part| self.condition(part, depth - 1))
                .collect()
        };
        let mut found = Vec::new();
        if let Some(all) = &raw.all {
            found.push(Condition::All(parts(all)?));
        }
        if let Some(any) = &raw.any {
            found.push(Condition::Any(parts(any)?));
        }
        if let Some(not) = &raw.not {
            found.push(Condition::Not(Box::new(self.condition(not, depth - 1)?)));
        }
        if let Some(proven) = &raw.proven {
            found.push(Condition::Proven(Box::new(
                self.condition(proven, depth - 1)?,
            )));
        }
        if let Some(range) = raw.version {
            found.push(Condition::Version(range));
        }
        let subject = self.subject(raw, at)?;
        let comparison = self.comparison(raw, at)?;
        match (subject, comparison) {
            (None, None) => {}
            (Some(subject), Some(comparison)) => {
                self.fits(&subject, &comparison, at)?;
                found.push(Condition::Test(Test {
                    subject,
                    comparison,
                }));
            }
            (Some(_), None) => {
                return Err(self.error(
                    at,
                    format!("a comparison is missing; there are: {COMPARISONS}"),
                ));
            }
            (None, Some(_)) => {
                return Err(self.error(
                    at,
                    "a comparison without 'setting', 'stored', 'fact', 'permission' or 'parameter'",
                ));
            }
        }
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(condition), None) => Ok(condition),
            (None, _) => Err(self.error(at, "the condition is empty")),
            _ => Err(self.error(
                at,
                "a condition is exactly one of 'all', 'any', 'not', 'proven', 'version' and a \
                 comparison",
            )),
        }
    }

    fn subject(&self, raw: &RawCondition, at: Option<usize>) -> Result<Option<Subject>, Mistake> {
        let mut found = Vec::new();
        for (id, kind) in [
            (&raw.setting, Subject::Setting as fn(String) -> Subject),
            (&raw.stored, Subject::Stored),
        ] {
            if let Some(id) = id {
                if catalogue::find(id).is_none() {
                    return Err(self.error(
                        at,
                        format!(
                            "no release that is known has the setting '{id}'{}",
                            similar(id)
                        ),
                    ));
                }
                found.push(kind(id.clone()));
            }
        }
        if let Some(id) = &raw.fact {
            if fact::find(id).is_none() {
                let known: Vec<&str> = fact::specs().map(|spec| spec.id).collect();
                return Err(self.error(
                    at,
                    format!("there is no fact '{id}'; there are: {}", known.join(", ")),
                ));
            }
            found.push(Subject::Fact(id.clone()));
        }
        if let Some(id) = &raw.permission {
            found.push(Subject::Permission(id.clone()));
        }
        if let Some(name) = &raw.parameter {
            self.parameter(name, at)?;
            found.push(Subject::Parameter(name.clone()));
        }
        if found.len() > 1 {
            return Err(self.error(at, "a comparison looks at one thing"));
        }
        Ok(found.pop())
    }

    pub(super) fn parameter(
        &self,
        name: &str,
        at: Option<usize>,
    ) -> Result<&'static parameter::Parameter, Mistake> {
        parameter::definitions().get(name).ok_or_else(|| {
            let known: Vec<&str> = parameter::definitions()
                .keys()
                .map(String::as_str)
                .collect();
            self.error(
                at,
                format!(
                    "there is no parameter '{name}'; there are: {}",
                    known.join(", ")
                ),
            )
        })
    }

    fn comparison(
        &self,
        raw: &RawCondition,
        at: Option<usize>,
    ) -> Result<Option<Comparison>, Mistake> {
        let mut found = Vec::new();
        let kinds: [(&Option<toml::Value>, Make, Wanted); 7] = [
            (&raw.is, Comparison::Is, Wanted::Scalar),
            (&raw.is_not, Comparison::IsNot, Wanted::Scalar),
            (&raw.one_of, Comparison::OneOf, Wanted::List),
            (&raw.at_least, Comparison::AtLeast, Wanted::Number),
            (&raw.at_most, Comparison::AtMost, Wanted::Number),
            (&raw.within, Comparison::Within, Wanted::List),
            (&raw.contains, Comparison::Contains, Wanted::Scalar),
        ];
        for (value, make, wanted) in kinds {
            if let Some(value) = value {
                found.push(make(self.operand(value, wanted, at)?));
            }
        }
        if raw.wanted.is_some() && raw.matches.is_none() {
            return Err(self.error(at, "'wanted' puts the expression of 'matches' in words"));
        }
        if let Some(expression) = &raw.matches {
            let words = raw.wanted.clone();
            let words = words.unwrap_or_else(|| format!("matching {expression}"));
            let compiled = RegexBuilder::new(&format!("^(?:{expression})$"))
                .size_limit(EXPRESSION)
                .build()
                .map_err(|error| self.error(at, format!("'matches': {error}")))?;
            found.push(Comparison::Matches(compiled, words));
        }
        if let Some(empty) = raw.empty {
            found.push(Comparison::Empty(empty));
        }
        if let Some(on) = raw.on {
            found.push(Comparison::On(on));
        }
        if found.len() > 1 {
            return Err(self.error(at, format!("one comparison is wanted, of: {COMPARISONS}")));
        }
        Ok(found.pop())
    }

    fn operand(
        &self,
        value: &toml::Value,
        wanted: Wanted,
        at: Option<usize>,
    ) -> Result<Operand, Mistake> {
        if let Some(name) = value.as_str().and_then(|text| text.strip_prefix('$')) {
            let parameter = self.parameter(name, at)?;
            let fits = match wanted {
                Wanted::Scalar => parameter.kind != ParameterKind::List,
                Wanted::List => parameter.kind == ParameterKind::List,
                Wanted::Number => parameter.kind == ParameterKind::Number,
            };
            if !fits {
                return Err(self.error(at, format!("parameter '{name}' does not fit here")));
            }
            return Ok(Operand::Parameter(name.to_owned()));
        }
        let constant =
            match (wanted, value) {
                (Wanted::Scalar, toml::Value::Boolean(value)) => Value::Bool(*value),
                (Wanted::Scalar | Wanted::Number, toml::Value::Integer(value)) => {
                    Value::Int(*value)
                }
                (Wanted::Scalar, toml::Value::String(text)) => Value::from(text.as_str()),
                (Wanted::List, toml::Value::Array(items)) => {
                    Value::List(items.iter().map(scalar).collect::<Option<_>>().ok_or_else(
                        || self.error(at, "a list of texts, numbers or booleans is wanted"),
                    )?)
                }
                (Wanted::Scalar, _) => {
                    return Err(self.error(at, "a boolean, number or text is wanted"));
                }
                (Wanted::Number, _) => return Err(self.error(at, "a whole number is wanted")),
                (Wanted::List, _) => return Err(self.error(at, "a list is wanted")),
            };
        Ok(Operand::Constant(constant))
    }

    /// Refuses comparisons that can't be true of their subject's type.
    fn fits(
        &self,
        subject: &Subject,
        comparison: &Comparison,
        at: Option<usize>,
    ) -> Result<(), Mistake> {
        let kind = match subject {
            Subject::Fact(id) => fact::find(id).map(|spec| spec.kind),
            Subject::Permission(_) => Some(Kind::List),
            Subject::Setting(_) | Subject::Stored(_) | Subject::Parameter(_) => None,
        };
        let fits = match (kind, comparison) {
            (None, Comparison::On(_)) => {
                matches!(subject, Subject::Setting(id) if catalogue::find(id)
                    .and_then(catalogue::Definition::newest)
                    .is_some_and(|span| span.kind == "boolean"))
            }
            (None, _) => true,
            (Some(Kind::Flag), Comparison::Is(operand) | Comparison::IsNot(operand)) => {
                matches!(
                    operand,
                    Operand::Constant(Value::Bool(_)) | Operand::Parameter(_)
                )
            }
            (Some(Kind::Flag), _) => false,
            (Some(Kind::Number(_)), it) => matches!(
                it,
                Comparison::Is(Operand::Constant(Value::Int(_)) | Operand::Parameter(_))
                    | Comparison::IsNot(Operand::Constant(Value::Int(_)) | Operand::Parameter(_))
                    | Comparison::AtLeast(_)
                    | Comparison::AtMost(_)
            ),
            (Some(Kind::Word), it) => matches!(
                it,
                Comparison::Is(_)
                    | Comparison::IsNot(_)
                    | Comparison::OneOf(_)
                    | Comparison::Matches(..)
                    | Comparison::Contains(_)
                    | Comparison::Empty(_)
            ),
            (Some(Kind::List), it) => matches!(
                it,
                Comparison::Within(_) | Comparison::Contains(_) | Comparison::Empty(_)
            ),
        };
        if fits {
            Ok(())
        } else {
            Err(self.error(at, format!("'{subject}' can't be compared that way")))
        }
    }
}

/// What an operand must be.
#[derive(Clone, Copy)]
enum Wanted {
    Scalar,
    Number,
    List,
}

fn scalar(value: &toml::Value) -> Option<Value> {
    match value {
        toml::Value::Boolean(value) => Some(Value::Bool(*value)),
        toml::Value::Integer(value) => Some(Value::Int(*value)),
        toml::Value::String(text) => Some(Value::from(text.as_str())),
        _ => None,
    }
}

const COMPARISONS: &str =
    "is, is_not, one_of, at_least, at_most, within, contains, matches, empty, on";

/// How an operand becomes a comparison.
type Make = fn(Operand) -> Comparison;

/// A hint at settings whose name differs only in case or by a few letters.
pub(crate) fn similar(id: &str) -> String {
    let lower = id.to_lowercase();
    let near = catalogue::all().iter().find(|definition| {
        let other = definition.id.to_lowercase();
        other == lower || distance_at_most_two(&other, &lower)
    });
    near.map_or_else(String::new, |definition| {
        format!("; did you mean '{}'?", definition.id)
    })
}

/// Whether two texts are at most two insertions, deletions or replacements apart.
fn distance_at_most_two(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > 2 {
        return false;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.iter().enumerate() {
        let mut next = vec![index + 1];
        for ((b, diagonal), above) in right.iter().zip(&row).zip(row.iter().skip(1)) {
            let before = next.last().copied().unwrap_or(usize::MAX - 1);
            let replaced = diagonal + usize::from(a != b);
            next.push(replaced.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= 2)
}
