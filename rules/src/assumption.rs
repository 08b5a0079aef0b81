//! What would be if settings were otherwise: a file with values that take the place of stored ones
//! before anything is judged.
//!
//! Values are checked against the release, as the server or its panel would take them. What comes of
//! it is no evidence, and whoever judges it says so.

use std::collections::BTreeMap;

use crate::case;
use crate::catalogue::{self, Life};
use crate::environment::{self, Environment, Variable};
use crate::reduction;
use crate::remedy::typed;
use crate::rule::parse::similar;
use crate::snapshot::{Snapshot, StoredSetting};
use crate::value::Value;
use crate::version::RunningVersion;

/// Where a variable is turned into a setting.
const OVERWRITE: &str = "OVERWRITE_SETTING_";

/// How a file with assumptions is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Variables, one on each line.
    Environment,
    /// TOML with settings and values.
    Toml,
    /// JSON with settings and values.
    Json,
}

impl Form {
    /// The form that a text has: JSON begins with a brace, and a file of variables names one that the
    /// server turns into a setting.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.trim_start().starts_with('{') {
            return Self::Json;
        }
        let mut lines = text.lines().map(str::trim_start);
        let is_variable = |line: &str| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            line.starts_with(OVERWRITE)
                || environment::READ.iter().any(|name| {
                    line.strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with('='))
                })
        };
        if lines.any(is_variable) {
            Self::Environment
        } else {
            Self::Toml
        }
    }
}

/// What is taken to be otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    settings: BTreeMap<String, Given>,
    variables: BTreeMap<String, String>,
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq)]
enum Given {
    /// The text of a variable.
    Variable(String),
    /// A value with a type.
    Typed(Value),
}

/// One thing that was taken to be otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// The setting, or the variable.
    pub subject: String,
    /// What it is; none where there is nothing.
    pub found: Option<Value>,
    /// What it was taken to be, as far as an audit keeps it.
    pub assumed: Value,
}

