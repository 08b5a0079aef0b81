//! Conditions: what a rule compares, and how a comparison is judged and worded.

mod words;

use std::cmp::Ordering;

use regex::Regex;

use crate::evidence::Evidence;
use crate::fact::{self, Absent};
use crate::finding::Observation;
use crate::logic::Truth;
use crate::parameter::Parameters;
use crate::settings::{Effective, Origin, Resolved};
use crate::value::Value;
use crate::version::VersionRange;

pub(crate) use words::in_words;

/// A condition over a workspace.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Every part holds.
    All(Vec<Condition>),
    /// At least one part holds.
    Any(Vec<Condition>),
    /// The part does not hold.
    Not(Box<Condition>),
    /// The part holds for certain; what is not decided counts as not holding.
    Proven(Box<Condition>),
    /// The running version lies in a range.
    Version(VersionRange),
    /// A comparison.
    Test(Test),
}

/// A comparison.
#[derive(Clone, Debug)]
pub struct Test {
    /// What is looked at.
    pub subject: Subject,
    /// What is wanted.
    pub comparison: Comparison,
}

/// What a comparison looks at.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Subject {
    /// A setting as the running server uses it.
    Setting(String),
    /// A setting as it is stored, read as a person would read it; null without a document.
    Stored(String),
    /// A fact.
    Fact(String),
    /// The roles that hold a permission.
    Permission(String),
    /// A parameter of the policy.
    Parameter(String),
}

/// What a comparison wants.
#[derive(Clone, Debug)]
pub enum Comparison {
    /// Equal to this.
    Is(Operand),
    /// Different from this.
    IsNot(Operand),
    /// Equal to one of these.
    OneOf(Operand),
    /// A number no smaller than this.
    AtLeast(Operand),
    /// A number no larger than this.
    AtMost(Operand),
    /// A list without any item beyond these.
    Within(Operand),
    /// A text with this part, or a list with this item; case does not matter.
    Contains(Operand),
    /// A text that the expression matches from end to end, and what that is in words.
    Matches(Regex, String),
    /// Null, a blank text or an empty list.
    Empty(bool),
    /// A switch that the server's own `if` takes for on, or for off: null, 0 and an empty text are
    /// off, any other text is on.
    On(bool),
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A constant.
    Constant(Value),
    /// A parameter of the policy.
    Parameter(String),
}

impl Operand {
    fn value<'a>(&'a self, parameters: &'a Parameters) -> &'a Value {
        match self {
            Self::Constant(value) => value,
            Self::Parameter(name) => parameters.get(name),
        }
    }
}

/// What judging a condition gives.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Whether it holds.
    pub truth: Truth,
    /// The comparisons made.
    pub observed: Vec<Observation>,
    /// Why it is unknown, where evidence is missing.
    pub unknown: Vec<String>,
    /// Why it is unknown, where the question does not arise.
    pub not_applicable: Vec<String>,
    /// Whether a comparison failed that the stored value seems to meet.
    pub seems_met: bool,
}

impl Judged {
    fn plain(truth: Truth) -> Self {
        Self {
            truth,
            observed: Vec::new(),
            unknown: Vec::new(),
            not_applicable: Vec::new(),
            seems_met: false,
        }
    }

    fn merge(parts: Vec<Self>, connect: fn(Truth, Truth) -> Truth, start: Truth) -> Self {
        let mut whole = parts
            .into_iter()
            .fold(Self::plain(start), |mut whole, part| {
                whole.truth = connect(whole.truth, part.truth);
                whole.observed.extend(part.observed);
                whole.unknown.extend(part.unknown);
                whole.not_applicable.extend(part.not_applicable);
                whole.seems_met |= part.seems_met;
                whole
            });
        if !whole.truth.is_unknown() {
            // What is settled needs no reason for doubt.
            whole.unknown.clear();
            whole.not_applicable.clear();
        }
        whole
    }
}

