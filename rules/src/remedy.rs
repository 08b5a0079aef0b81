//! What an administrator can change for a rule to hold, and by which way that works in a release.
//!
//! Sources: the server's `SettingsRegistry` and its `functions/convertValue` and
//! `functions/overrideGenerator` of 4.x to 8.x, `functions/settings` of 3.18, the REST route
//! `settings/:_id`, and what a 6.13.0 leaves in its database. Whatever of it is not known of a release
//! is not offered there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{self, Default as BuiltIn, Life, Span};
use crate::value::Value;
use crate::version::{Release, RunningVersion};

/// What to do when a rule fails. Empty parts do not exist in the product.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The way through the administration panel.
    #[serde(default)]
    pub ui: String,
    /// The environment variable.
    #[serde(default)]
    pub env: String,
    /// The REST call.
    #[serde(default)]
    pub api: String,
    /// What else to know.
    #[serde(default)]
    pub note: String,
    /// The settings with which the rule holds.
    #[serde(default)]
    pub set: BTreeMap<String, Wanted>,
    /// The settings whose value only the operator can know, and what it has to be.
    #[serde(default)]
    pub choose: BTreeMap<String, String>,
    /// Variables of the server's processes that are no settings.
    #[serde(default)]
    pub process: BTreeMap<String, Variable>,
}

/// What a setting has to be.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Wanted {
    /// On or off.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// What a parameter of the policy says.
    Parameter {
        /// The parameter.
        parameter: String,
    },
}

impl Wanted {
    /// The value, with the policy's parameters; none where a parameter has none that a setting can
    /// have.
    #[must_use]
    pub fn value(&self, parameter: impl Fn(&str) -> Option<Value>) -> Option<Value> {
        Some(match self {
            Self::Flag(value) => Value::Bool(*value),
            Self::Number(value) => Value::Int(*value),
            Self::Text(text) => Value::from(text.as_str()),
            Self::Parameter { parameter: name } => match parameter(name)? {
                value @ (Value::Bool(_) | Value::Int(_)) => value,
                _ => return None,
            },
        })
    }
}

/// A variable of the server's processes.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// What it has to be.
    pub value: String,
    /// The first release that is known to read it.
    #[schemars(with = "String")]
    pub since: Release,
}

/// The workspace that is to be changed.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The release.
    pub running: &'a RunningVersion,
    /// Whether a licence grants all these modules for certain.
    pub licensed: &'a dyn Fn(&[&str]) -> bool,
}

/// How a setting can be given a value. A way that does not work has the reason, and what to do instead
/// if there is anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ways {
    /// The value of the variable `OVERWRITE_SETTING_<id>`.
    pub env: Result<String, String>,
    /// The value in JSON for the REST route `settings/<id>`.
    pub api: Result<String, String>,
    /// Group and section of the administration panel.
    pub panel: Result<(String, String), String>,
}

/// The first release of the registry that takes an empty variable for a value, as far as it was looked
/// at; 3.18.2 takes it for none.
const EMPTY_COUNTS: Release = Release::new(4, 8, 2);
/// From the first to below the second, a variable that says what the release has built in is not held
/// against what is stored: that of 4.x was read, that of 6.x is another.
const DEFAULT_IGNORED: (Release, Release) = (Release::new(4, 0, 0), Release::new(6, 4, 8));

/// The ways to give a setting a value, or why the release makes that moot.
pub fn ways(id: &str, wanted: &Value, place: Place<'_>) -> Result<Ways, String> {
    let spans = spans(id, place.running)?;
    let mut ways: Option<Ways> = None;
    for span in spans {
        let next = of_a_span(span, wanted, place)?;
        ways = Some(match ways {
            None => next,
            // Where the release is not known exactly, only what works in each of the possible ones.
            Some(before) => Ways {
                env: before.env.and(next.env),
                api: before.api.and(next.api),
                panel: before.panel.and(next.panel),
            },
        });
    }
    ways.ok_or_else(|| format!("no release that is known has {id}"))
}

/// The definitions that a setting can have here.
fn spans(id: &str, running: &RunningVersion) -> Result<Vec<&'static Span>, String> {
    let Some(definition) = catalogue::find(id) else {
        return Err(format!(
            "no release that was looked at has {id}, so nothing is known of how to set it"
        ));
    };
    match definition.life(running) {
        Life::Defined(span) => Ok(vec![span]),
        Life::Outside { early: true } => Err(format!("{running} does not have {id} yet")),
        Life::Outside { early: false } => Err(format!("{running} no longer has {id}")),
        Life::Unsure(spans) if definition.exists_throughout(running) => Ok(spans),
        Life::Unsure(_) => Err(format!(
            "whether this release ({running}) has {id} is not known"
        )),
    }
}

