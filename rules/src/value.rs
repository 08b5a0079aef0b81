//! Values as they stand in the database, with the type they have there.
//!
//! The type matters: Rocket.Chat compares loosely in some places and strictly in others, so the
//! text `false` in a boolean setting is "on" for part of the server. Texts that no rule needs are
//! never read; what is known about them is in [`Withheld`].

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value of a setting or of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// BSON null.
    Null,
    /// BSON boolean.
    Bool(bool),
    /// BSON int or long.
    Int(i64),
    /// BSON double.
    Double(f64),
    /// BSON decimal128, as text.
    Decimal(String),
    /// BSON string.
    Text(String),
    /// BSON date.
    Time(Timestamp),
    /// BSON array.
    List(Vec<Value>),
    /// BSON document.
    Map(BTreeMap<String, Value>),
    /// A BSON type that no setting and no projected field has.
    Other(String),
    /// Text that was reduced while reading.
    Withheld(Withheld),
}

/// What is known of a text whose characters were not read.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Whether anything but white space stands in it.
    pub set: bool,
    /// Whether it has 32 characters or more; a rule asks this of signing secrets.
    pub long: bool,
    /// Whether it equals the `packageValue` beside it.
    pub is_default: bool,
}

impl Value {
    /// The name of the BSON type, as `$type` calls it.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Decimal(_) => "decimal",
            Self::Text(_) | Self::Withheld(_) => "string",
            Self::Time(_) => "date",
            Self::List(_) => "array",
            Self::Map(_) => "object",
            Self::Other(kind) => kind,
        }
    }

    /// Whether JavaScript takes the value for true, which is what the server's `if` does.
    #[must_use]
    pub fn truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Double(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Withheld(text) => text.set,
            Self::Decimal(_) | Self::Time(_) | Self::List(_) | Self::Map(_) | Self::Other(_) => {
                true
            }
        }
    }

    /// Whether something is there: not null, not a blank text, not an empty list.
    #[must_use]
    pub fn is_set(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Text(text) => !text.trim().is_empty(),
            Self::Withheld(text) => text.set,
            Self::List(items) => !items.is_empty(),
            _ => true,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The text, if it is one and was read.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The time, if it is one.
    #[must_use]
    pub fn as_time(&self) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }

    /// The number, if it is a finite int, long or double.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "settings stay far below 2^53, where every whole number is exact"
            )]
            Self::Int(value) => Some(*value as f64),
            Self::Double(value) if value.is_finite() => Some(*value),
            _ => None,
        }
    }

    /// The whole number, if it is an int, a long, or a double without fraction.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Double(value) => whole(*value),
            _ => None,
        }
    }

    /// The items of a list whose items are all texts.
    #[must_use]
    pub fn as_texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(items) => items.iter().map(Self::as_text).collect(),
            _ => None,
        }
    }
}

/// The whole number that a double holds exactly.
fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the guard leaves only whole numbers that an i64 holds exactly"
    )]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

/// Whether a character could forge what stands around it: controls, and the marks that turn the
/// writing direction.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The longest text that a report quotes, in characters.
const QUOTED: usize = 120;

/// For people: `true`, `30`, `'Public'`, `set`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Double(value) => match whole(*value) {
                Some(whole) => whole.fmt(f),
                None => value.fmt(f),
            },
            Self::Decimal(text) => f.write_str(text),
            Self::Text(text) => {
                f.write_str("'")?;
                for (count, character) in text.chars().enumerate() {
                    if count == QUOTED {
                        f.write_str("…")?;
                        break;
                    }
                    if is_deceptive(character) {
                        character.escape_default().fmt(f)?;
                    } else {
                        character.fmt(f)?;
                    }
                }
                f.write_str("'")
            }
            Self::Time(time) => time.fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                for (count, item) in items.iter().enumerate() {
                    if count > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Map(_) => f.write_str("a document"),
            Self::Other(kind) => write!(f, "a {kind}"),
            Self::Withheld(text) => f.write_str(if text.set { "set" } else { "unset" }),
        }
    }
}