impl Condition {
    /// Judges the condition.
    #[must_use]
    pub fn judge(&self, evidence: &Evidence<'_>) -> Judged {
        match self {
            Self::All(parts) => {
                let of_another_release = parts.iter().any(|part| {
                    matches!(part, Self::Version(range)
                        if range.holds(&evidence.server.version).is_false())
                });
                if of_another_release {
                    // The rest decides nothing and would only be read.
                    return Judged::plain(Truth::False);
                }
                let parts = parts.iter().map(|part| part.judge(evidence)).collect();
                Judged::merge(parts, Truth::and, Truth::True)
            }
            Self::Any(parts) => {
                let parts: Vec<Judged> = parts.iter().map(|part| part.judge(evidence)).collect();
                Judged::merge(of_this_profile(parts), Truth::or, Truth::False)
            }
            Self::Not(part) => {
                let mut judged = part.judge(evidence);
                judged.truth = !judged.truth;
                judged.seems_met = false;
                for observation in &mut judged.observed {
                    observation.expected = match observation.expected.strip_prefix("not ") {
                        Some(rest) => rest.to_owned(),
                        None => format!("not {}", observation.expected),
                    };
                    observation.met = observation.met.map(|met| !met);
                }
                judged
            }
            Self::Proven(part) => {
                let mut judged = part.judge(evidence);
                judged.truth = judged.truth.is_true().into();
                judged.unknown.clear();
                judged.not_applicable.clear();
                judged
            }
            Self::Version(range) => {
                let mut judged = Judged::plain(range.holds(&evidence.server.version));
                if judged.truth.is_unknown() {
                    judged.unknown.push(format!(
                        "whether the release is {} matters here, and it is known only as {}",
                        range.in_words(),
                        evidence.server.version
                    ));
                }
                judged
            }
            Self::Test(test) => test.judge(evidence),
        }
    }

    /// Every subject that the condition looks at.
    pub fn subjects(&self, into: &mut Vec<Subject>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.subjects(into);
                }
            }
            Self::Not(part) | Self::Proven(part) => part.subjects(into),
            Self::Version(_) => {}
            Self::Test(test) => into.push(test.subject.clone()),
        }
    }

    /// The same condition with one comparison negated, for each comparison.
    #[must_use]
    pub fn mutants(&self) -> Vec<Self> {
        let one_of = |parts: &[Self], rebuild: fn(Vec<Self>) -> Self| {
            let mut all = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                for mutant in part.mutants() {
                    let mut parts = parts.to_vec();
                    if let Some(place) = parts.get_mut(index) {
                        *place = mutant;
                    }
                    all.push(rebuild(parts));
                }
            }
            all
        };
        match self {
            Self::All(parts) => one_of(parts, Self::All),
            Self::Any(parts) => one_of(parts, Self::Any),
            Self::Not(part) => part
                .mutants()
                .into_iter()
                .map(|part| Self::Not(Box::new(part)))
                .collect(),
            Self::Proven(part) => part
                .mutants()
                .into_iter()
                .map(|part| Self::Proven(Box::new(part)))
                .collect(),
            Self::Version(_) | Self::Test(_) => vec![Self::Not(Box::new(self.clone()))],
        }
    }
}

/// The alternatives without those for another profile, which decide nothing and would only be read.
fn of_this_profile(parts: Vec<Judged>) -> Vec<Judged> {
    let is_of_another = |part: &Judged| {
        part.truth.is_false()
            && part
                .observed
                .iter()
                .any(|seen| seen.subject == "policy.profile" && seen.met == Some(false))
    };
    if parts.iter().all(is_of_another) {
        return parts;
    }
    parts
        .into_iter()
        .filter(|part| !is_of_another(part))
        .collect()
}