impl Assumptions {
    /// Reads a file. The errors name the line or the setting, all of them at once.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let assumptions = match Form::of(text) {
            Form::Environment => return Self::of_variables(text),
            Form::Json => {
                let values: BTreeMap<String, serde_json::Value> =
                    serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
                let table = values.into_iter().map(|(id, value)| {
                    let value = of_json(&value);
                    (id, value)
                });
                Self::of_values(table)?
            }
            Form::Toml => {
                let table: toml::Table = toml::from_str(text)
                    .map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
                let table = table.into_iter().map(|(id, value)| {
                    let value = of_toml(&value);
                    (id, value)
                });
                Self::of_values(table)?
            }
        };
        if assumptions.settings.is_empty() {
            return Err(vec!["there is nothing in it to assume".to_owned()]);
        }
        Ok(assumptions)
    }

    fn of_values(
        table: impl Iterator<Item = (String, Option<Value>)>,
    ) -> Result<Self, Vec<String>> {
        let mut errors = Vec::new();
        let mut settings = BTreeMap::new();
        for (id, value) in table {
            errors.extend(unknown(&id));
            match value {
                Some(value) => {
                    settings.insert(id, Given::Typed(value));
                }
                None => errors.push(format!("{id}: no setting has such a value")),
            }
        }
        if errors.is_empty() {
            Ok(Self {
                settings,
                variables: BTreeMap::new(),
            })
        } else {
            Err(errors)
        }
    }

    fn of_variables(text: &str) -> Result<Self, Vec<String>> {
        let mut errors = Vec::new();
        let mut found = Self::default();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let line = line.trim();
            let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, value)) = line.split_once('=') else {
                errors.push(format!("line {number}: there is no '='"));
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            if environment::READ.contains(&name) {
                found.variables.insert(name.to_owned(), value.to_owned());
                continue;
            }
            let Some(id) = name.strip_prefix(OVERWRITE) else {
                errors.push(format!(
                    "line {number}: {name} is no variable that settings come from; write \
                     {OVERWRITE}… or one of {}",
                    environment::READ.join(", ")
                ));
                continue;
            };
            errors.extend(unknown(id).map(|why| format!("line {number}: {why}")));
            let given = Given::Variable(value.to_owned());
            if found.settings.insert(id.to_owned(), given).is_some() {
                errors.push(format!("line {number}: {id} is there twice"));
            }
        }
        if errors.is_empty() {
            Ok(found)
        } else {
            Err(errors)
        }
    }

    /// Puts the values into a snapshot of a server of this release. The errors are those of a value
    /// that this release does not take, and nothing is changed then.
    pub fn apply(
        &self,
        snapshot: &mut Snapshot,
        running: &RunningVersion,
    ) -> Result<Vec<Assumed>, Vec<String>> {
        let mut errors = Vec::new();
        let mut documents: Vec<(String, StoredSetting)> = Vec::new();
        for (id, given) in &self.settings {
            let stored = snapshot.settings.get(id);
            match document(id, given, stored, running) {
                Ok(document) => documents.push((id.clone(), document)),
                Err(why) => errors.push(format!("{id}: {why}")),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut assumed: Vec<Assumed> = documents
            .into_iter()
            .map(|(id, document)| Assumed {
                assumed: document.value.clone().unwrap_or(Value::Null),
                found: snapshot
                    .settings
                    .insert(id.clone(), document)
                    .and_then(|before| before.value),
                subject: id,
            })
            .collect();
        assumed.extend(self.variables.iter().map(|(name, value)| Assumed {
            subject: name.clone(),
            found: None,
            assumed: Value::from(value.as_str()),
        }));
        Ok(assumed)
    }

    /// The environment with the variables. One that was not attached stays unknown but for these.
    #[must_use]
    pub fn environment(&self, environment: &Environment) -> Environment {
        let mut environment = environment.clone();
        for (name, value) in &self.variables {
            let variable = if value.is_empty() {
                Variable::Empty
            } else {
                Variable::Text(value.clone())
            };
            environment.variables.insert(name.clone(), variable);
        }
        environment
    }
}

fn unknown(id: &str) -> Option<String> {
    catalogue::find(id).is_none().then(|| {
        format!(
            "no release that is known has the setting '{id}'{}",
            similar(id)
        )
    })
}

fn document(
    id: &str,
    given: &Given,
    stored: Option<&StoredSetting>,
    running: &RunningVersion,
) -> Result<StoredSetting, String> {
    let spans = match catalogue::find(id).map(|definition| definition.life(running)) {
        Some(Life::Defined(span)) => vec![span],
        Some(Life::Unsure(spans)) => spans,
        Some(Life::Outside { early: true }) => {
            return Err(format!("this release ({running}) does not have it yet"));
        }
        Some(Life::Outside { early: false }) => {
            return Err(format!("this release ({running}) no longer has it"));
        }
        None => return Err("no release that is known has it".to_owned()),
    };
    let kind = spans.first().map(|span| span.kind);
    let value = match given {
        Given::Typed(value) => value.clone(),
        Given::Variable(text) => converted(kind, text)?,
    };
    // Where the release is not known exactly, one that takes it is enough.
    let mut refused = Ok(());
    for span in &spans {
        refused = typed(span, &value);
        if refused.is_ok() {
            break;
        }
    }
    refused?;
    let mut document = match stored {
        Some(stored) => {
            let mut document = stored.clone();
            document.equals_invalid = document.invalid_value.as_ref().map(|it| *it == value);
            document.equals_package = None;
            document.value = Some(match &value {
                Value::Text(text) => {
                    reduction::text(id, reduction::of(id, document.kind.as_deref()), text, false)
                }
                other => other.clone(),
            });
            document
        }
        None => case::document(id, &value, running),
    };
    match given {
        Given::Variable(_) => {
            document.source = Some("processEnvValue".to_owned());
            document.equals_environment = Some(true);
        }
        Given::Typed(_) if document.equals_environment.is_some() => {
            document.equals_environment = Some(false);
        }
        Given::Typed(_) => {}
    }
    Ok(document)
}

/// What the server makes of the text of a variable.
fn converted(kind: Option<&str>, text: &str) -> Result<Value, String> {
    if text.eq_ignore_ascii_case("true") {
        return Ok(Value::Bool(true));
    }
    if text.eq_ignore_ascii_case("false") {
        return Ok(Value::Bool(false));
    }
    match kind {
        Some("int") => text
            .parse()
            .map(Value::Int)
            .map_err(|_| format!("'{text}' is no whole number")),
        Some(kind @ ("timespan" | "range" | "multiSelect")) => Err(format!(
            "a variable leaves a text in a setting of the type {kind}, which no release takes for a \
             value; assume it in TOML or JSON"
        )),
        _ => Ok(Value::from(text)),
    }
}

fn of_json(value: &serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match value {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(of_json).collect::<Option<_>>()?),
        Json::Null | Json::Object(_) => return None,
    })
}

fn of_toml(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Integer(value) => Value::Int(*value),
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Array(items) => Value::List(items.iter().map(of_toml).collect::<Option<_>>()?),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests;
