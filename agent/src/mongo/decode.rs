//! From BSON to the values that rules work with. What is not needed is dropped here, if the
//! database did not drop it already.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mongodb::bson::spec::ElementType;
use mongodb::bson::{RawBsonRef, RawDocument};
use rc_audit_rules::address;
use rc_audit_rules::licence::LicenceText;
use rc_audit_rules::query::{Field, Reduce};
use rc_audit_rules::reduction::{self, Kept};
use rc_audit_rules::server::fingerprint;
use rc_audit_rules::snapshot::{Row, StoredSetting};
use rc_audit_rules::value::{Value, Withheld};
use sha2::{Digest as _, Sha256};

use super::key::Key;
use super::pipeline::SAME_AS_INVALID;

/// How deep lists and documents are followed.
const DEPTH: usize = 8;

/// A value, as it is.
pub(crate) fn value(raw: RawBsonRef<'_>) -> Value {
    nested(raw, DEPTH)
}

fn nested(raw: RawBsonRef<'_>, depth: usize) -> Value {
    match raw {
        RawBsonRef::Null | RawBsonRef::Undefined => Value::Null,
        RawBsonRef::Boolean(value) => Value::Bool(value),
        RawBsonRef::Int32(value) => Value::Int(i64::from(value)),
        RawBsonRef::Int64(value) => Value::Int(value),
        RawBsonRef::Double(value) => Value::Double(value),
        RawBsonRef::Decimal128(value) => Value::Decimal(value.to_string()),
        RawBsonRef::String(text) => Value::from(text),
        RawBsonRef::DateTime(time) => Timestamp::from_millisecond(time.timestamp_millis())
            .map_or_else(|_| Value::Other("date".to_owned()), Value::Time),
        RawBsonRef::Array(items) if depth > 0 => Value::List(
            items
                .into_iter()
                .filter_map(Result::ok)
                .map(|item| nested(item, depth - 1))
                .collect(),
        ),
        RawBsonRef::Document(document) if depth > 0 => Value::Map(
            document
                .iter()
                .filter_map(Result::ok)
                .map(|(key, value)| (key.as_str().to_owned(), nested(value, depth - 1)))
                .collect(),
        ),
        RawBsonRef::Array(_) => Value::Other("array".to_owned()),
        RawBsonRef::Document(_) => Value::Other("object".to_owned()),
        other => Value::Other(type_name(other.element_type()).to_owned()),
    }
}

/// The name that the database has for a type.
fn type_name(kind: ElementType) -> &'static str {
    match kind {
        ElementType::Double => "double",
        ElementType::String => "string",
        ElementType::EmbeddedDocument => "object",
        ElementType::Array => "array",
        ElementType::Binary => "binData",
        ElementType::Undefined => "undefined",
        ElementType::ObjectId => "objectId",
        ElementType::Boolean => "bool",
        ElementType::DateTime => "date",
        ElementType::Null => "null",
        ElementType::RegularExpression => "regex",
        ElementType::DbPointer => "dbPointer",
        ElementType::JavaScriptCode => "javascript",
        ElementType::Symbol => "symbol",
        ElementType::JavaScriptCodeWithScope => "javascriptWithScope",
        ElementType::Int32 => "int",
        ElementType::Timestamp => "timestamp",
        ElementType::Int64 => "long",
        ElementType::Decimal128 => "decimal",
        ElementType::MinKey => "minKey",
        ElementType::MaxKey => "maxKey",
    }
}

/// What is kept of a value of a field that was not reduced in a database.
pub(crate) fn field_value(field: &Field, found: Option<Value>) -> Option<Value> {
    match field.reduce {
        Reduce::Plain => found,
        Reduce::Fingerprint | Reduce::Digest | Reduce::Origin => reduced_later(field, found?),
        Reduce::Filled => Some(Value::Bool(match found {
            None => false,
            Some(Value::List(items)) => items.iter().any(is_filled),
            Some(value) => is_filled(&value),
        })),
        Reduce::IsWord(words) => {
            let first = match found {
                Some(Value::List(items)) => items.into_iter().next(),
                other => other,
            };
            let is_word = first.as_ref().and_then(Value::as_text).is_some_and(|text| {
                let lower = text.to_ascii_lowercase();
                let local = lower.split('@').next().unwrap_or_default();
                words.contains(&local)
            });
            Some(Value::Bool(is_word))
        }
        Reduce::KeysBeyond(known) => {
            let beyond = match found {
                Some(Value::Map(map)) => map
                    .keys()
                    .filter(|key| !known.contains(&key.as_str()))
                    .count(),
                _ => 0,
            };
            i64::try_from(beyond).ok().map(Value::Int)
        }
    }
}

/// What is kept of a value that a database can't reduce, or reduces only in part.
fn reduced_later(field: &Field, value: Value) -> Option<Value> {
    match (field.reduce, value) {
        (Reduce::Fingerprint, Value::Text(text)) => {
            Some(Value::from(fingerprint(field.name, &text)))
        }
        (Reduce::Digest, Value::Text(text)) if !text.is_empty() => {
            Some(Value::Text(hex::encode(Sha256::digest(&text))))
        }
        (Reduce::Origin, Value::Text(text)) => Some(Value::Text(address::origin(&text))),
        (Reduce::Origin, Value::List(items)) => Some(Value::List(
            items
                .into_iter()
                .map(|item| Value::Text(item.as_text().map(address::origin).unwrap_or_default()))
                .collect(),
        )),
        (Reduce::Fingerprint | Reduce::Digest | Reduce::Origin, _) => None,
        (_, value) => Some(value),
    }
}

fn is_filled(value: &Value) -> bool {
    !matches!(value, Value::Null) && value.as_text() != Some("")
}