impl Test {
    fn judge(&self, evidence: &Evidence<'_>) -> Judged {
        match &self.subject {
            Subject::Setting(id) => self.judge_setting(&evidence.settings().get(id), evidence),
            Subject::Stored(id) => {
                let settings = evidence.settings();
                if let Some(why) = settings.left_out(id) {
                    return self.judge_fact(Err(Absent::Unknown(why)), evidence);
                }
                let stored = settings.stored().get(id);
                let value = stored
                    .and_then(|document| document.value.as_ref())
                    .map_or(Value::Null, as_read);
                let found = if stored.is_some() {
                    value.to_string()
                } else {
                    "not in the database".to_owned()
                };
                let truth = self.comparison.holds(&value, &evidence.policy.parameters);
                self.answer(
                    truth,
                    found,
                    Some(value),
                    Origin::Stored,
                    evidence,
                    |observation| {
                        observation.updated_at = stored.and_then(|document| document.updated_at);
                    },
                )
            }
            Subject::Fact(id) => {
                let fact =
                    evidence.facts.get(id.as_str()).cloned().unwrap_or_else(|| {
                        Err(Absent::Unknown(format!("there is no fact '{id}'")))
                    });
                self.judge_fact(fact, evidence)
            }
            Subject::Permission(id) => {
                self.judge_fact(fact::server::roles(&evidence.context(), id), evidence)
            }
            Subject::Parameter(name) => {
                self.judge_fact(Ok(evidence.policy.parameters.get(name).clone()), evidence)
            }
        }
    }

    fn judge_fact(&self, fact: fact::Fact, evidence: &Evidence<'_>) -> Judged {
        match fact {
            Ok(value) => {
                let truth = self.comparison.holds(&value, &evidence.policy.parameters);
                let found = value.to_string();
                self.answer(truth, found, Some(value), Origin::Data, evidence, |_| {})
            }
            Err(Absent::Unknown(why)) => {
                let mut judged = self.answer(
                    Truth::Unknown,
                    "unknown".to_owned(),
                    None,
                    Origin::Data,
                    evidence,
                    |_| {},
                );
                judged.unknown.push(why);
                judged
            }
            Err(Absent::NotApplicable(why)) => {
                let mut judged = self.answer(
                    Truth::Unknown,
                    "not applicable".to_owned(),
                    None,
                    Origin::Data,
                    evidence,
                    |_| {},
                );
                judged.not_applicable.push(why);
                judged
            }
        }
    }

    fn judge_setting(&self, resolved: &Resolved<'_>, evidence: &Evidence<'_>) -> Judged {
        let problem = resolved.type_problem();
        let when = |observation: &mut Observation| {
            observation.note.clone_from(&problem);
            observation.updated_at = resolved.stored.and_then(|document| document.updated_at);
        };
        match &resolved.effective {
            Effective::Value(value) => {
                let typed = !matches!(self.comparison, Comparison::On(_));
                let truth = if typed && problem.is_some() {
                    Truth::False
                } else {
                    self.comparison.holds(value, &evidence.policy.parameters)
                };
                let found = value.to_string();
                let mut judged = self.answer(
                    truth,
                    found,
                    Some(value.clone()),
                    resolved.origin,
                    evidence,
                    when,
                );
                judged.seems_met = truth.is_false() && self.seems_met(resolved, evidence);
                judged
            }
            Effective::NotInVersion { why } => {
                let mut judged = self.answer(
                    Truth::Unknown,
                    "not in this version".to_owned(),
                    None,
                    resolved.origin,
                    evidence,
                    when,
                );
                judged.not_applicable.push(why.clone());
                judged
            }
            Effective::Unknown { why } => {
                let mut judged = self.answer(
                    Truth::Unknown,
                    "unknown".to_owned(),
                    None,
                    resolved.origin,
                    evidence,
                    when,
                );
                judged.unknown.push(why.clone());
                judged
            }
        }
    }