fn of_a_span(span: &'static Span, wanted: &Value, place: Place<'_>) -> Result<Ways, String> {
    if (span.enterprise || span.licensed) && !(place.licensed)(span.modules) {
        let modules = if span.modules.is_empty() {
            String::new()
        } else {
            format!(" with {}", span.modules.join(", "))
        };
        return Err(format!(
            "the setting counts only with a licence{modules}, which is not known to be there; \
             without it there is no way"
        ));
    }
    let panel = if span.hidden {
        Err("the panel does not show it in this release".to_owned())
    } else if span.blocked || span.readonly {
        Err("the panel does not let it be changed".to_owned())
    } else {
        Ok((span.group.to_owned(), span.section.to_owned()))
    };
    let api = if span.hidden {
        Err("REST refuses it, because it is hidden in this release".to_owned())
    } else if span.blocked {
        Err("REST refuses it, because the server blocks it".to_owned())
    } else {
        typed(span, wanted).and_then(|()| json(wanted))
    };
    let env = if span.blocked {
        Err("whether a variable changes a setting that the server blocks is not known".to_owned())
    } else {
        typed(span, wanted).and_then(|()| variable(span, wanted, place.running))
    };
    Ok(Ways { env, api, panel })
}

/// Whether the value is one that the setting can have.
pub(crate) fn typed(span: &Span, value: &Value) -> Result<(), String> {
    let wants = |what: &str| Err(format!("a setting of the type {} wants {what}", span.kind));
    match (span.kind, value) {
        ("boolean", Value::Bool(_))
        | ("int" | "timespan" | "range", Value::Int(_))
        | ("multiSelect", Value::List(_)) => Ok(()),
        ("boolean", _) => wants("true or false"),
        ("int" | "timespan" | "range", _) => wants("a whole number"),
        ("select", Value::Text(text)) => {
            if span.options.is_empty() || span.options.contains(&text.as_str()) {
                Ok(())
            } else {
                wants(&format!("one of {}", span.options.join(", ")))
            }
        }
        ("asset" | "action" | "group" | "date" | "color", _) => Err(format!(
            "a setting of the type {} can't be given a value this way",
            span.kind
        )),
        ("multiSelect", _) => wants("a list"),
        (kind, Value::Text(_)) if kind != "select" => Ok(()),
        _ => wants("a text"),
    }
}

/// The value as a variable gives it.
fn variable(span: &Span, value: &Value, running: &RunningVersion) -> Result<String, String> {
    let refused = |why: &str| Err(why.to_owned());
    if matches!(span.kind, "timespan" | "range" | "multiSelect") {
        return Err(format!(
            "a variable leaves a text in a setting of the type {}, which no release takes for a \
             value; use the panel or REST",
            span.kind
        ));
    }
    if span.kind == "password" {
        return refused("a secret does not belong into a list like this; use the panel");
    }
    let built_in = match (span.after_start, span.default) {
        (Some(fixed), _) | (None, BuiltIn::Value(fixed)) => Some(Value::from(fixed)),
        (None, _) => None,
    };
    let (first, end) = DEFAULT_IGNORED;
    if built_in.as_ref() == Some(value)
        && !running.reached(first).is_false()
        && !running.reached(end).is_true()
    {
        return refused(
            "a variable that says what the release has built in may be ignored before 6.4.8, so that \
             what is stored stays; use the panel or REST",
        );
    }
    match value {
        Value::Bool(value) => Ok(value.to_string()),
        Value::Int(value) => Ok(value.to_string()),
        Value::Text(text) if text.is_empty() => {
            if running.reached(EMPTY_COUNTS).is_true() {
                Ok(String::new())
            } else {
                refused("this release may ignore an empty variable; use the panel or REST")
            }
        }
        Value::Text(text)
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
        {
            refused("the server would make a boolean of the text; use the panel or REST")
        }
        // Readers of such files part at quotes, blanks and the like; none of them changes these.
        Value::Text(text)
            if text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_./:@,+-".contains(&byte)) =>
        {
            Ok(text.clone())
        }
        _ => refused("readers of such files read this value differently; use the panel or REST"),
    }
}

fn json(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        _ => return Err("there is no such value in JSON".to_owned()),
    })
}

#[cfg(test)]
mod tests;