/// A row that the database reduced. What it can't do is done here.
pub(super) fn row(document: &RawDocument, fields: &[Field]) -> Option<Row> {
    let mut row = BTreeMap::new();
    for element in document {
        let (name, raw) = element.ok()?;
        let name = name.as_str();
        let value = value(raw);
        let value = match fields.iter().find(|field| field.name == name) {
            Some(field) => reduced_later(field, value),
            None => Some(value),
        };
        if let Some(value) = value {
            row.insert(name.to_owned(), value);
        }
    }
    Some(row)
}

/// What a document of the settings collection gives.
#[derive(Debug)]
pub(crate) enum Setting {
    /// A group of the panel, by id.
    Group(String),
    /// A setting, and what the licence text says if it is the setting that holds it.
    Stored(String, Box<StoredSetting>, Option<LicenceText>),
}

/// The fields of a document, found in one pass. Looking up each by itself would walk through the
/// document from its beginning every time.
struct Fields<'a>(Vec<(&'a str, RawBsonRef<'a>)>);

impl<'a> Fields<'a> {
    fn of(document: &'a RawDocument) -> Option<Self> {
        let fields = document
            .iter()
            .map(|field| field.map(|(name, raw)| (name.as_str(), raw)))
            .collect::<Result<_, _>>();
        fields.ok().map(Self)
    }

    fn get(&self, name: &str) -> Option<RawBsonRef<'a>> {
        self.0
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, raw)| *raw)
    }
}

/// Reads a document of the settings collection as it is stored.
pub(crate) fn setting(document: &RawDocument) -> Option<Setting> {
    read(&Fields::of(document)?, false)
}

/// Reads a document of the settings collection that the database reduced.
pub(super) fn reduced_setting(document: &RawDocument) -> Option<Setting> {
    read(&Fields::of(document)?, true)
}

fn read(fields: &Fields<'_>, is_reduced: bool) -> Option<Setting> {
    let text = |name: &str| fields.get(name)?.as_str();
    let flag = |name: &str| fields.get(name).and_then(RawBsonRef::as_bool) == Some(true);
    let id = text("_id")?.to_owned();
    let kind = text("type");
    if kind == Some("group") {
        return Some(Setting::Group(id));
    }
    let raw = fields.get("value");
    // The database compares where it reduces.
    let same = |name: &str, answer: &str| -> Option<bool> {
        if is_reduced {
            return fields.get(answer)?.as_bool();
        }
        let other = fields.get(name)?;
        Some(raw.is_some_and(|raw| Key::of(raw) == Key::of(other)))
    };
    let equals_package = same("packageValue", "packageValue");
    let kept = reduction::of(&id, kind);
    let licence = match (kept, raw) {
        (Kept::Licence, Some(RawBsonRef::String(text))) => Some(LicenceText::read(text)),
        (Kept::Licence, _) => Some(LicenceText::Absent),
        _ => None,
    };
    let is_default = equals_package == Some(true);
    let stored = raw.map(|raw| match raw {
        // A document as such never leaves the database.
        RawBsonRef::Document(marks) if is_reduced => marked(marks, is_default),
        raw => reduced(&id, kept, raw, is_default),
    });
    let invalid_value = fields.get("invalidValue").map(value).map(short);
    let modules = fields
        .get("modules")
        .and_then(RawBsonRef::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| item.ok()?.as_str().map(str::to_owned))
        .collect();
    let setting = StoredSetting {
        value: stored,
        kind: kind.map(str::to_owned),
        source: text("valueSource").map(str::to_owned),
        equals_environment: same("processEnvValue", "processEnvValue"),
        equals_package,
        equals_invalid: same("invalidValue", SAME_AS_INVALID),
        hidden: flag("hidden"),
        blocked: flag("blocked"),
        secret: flag("secret"),
        public: flag("public"),
        enterprise: flag("enterprise"),
        modules,
        invalid_value,
        updated_at: fields
            .get("_updatedAt")
            .and_then(RawBsonRef::as_datetime)
            .and_then(|time| Timestamp::from_millisecond(time.timestamp_millis()).ok()),
    };
    Some(Setting::Stored(id, Box::new(setting), licence))
}

/// A value of a setting, reduced.
fn reduced(id: &str, kept: Kept, raw: RawBsonRef<'_>, is_default: bool) -> Value {
    match raw {
        RawBsonRef::String(text) => reduction::text(id, kept, text, is_default),
        RawBsonRef::Array(items) if items.is_empty() => Value::List(Vec::new()),
        RawBsonRef::Boolean(_)
        | RawBsonRef::Int32(_)
        | RawBsonRef::Int64(_)
        | RawBsonRef::Double(_)
        | RawBsonRef::Decimal128(_)
        | RawBsonRef::DateTime(_)
        | RawBsonRef::Null => value(raw),
        // Anything else may hold texts.
        raw => Value::Other(type_name(raw.element_type()).to_owned()),
    }
}

/// A value that the database replaced by marks.
fn marked(marks: &RawDocument, is_default: bool) -> Value {
    match marks.get_str("kind") {
        Ok("string") => Value::Withheld(Withheld {
            set: marks.get_bool("set").unwrap_or(true),
            long: marks.get_bool("long").unwrap_or(false),
            is_default,
        }),
        Ok(kind) => Value::Other(kind.to_owned()),
        Err(_) => Value::Other("unknown".to_owned()),
    }
}

/// An `invalidValue` comes from the server's code and is short; anything longer is not shown.
fn short(value: Value) -> Value {
    match value {
        Value::Text(text) if text.len() > reduction::CHOSEN_LENGTH => {
            reduction::text("", Kept::Marks, &text, false)
        }
        other => other,
    }
}
