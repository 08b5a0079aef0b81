//! Parameters: what an operator decides, typed and bounded, with its default and its origin.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::value::Value;

/// The definitions, as shipped.
const DEFINITIONS: &str = include_str!("../parameters.toml");

/// What a parameter is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// The unit of a number.
    #[serde(default)]
    pub unit: String,
    /// The value without a policy.
    default: Option<toml::Value>,
    /// The smallest number allowed.
    at_least: Option<i64>,
    /// The largest number allowed.
    at_most: Option<i64>,
    /// What it decides, one sentence.
    pub about: String,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A boolean.
    Flag,
    /// A whole number.
    Number,
    /// A list of texts.
    List,
    /// A day, `2026-01-31`, meaning its first moment in UTC.
    Date,
}

/// Why a parameter was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// No parameter has that name.
    #[error("there is no parameter '{name}'; there are: {known}")]
    Name {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The value has the wrong type or lies outside the bounds.
    #[error("parameter '{name}': {why}")]
    Value {
        /// The parameter.
        name: String,
        /// What is wrong and what is allowed.
        why: String,
    },
}

/// All definitions by name.
#[must_use]
pub fn definitions() -> &'static BTreeMap<String, Parameter> {
    static TABLE: LazyLock<BTreeMap<String, Parameter>> =
        LazyLock::new(|| toml::from_str(DEFINITIONS).unwrap_or_default());
    &TABLE
}

/// Values for all parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    values: BTreeMap<String, Value>,
    set: Vec<String>,
}

impl Default for Parameters {
    fn default() -> Self {
        let values = definitions()
            .iter()
            .map(|(name, parameter)| {
                let value = parameter
                    .default
                    .as_ref()
                    .and_then(|value| parameter.read(value).ok())
                    .unwrap_or(Value::Null);
                (name.clone(), value)
            })
            .collect();
        Self {
            values,
            set: Vec::new(),
        }
    }
}

impl Parameters {
    /// Sets one, checked against its definition.
    pub fn set(&mut self, name: &str, value: &toml::Value) -> Result<(), ParameterError> {
        let Some(parameter) = definitions().get(name) else {
            return Err(ParameterError::Name {
                name: name.to_owned(),
                known: definitions()
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        };
        let value = parameter.read(value).map_err(|why| ParameterError::Value {
            name: name.to_owned(),
            why,
        })?;
        self.values.insert(name.to_owned(), value);
        self.set.push(name.to_owned());
        Ok(())
    }

    /// All values by name; null for one that has neither a default nor a value.
    #[must_use]
    pub fn values(&self) -> &BTreeMap<String, Value> {
        &self.values
    }

    /// Whether a policy set it.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.set.iter().any(|set| set == name)
    }

    /// The value.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        self.values.get(name).unwrap_or(&Value::Null)
    }

    /// A number; 0 if it is none, which the definitions exclude.
    #[must_use]
    pub fn number(&self, name: &str) -> i64 {
        self.get(name).as_int().unwrap_or_default()
    }

    /// A list of texts.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.get(name).as_texts().unwrap_or_default()
    }

    /// A moment, if one is set.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.get(name).as_time()
    }
}

impl Parameter {
    /// The parameter as a policy file sets it to its default, with its meaning above. One without a
    /// default is a comment.
    #[must_use]
    pub fn line(&self, name: &str) -> String {
        let bounds = match (self.at_least, self.at_most) {
            (Some(low), Some(high)) => format!(" ({low} to {high} {})", self.unit),
            _ => String::new(),
        };
        match &self.default {
            Some(default) => format!("# {}{bounds}\n{name} = {default}\n", self.about),
            None => format!("# {}\n# {name} = 2026-01-31\n", self.about),
        }
    }

    /// The smallest and the largest number allowed.
    pub(crate) fn bounds(&self) -> (Option<i64>, Option<i64>) {
        (self.at_least, self.at_most)
    }

    /// The value of a TOML value, or what is wrong with it.
    fn read(&self, value: &toml::Value) -> Result<Value, String> {
        match (self.kind, value) {
            (ParameterKind::Flag, toml::Value::Boolean(value)) => Ok(Value::Bool(*value)),
            (ParameterKind::Number, toml::Value::Integer(value)) => {
                let low = self.at_least.unwrap_or(i64::MIN);
                let high = self.at_most.unwrap_or(i64::MAX);
                if (low..=high).contains(value) {
                    Ok(Value::Int(*value))
                } else {
                    Err(format!(
                        "{value} is not between {low} and {high} {}",
                        self.unit
                    ))
                }
            }
            (ParameterKind::List, toml::Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(Value::from))
                .collect::<Option<Vec<_>>>()
                .map(Value::List)
                .ok_or_else(|| "a list of texts is wanted".to_owned()),
            (ParameterKind::Date, toml::Value::Datetime(date)) => date
                .to_string()
                .parse::<Date>()
                .ok()
                .and_then(|day| day.to_zoned(TimeZone::UTC).ok())
                .map(|moment| Value::Time(moment.timestamp()))
                .ok_or_else(|| "a day such as 2026-01-31 is wanted".to_owned()),
            (kind, _) => Err(format!(
                "{} is wanted",
                match kind {
                    ParameterKind::Flag => "true or false",
                    ParameterKind::Number => "a whole number",
                    ParameterKind::List => "a list of texts",
                    ParameterKind::Date => "a day such as 2026-01-31, without quotes,",
                }
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(line: &str) -> Result<Parameters, ParameterError> {
        let table: toml::Table = line.parse().unwrap();
        let mut parameters = Parameters::default();
        for (name, value) in &table {
            parameters.set(name, value)?;
        }
        Ok(parameters)
    }

    #[test]
    fn the_shipped_definitions_parse_and_their_defaults_fit() {
        let table: BTreeMap<String, Parameter> = toml::from_str(DEFINITIONS).unwrap();
        for (name, parameter) in &table {
            assert!(parameter.about.ends_with('.'), "{name}");
            // So that no word of a sentence is taken for one.
            assert!(name.contains('_'), "{name}");
            if let Some(default) = &parameter.default {
                parameter.read(default).unwrap();
            }
        }
        assert_eq!(Parameters::default().number("retention_days"), 365);
    }

    #[test]
    fn a_value_is_checked_against_its_definition() {
        assert_eq!(
            set("retention_days = 90").unwrap().number("retention_days"),
            90
        );
        let day = set("isolated_since = 2026-01-31").unwrap();
        assert_eq!(
            day.time("isolated_since").unwrap().to_string(),
            "2026-01-31T00:00:00Z"
        );
        for line in [
            "retention_days = 0",
            "retention_days = '90'",
            "isolated_since = '2026-01-31'",
            "own_domains = [1]",
            "no_such_thing = 1",
        ] {
            assert!(set(line).is_err(), "{line}");
        }
    }
}
