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

/// What is looked at in a document of the settings collection, found in one pass.
#[derive(Default)]
struct Fields<'a> {
    id: Option<RawBsonRef<'a>>,
    kind: Option<RawBsonRef<'a>>,
    value: Option<RawBsonRef<'a>>,
    package: Option<RawBsonRef<'a>>,
    environment: Option<RawBsonRef<'a>>,
    invalid: Option<RawBsonRef<'a>>,
    same_as_invalid: Option<RawBsonRef<'a>>,
    source: Option<RawBsonRef<'a>>,
    hidden: Option<RawBsonRef<'a>>,
    blocked: Option<RawBsonRef<'a>>,
    secret: Option<RawBsonRef<'a>>,
    public: Option<RawBsonRef<'a>>,
    enterprise: Option<RawBsonRef<'a>>,
    modules: Option<RawBsonRef<'a>>,
    updated_at: Option<RawBsonRef<'a>>,
}

impl<'a> Fields<'a> {
    fn of(document: &'a RawDocument) -> Option<Self> {
        let mut fields = Self::default();
        for field in document {
            let (name, raw) = field.ok()?;
            let place = match name.as_str() {
                "_id" => &mut fields.id,
                "type" => &mut fields.kind,
                "value" => &mut fields.value,
                "packageValue" => &mut fields.package,
                "processEnvValue" => &mut fields.environment,
                "invalidValue" => &mut fields.invalid,
                SAME_AS_INVALID => &mut fields.same_as_invalid,
                "valueSource" => &mut fields.source,
                "hidden" => &mut fields.hidden,
                "blocked" => &mut fields.blocked,
                "secret" => &mut fields.secret,
                "public" => &mut fields.public,
                "enterprise" => &mut fields.enterprise,
                "modules" => &mut fields.modules,
                "_updatedAt" => &mut fields.updated_at,
                _ => continue,
            };
            place.get_or_insert(raw);
        }
        Some(fields)
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
    let text = |field: Option<RawBsonRef<'_>>| Some(field?.as_str()?.to_owned());
    let flag = |field: Option<RawBsonRef<'_>>| field.and_then(RawBsonRef::as_bool) == Some(true);
    let id = text(fields.id)?;
    let kind = fields.kind.and_then(RawBsonRef::as_str);
    if kind == Some("group") {
        return Some(Setting::Group(id));
    }
    let raw = fields.value;
    // The database compares where it reduces.
    let same = |other: Option<RawBsonRef<'_>>, answer: Option<RawBsonRef<'_>>| -> Option<bool> {
        if is_reduced {
            return answer?.as_bool();
        }
        let other = other?;
        Some(raw.is_some_and(|raw| Key::of(raw) == Key::of(other)))
    };
    let equals_package = same(fields.package, fields.package);
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
    let modules = fields
        .modules
        .and_then(RawBsonRef::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| item.ok()?.as_str().map(str::to_owned))
        .collect();
    let setting = StoredSetting {
        value: stored,
        kind: kind.map(str::to_owned),
        source: text(fields.source),
        equals_environment: same(fields.environment, fields.environment),
        equals_package,
        equals_invalid: same(fields.invalid, fields.same_as_invalid),
        hidden: flag(fields.hidden),
        blocked: flag(fields.blocked),
        secret: flag(fields.secret),
        public: flag(fields.public),
        enterprise: flag(fields.enterprise),
        modules,
        invalid_value: fields.invalid.map(value).map(short),
        updated_at: fields
            .updated_at
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