    /// Whether the stored value, read as a person would, meets what its effect does not.
    fn seems_met(&self, resolved: &Resolved<'_>, evidence: &Evidence<'_>) -> bool {
        let Some(stored) = resolved.stored_value() else {
            return false;
        };
        let read = as_read(stored);
        // A text that merely spells a boolean has that boolean's effect unless the server takes
        // any text for true.
        let has_its_effect = match (&read, stored) {
            (Value::Bool(value), Value::Text(_)) => *value == stored.truthy(),
            _ => false,
        };
        self.comparison
            .holds(&read, &evidence.policy.parameters)
            .is_true()
            && !has_its_effect
    }

    fn answer(
        &self,
        truth: Truth,
        found: String,
        value: Option<Value>,
        origin: Origin,
        evidence: &Evidence<'_>,
        complete: impl FnOnce(&mut Observation),
    ) -> Judged {
        let mut observation = Observation {
            subject: self.subject.to_string(),
            expected: self.comparison.in_words(Some(&evidence.policy.parameters)),
            found,
            note: None,
            met: match truth {
                Truth::True => Some(true),
                Truth::False => Some(false),
                Truth::Unknown => None,
            },
            value,
            origin,
            updated_at: None,
        };
        complete(&mut observation);
        Judged {
            observed: vec![observation],
            ..Judged::plain(truth)
        }
    }
}

/// A value as a person reads it: the text `false` as false, the text `30` as 30.
fn as_read(value: &Value) -> Value {
    match value {
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => number.parse().map_or_else(|_| value.clone(), Value::Int),
        },
        _ => value.clone(),
    }
}

impl Comparison {
    /// Whether a value meets it.
    #[must_use]
    pub fn holds(&self, value: &Value, parameters: &Parameters) -> Truth {
        if let Value::Withheld(text) = value {
            // Only its being set was read.
            return match self {
                Self::Empty(wanted) => (text.set != *wanted).into(),
                Self::Is(operand) if operand.value(parameters).as_text() == Some("") => {
                    (!text.set).into()
                }
                _ => Truth::Unknown,
            };
        }
        match self {
            Self::Is(operand) => same(value, operand.value(parameters)).into(),
            Self::IsNot(operand) => (!same(value, operand.value(parameters))).into(),
            Self::OneOf(operand) => match operand.value(parameters) {
                Value::List(items) => items.iter().any(|item| same(value, item)).into(),
                _ => Truth::Unknown,
            },
            Self::AtLeast(operand) => order(value, operand.value(parameters))
                .is_some_and(Ordering::is_ge)
                .into(),
            Self::AtMost(operand) => order(value, operand.value(parameters))
                .is_some_and(Ordering::is_le)
                .into(),
            Self::Within(operand) => match (value.as_texts(), operand.value(parameters).as_texts())
            {
                (Some(items), Some(allowed)) => {
                    items.iter().all(|item| allowed.contains(item)).into()
                }
                _ => Truth::Unknown,
            },
            Self::Contains(operand) => {
                let Some(part) = operand.value(parameters).as_text().map(str::to_lowercase) else {
                    return Truth::Unknown;
                };
                match value {
                    Value::Text(text) => text.to_lowercase().contains(&part).into(),
                    Value::List(_) => value
                        .as_texts()
                        .map(|items| items.iter().any(|item| item.to_lowercase() == part))
                        .into(),
                    _ => Truth::False,
                }
            }
            Self::Matches(expression, _) => value
                .as_text()
                .is_some_and(|text| expression.is_match(text))
                .into(),
            Self::Empty(wanted) => (value.is_set() != *wanted).into(),
            Self::On(wanted) => (value.truthy() == *wanted).into(),
        }
    }
}

/// Whether two values are the same; numbers of different BSON types are.
fn same(left: &Value, right: &Value) -> bool {
    left == right
        || matches!((left.as_number(), right.as_number()), (Some(a), Some(b)) if a.total_cmp(&b).is_eq())
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    left.as_number()?.partial_cmp(&right.as_number()?)
}