/// JSON with the BSON types that JSON lacks in one-key objects, so that reading it back gives the
/// same value: `{"$double":"0.5"}`, `{"$time":"2026-01-01T00:00:00Z"}`, `{"$withheld":{…}}`.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn tagged<S: Serializer>(
            serializer: S,
            tag: &str,
            value: &(impl Serialize + ?Sized),
        ) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(tag, value)?;
            map.end()
        }
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => items.serialize(serializer),
            Self::Double(value) => tagged(serializer, "$double", &value.to_string()),
            Self::Decimal(text) => tagged(serializer, "$decimal", text),
            Self::Time(time) => tagged(serializer, "$time", time),
            Self::Map(map) => tagged(serializer, "$map", map),
            Self::Other(kind) => tagged(serializer, "$other", kind),
            Self::Withheld(text) => tagged(serializer, "$withheld", text),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        from_json(json).map_err(D::Error::custom)
    }
}

/// Reads what [`Serialize`] wrote.
fn from_json(json: serde_json::Value) -> Result<Value, String> {
    use serde_json::Value as Json;
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Int(
            number
                .as_i64()
                .ok_or_else(|| format!("{number} is not a whole number of 64 bits"))?,
        ),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            Value::List(items.into_iter().map(from_json).collect::<Result<_, _>>()?)
        }
        Json::Object(map) => {
            let mut entries = map.into_iter();
            let (Some((tag, inner)), None) = (entries.next(), entries.next()) else {
                return Err("a typed value is an object with one key".to_owned());
            };
            let parse = |error: serde_json::Error| format!("{tag}: {error}");
            match tag.as_str() {
                "$double" => {
                    let text: String = serde_json::from_value(inner).map_err(parse)?;
                    Value::Double(
                        text.parse()
                            .map_err(|_| format!("'{text}' is not a number"))?,
                    )
                }
                "$decimal" => Value::Decimal(serde_json::from_value(inner).map_err(parse)?),
                "$time" => Value::Time(serde_json::from_value(inner).map_err(parse)?),
                "$map" => Value::Map(serde_json::from_value(inner).map_err(parse)?),
                "$other" => Value::Other(serde_json::from_value(inner).map_err(parse)?),
                "$withheld" => Value::Withheld(serde_json::from_value(inner).map_err(parse)?),
                _ => return Err(format!("unknown type '{tag}' of a value")),
            }
        }
    })
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Value> {
        vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(-1),
            Value::Double(2_592_000_000.0),
            Value::Double(f64::NAN),
            Value::Decimal("1.5".into()),
            Value::Text("a\u{202e}'\n".into()),
            Value::Time("2026-01-02T03:04:05.006Z".parse().unwrap()),
            Value::List(vec![Value::Int(1), Value::Text("b".into())]),
            Value::Map(BTreeMap::from([("k".into(), Value::Null)])),
            Value::Other("regex".into()),
            Value::Withheld(Withheld {
                set: true,
                long: false,
                is_default: false,
            }),
        ]
    }

    #[test]
    fn a_snapshot_gives_back_the_same_value_and_type() {
        for value in samples() {
            let json = serde_json::to_string(&value).unwrap();
            let back: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(back.kind(), value.kind(), "{json}");
            assert_eq!(serde_json::to_string(&back).unwrap(), json);
        }
    }

    #[test]
    fn untyped_and_fractional_json_is_refused() {
        for json in [
            "0.5",
            "{}",
            r#"{"a":1}"#,
            r#"{"$double":1}"#,
            r#"{"$time":"x"}"#,
        ] {
            assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn the_text_false_is_true_for_the_server() {
        assert!(Value::from("false").truthy());
        assert!(!Value::from("").truthy());
        assert!(!Value::Int(0).truthy());
        assert!(!Value::Double(f64::NAN).truthy());
        assert!(!Value::Null.truthy());
    }

    #[test]
    fn numbers_are_whole_only_without_a_fraction() {
        assert_eq!(Value::Double(30.0).as_int(), Some(30));
        assert_eq!(Value::Double(0.5).as_int(), None);
        assert_eq!(Value::Double(f64::INFINITY).as_int(), None);
        assert_eq!(Value::Double(f64::NAN).as_number(), None);
        assert_eq!(Value::from("30").as_int(), None);
    }

    #[test]
    fn quoting_hides_control_characters_and_length() {
        assert_eq!(Value::from("a\nb").to_string(), "'a\\nb'");
        assert_eq!(Value::from("a\u{202e}b").to_string(), "'a\\u{202e}b'");
        let long = "x".repeat(5_000);
        assert_eq!(Value::from(long.as_str()).to_string().chars().count(), 123);
    }
}
