//! Conditions and values in words, for findings and rule pages.

use std::fmt;

use super::{Comparison, Condition, Operand, Subject};
use crate::parameter::Parameters;
use crate::value::Value;

impl Comparison {
    /// What it wants, in words: `is false`, `at most 365`.
    #[must_use]
    pub fn in_words(&self, parameters: Option<&Parameters>) -> String {
        let operand = |operand: &Operand| match (operand, parameters) {
            (Operand::Constant(value), _) => in_words(value),
            (Operand::Parameter(name), Some(parameters)) => match parameters.get(name) {
                Value::List(items) if items.is_empty() => format!("{name}, which is empty"),
                value => format!("{} ({name})", in_words(value)),
            },
            (Operand::Parameter(name), None) => format!("the parameter {name}"),
        };
        match self {
            Self::Is(value) => operand(value),
            Self::IsNot(value) => format!("not {}", operand(value)),
            Self::OneOf(list) => format!("one of {}", operand(list)),
            Self::AtLeast(number) => format!("at least {}", operand(number)),
            Self::AtMost(number) => format!("at most {}", operand(number)),
            Self::Within(list) => format!("nothing beyond {}", operand(list)),
            Self::Contains(part) => format!("containing {}", operand(part)),
            Self::Matches(_, words) => words.clone(),
            Self::Empty(true) => "empty".to_owned(),
            Self::Empty(false) => "not empty".to_owned(),
            Self::On(true) => "on".to_owned(),
            Self::On(false) => "off".to_owned(),
        }
    }
}

/// A value in a sentence: a list without brackets, and an empty text by name.
pub(crate) fn in_words(value: &Value) -> String {
    match value {
        Value::List(items) if items.is_empty() => "none".to_owned(),
        Value::List(items) => {
            let words: Vec<String> = items.iter().map(in_words).collect();
            words.join(", ")
        }
        Value::Text(text) if text.is_empty() => "empty".to_owned(),
        Value::Text(_) => {
            let quoted = value.to_string();
            quoted.trim_matches('\'').to_owned()
        }
        Value::Null => "null".to_owned(),
        _ => value.to_string(),
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(id) | Self::Fact(id) => f.write_str(id),
            Self::Stored(id) => write!(f, "{id} (as stored)"),
            Self::Permission(id) => write!(f, "permission {id}"),
            Self::Parameter(name) => write!(f, "parameter {name}"),
        }
    }
}

/// The condition as a sentence for rule pages, parts joined by words.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (count, part) in parts.iter().enumerate() {
                if count > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::All(parts) | Self::Any(parts) if parts.len() > 1 => {
                        write!(f, "({part})")?;
                    }
                    _ => part.fmt(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(parts) => join(f, parts, "and"),
            Self::Any(parts) => join(f, parts, "or"),
            Self::Not(part) => write!(f, "not ({part})"),
            Self::Proven(part) => write!(f, "it is proven that {part}"),
            Self::Version(range) => write!(f, "the release is {}", range.in_words()),
            Self::Test(test) => {
                write!(
                    f,
                    "`{}` is {}",
                    test.subject,
                    test.comparison.in_words(None)
                )
            }
        }
    }
}
