//! The server's process environment, which no database shows.
//!
//! An operator attaches it (`--env-file`). Only names and the few values that decide something are
//! kept; every other value is reduced to whether it is set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::value::{Value, Withheld};

/// Variables whose value decides something and can't be a secret.
pub(crate) const READ: &[&str] = &[
    "AUTO_ACCEPT_FINGERPRINT",
    "DISABLE_PRIVATE_APP_INSTALLATION",
    "RC_DISABLE_STATISTICS_REPORTING",
];

/// Variables that the server turns into settings.
const OVERWRITE: &str = "OVERWRITE_SETTING_";

/// An attached environment.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Whether one was attached at all.
    pub attached: bool,
    /// What each variable holds.
    pub variables: BTreeMap<String, Variable>,
}

/// What a variable holds.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    /// This text.
    Text(String),
    /// Something.
    Set,
    /// An empty text.
    Empty,
}

impl Environment {
    /// Reduces variables as an environment file or a process listing gives them.
    pub fn reduce(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| {
                let kept = if value.is_empty() {
                    Variable::Empty
                } else if READ.contains(&name.as_str()) || is_plain_overwrite(&name, &value) {
                    Variable::Text(value)
                } else {
                    Variable::Set
                };
                (name, kept)
            })
            .collect();
        Self {
            attached: true,
            variables,
        }
    }

    /// The value of a variable: none when no environment is attached, null when the variable is
    /// not in it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        if !self.attached && !self.variables.contains_key(name) {
            return None;
        }
        Some(match self.variables.get(name) {
            None => Value::Null,
            Some(Variable::Empty) => Value::from(""),
            Some(Variable::Text(text)) => Value::from(text.as_str()),
            Some(Variable::Set) => Value::Withheld(Withheld {
                set: true,
                long: false,
                is_default: false,
            }),
        })
    }
}

/// A setting override whose value is a boolean or a number, which no secret is.
fn is_plain_overwrite(name: &str, value: &str) -> bool {
    name.starts_with(OVERWRITE)
        && (value.eq_ignore_ascii_case("true")
            || value.eq_ignore_ascii_case("false")
            || value.len() <= 15 && value.parse::<i64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_decides_is_kept() {
        let environment = Environment::reduce(
            [
                ("RC_DISABLE_STATISTICS_REPORTING", "True"),
                ("MONGO_URL", "mongodb://user:secret@host"),
                ("OVERWRITE_SETTING_SMTP_Password", "secret"),
                ("OVERWRITE_SETTING_E2E_Enable", "true"),
                ("OVERWRITE_SETTING_Site_Name", ""),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let text = serde_json::to_string(&environment).unwrap();
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(
            environment.value("RC_DISABLE_STATISTICS_REPORTING"),
            Some(Value::from("True"))
        );
        assert_eq!(
            environment.value("OVERWRITE_SETTING_E2E_Enable"),
            Some(Value::from("true"))
        );
        assert_eq!(
            environment.value("OVERWRITE_SETTING_Site_Name"),
            Some(Value::from(""))
        );
        assert_eq!(environment.value("ABSENT"), Some(Value::Null));
        assert_eq!(Environment::default().value("ABSENT"), None);
    }
}
