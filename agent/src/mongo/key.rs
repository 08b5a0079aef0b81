//! Values in the order, and with the equality, that the database gives them: numbers of all types
//! among each other, documents by their fields in order, types before values.

use mongodb::bson::{RawBsonRef, spec::ElementType};

/// What two values are compared by. The variants stand in the database's order of types.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Key {
    /// The least of all.
    Min,
    /// An empty list, where it is sorted by.
    Nothing,
    /// Null.
    Null,
    /// A number of any type, in bits that sort like it.
    Number(i64),
    /// A text.
    Text(String),
    /// A document.
    Document(Vec<(u8, String, Key)>),
    /// A list.
    List(Vec<Key>),
    /// Bytes.
    Binary(Vec<u8>),
    /// An id that a driver made.
    Id([u8; 12]),
    /// A boolean.
    Bool(bool),
    /// A moment, in milliseconds.
    Date(i64),
    /// Anything else: its type and its text.
    Other(u8, String),
    /// The greatest of all.
    Max,
}

impl Key {
    /// The key of a value.
    pub(crate) fn of(value: RawBsonRef<'_>) -> Self {
        match value {
            RawBsonRef::MinKey => Self::Min,
            RawBsonRef::Undefined => Self::Nothing,
            RawBsonRef::Null => Self::Null,
            RawBsonRef::Int32(value) => number(f64::from(value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers beyond 2^53 that differ by one are not told apart anywhere"
            )]
            RawBsonRef::Int64(value) => number(value as f64),
            RawBsonRef::Double(value) => number(value),
            RawBsonRef::Decimal128(value) => number(value.to_string().parse().unwrap_or(f64::NAN)),
            RawBsonRef::String(text) | RawBsonRef::Symbol(text) => Self::Text(text.to_owned()),
            RawBsonRef::Document(document) => Self::Document(
                document
                    .iter()
                    .filter_map(Result::ok)
                    .map(|(name, value)| {
                        let key = Self::of(value);
                        (key.rank(), name.as_str().to_owned(), key)
                    })
                    .collect(),
            ),
            RawBsonRef::Array(items) => Self::List(
                items
                    .into_iter()
                    .filter_map(Result::ok)
                    .map(Self::of)
                    .collect(),
            ),
            RawBsonRef::Binary(binary) => Self::Binary(binary.bytes.to_vec()),
            RawBsonRef::ObjectId(id) => Self::Id(id.bytes()),
            RawBsonRef::Boolean(value) => Self::Bool(value),
            RawBsonRef::DateTime(time) => Self::Date(time.timestamp_millis()),
            RawBsonRef::MaxKey => Self::Max,
            other => Self::Other(place(other.element_type()), format!("{other:?}")),
        }
    }

    /// The place of the type among types, within a document.
    fn rank(&self) -> u8 {
        match self {
            Self::Min => 0,
            Self::Nothing => 1,
            Self::Null => 2,
            Self::Number(_) => 3,
            Self::Text(_) => 4,
            Self::Document(_) => 5,
            Self::List(_) => 6,
            Self::Binary(_) => 7,
            Self::Id(_) => 8,
            Self::Bool(_) => 9,
            Self::Date(_) => 10,
            Self::Other(place, _) => *place,
            Self::Max => u8::MAX,
        }
    }
}

/// What is not a number sorts before all numbers, and there is one zero.
fn number(value: f64) -> Key {
    let value = match value {
        value if value.is_nan() => return Key::Number(i64::MIN),
        0.0 => 0.0,
        value => value,
    };
    let bits = value.to_bits().cast_signed();
    // Negative numbers have their bits the other way round.
    Key::Number(if bits < 0 { bits ^ i64::MAX } else { bits })
}

/// The place among the types that nobody stores on purpose.
fn place(kind: ElementType) -> u8 {
    match kind {
        ElementType::Timestamp => 11,
        ElementType::RegularExpression => 12,
        ElementType::DbPointer => 13,
        ElementType::JavaScriptCode => 14,
        _ => 15,
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, doc};

    use super::*;

    fn key(value: impl Into<Bson>) -> Key {
        let document = doc! { "it": value };
        let raw = mongodb::bson::RawDocumentBuf::try_from(&document).unwrap();
        Key::of(raw.get("it").unwrap().unwrap())
    }

    #[test]
    fn numbers_of_different_types_are_equal() {
        assert_eq!(key(5), key(5.0));
        assert_eq!(key(5), key(5_i64));
        assert_eq!(key(0.0), key(-0.0));
        assert_eq!(
            key(30),
            key("30".parse::<mongodb::bson::Decimal128>().unwrap())
        );
        assert_eq!(key(f64::NAN), key(f64::NAN));
        assert_ne!(key(1), key(true));
        assert_ne!(key(1), key("1"));
    }

    #[test]
    fn the_order_is_that_of_the_database() {
        let ascending = [
            key(Bson::MinKey),
            key(Bson::Null),
            key(f64::NAN),
            key(-5.5),
            key(-5),
            key(0),
            key(3.5),
            key(""),
            key("a"),
            key(doc! { "a": 1 }),
            key(doc! { "a": 2 }),
            key(doc! { "a": "text" }),
            key(vec![1]),
            key(false),
            key(true),
            key(mongodb::bson::DateTime::from_millis(-1)),
            key(mongodb::bson::DateTime::from_millis(1)),
            key(Bson::MaxKey),
        ];
        assert!(ascending.is_sorted());
    }

    #[test]
    fn fields_in_another_order_are_another_document() {
        assert_ne!(key(doc! { "a": 1, "b": 2 }), key(doc! { "b": 2, "a": 1 }));
    }
}
