//! Filters on a document in memory, with the meaning that MongoDB gives them.

use rc_audit_rules::query::{Filter, Literal};
use regex::{Regex, RegexBuilder};

use crate::mongo::bson::{RawBsonRef, RawDocument};
use crate::mongo::value as decode;

/// A filter, its expressions compiled.
#[derive(Debug)]
pub(super) enum Matcher {
    Any,
    All(Vec<Matcher>),
    Either(Vec<Matcher>),
    Is(&'static str, Literal),
    IsNot(&'static str, Literal),
    OneOf(&'static str, Vec<Literal>),
    Exists(&'static str),
    Missing(&'static str),
    Filled(&'static str),
    Matches(&'static str, Option<Regex>),
    Element(&'static str, Box<Matcher>),
    OfType(&'static str, &'static str),
    Located(&'static str),
}

impl Matcher {
    pub(super) fn new(filter: &Filter) -> Self {
        let each = |parts: &[Filter]| parts.iter().map(Self::new).collect();
        match filter {
            Filter::Any => Self::Any,
            Filter::All(parts) => Self::All(each(parts)),
            Filter::Either(parts) => Self::Either(each(parts)),
            Filter::Is(path, literal) => Self::Is(path, *literal),
            Filter::IsNot(path, literal) => Self::IsNot(path, *literal),
            Filter::OneOf(path, literals) => Self::OneOf(path, literals.clone()),
            Filter::Exists(path) => Self::Exists(path),
            Filter::Missing(path) => Self::Missing(path),
            Filter::Filled(path) => Self::Filled(path),
            Filter::Matches(path, expression) => Self::Matches(
                path,
                RegexBuilder::new(expression)
                    .case_insensitive(true)
                    .build()
                    .ok(),
            ),
            Filter::Element(path, filter) => Self::Element(path, Box::new(Self::new(filter))),
            Filter::OfType(path, kind) => Self::OfType(path, kind),
            Filter::Located(path) => Self::Located(path),
        }
    }

    /// Whether a document meets it.
    pub(super) fn meets(&self, document: &RawDocument) -> bool {
        match self {
            Self::Any => true,
            Self::All(parts) => parts.iter().all(|part| part.meets(document)),
            Self::Either(parts) => parts.iter().any(|part| part.meets(document)),
            Self::Is(path, literal) => any(document, path, &mut |value| same(value, *literal)),
            Self::IsNot(path, literal) => !any(document, path, &mut |value| same(value, *literal)),
            Self::OneOf(path, literals) => any(document, path, &mut |value| {
                literals.iter().any(|literal| same(value, *literal))
            }),
            Self::Exists(path) => exists(document, path),
            Self::Missing(path) => !exists(document, path),
            Self::Filled(path) => {
                exists(document, path)
                    && !any(document, path, &mut |value| {
                        matches!(value, RawBsonRef::Null | RawBsonRef::Undefined)
                            || value.as_str() == Some("")
                    })
            }
            Self::Matches(path, expression) => any(document, path, &mut |value| {
                expression
                    .as_ref()
                    .zip(value.as_str())
                    .is_some_and(|(expression, text)| expression.is_match(text))
            }),
            Self::Element(path, filter) => any(document, path, &mut |value| match value {
                RawBsonRef::Document(element) => filter.meets(element),
                _ => false,
            }),
            Self::OfType(path, kind) => {
                any(document, path, &mut |value| decode(value).kind() == *kind)
            }
            Self::Located(path) => any(document, path, &mut |value| match value {
                RawBsonRef::Document(place) => {
                    place.get_str("type").is_ok() && place.get_array("coordinates").is_ok()
                }
                _ => false,
            }),
        }
    }
}

/// Whether the value at a path, or one of its items if it is a list, meets a test. A missing value
/// meets none.
fn any(document: &RawDocument, path: &str, test: &mut dyn FnMut(RawBsonRef<'_>) -> bool) -> bool {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let Ok(Some(value)) = document.get(first) else {
        return false;
    };
    match (value, rest) {
        (RawBsonRef::Array(items), None) => {
            items.into_iter().filter_map(Result::ok).any(&mut *test) || test(value)
        }
        (value, None) => test(value),
        (RawBsonRef::Document(inner), Some(rest)) => any(inner, rest, test),
        (RawBsonRef::Array(items), Some(rest)) => {
            items.into_iter().filter_map(Result::ok).any(|item| {
                item.as_document()
                    .is_some_and(|inner| any(inner, rest, test))
            })
        }
        _ => false,
    }
}

fn exists(document: &RawDocument, path: &str) -> bool {
    any(document, path, &mut |_| true) || is_empty_list(document, path)
}

/// An empty list is there, though it has no item.
fn is_empty_list(document: &RawDocument, path: &str) -> bool {
    matches!(find(document, path), Some(RawBsonRef::Array(_)))
}

fn same(value: RawBsonRef<'_>, literal: Literal) -> bool {
    match literal {
        Literal::Bool(wanted) => value.as_bool() == Some(wanted),
        Literal::Text(wanted) => value.as_str() == Some(wanted),
    }
}

/// The value at a path through documents.
pub(super) fn find<'a>(document: &'a RawDocument, path: &str) -> Option<RawBsonRef<'a>> {
    match path.split_once('.') {
        None => document.get(path).ok().flatten(),
        Some((first, rest)) => match document.get(first).ok()?? {
            RawBsonRef::Document(inner) => find(inner, rest),
            _ => None,
        },
    }
}

/// Whether the value at a path, or an item if it is a list, is neither null nor an empty text.
pub(super) fn any_filled(document: &RawDocument, path: &str) -> bool {
    any(document, path, &mut |value| match value {
        RawBsonRef::Null | RawBsonRef::Undefined | RawBsonRef::Array(_) => false,
        value => value.as_str() != Some(""),
    })
}

/// Every text at a path, seeing through lists.
pub(super) fn texts(document: &RawDocument, path: &str, into: &mut dyn FnMut(&str)) {
    any(document, path, &mut |value| {
        if let Some(text) = value.as_str() {
            into(text);
        }
        false
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mongo::bson::RawDocumentBuf;

    fn document(json: &str) -> RawDocumentBuf {
        let document: crate::mongo::bson::Document = serde_json::from_str(json).unwrap();
        RawDocumentBuf::try_from(&document).unwrap()
    }

    fn meets(filter: &Filter, json: &str) -> bool {
        Matcher::new(filter).meets(&document(json))
    }

    #[test]
    fn lists_are_seen_through() {
        let admin = Filter::Is("roles", Literal::Text("admin"));
        assert!(meets(&admin, r#"{"roles":["user","admin"]}"#));
        assert!(!meets(&admin, r#"{"roles":[]}"#));
        let vendor = Filter::Matches("emails.address", r"@rocket\.chat$");
        assert!(meets(
            &vendor,
            r#"{"emails":[{"address":"a@x.org"},{"address":"B@Rocket.Chat"}]}"#
        ));
        assert!(!meets(&vendor, r#"{"emails":[{"address":"a@x.org"}]}"#));
    }

    #[test]
    fn a_missing_field_is_not_something() {
        let not_false = Filter::IsNot("active", Literal::Bool(false));
        assert!(meets(&not_false, "{}"));
        assert!(meets(&not_false, r#"{"active":"false"}"#));
        assert!(!meets(&not_false, r#"{"active":false}"#));
        assert!(meets(&Filter::Missing("t"), "{}"));
        assert!(!meets(&Filter::Missing("t"), r#"{"t":null}"#));
        assert!(meets(&Filter::Exists("a.b"), r#"{"a":{"b":null}}"#));
        assert!(meets(&Filter::Exists("a"), r#"{"a":[]}"#));
        assert!(!meets(&Filter::Exists("a.b"), r#"{"a":{}}"#));
    }

    #[test]
    fn filled_is_neither_null_nor_empty() {
        let filled = Filter::Filled("msg");
        assert!(meets(&filled, r#"{"msg":"x"}"#));
        for json in ["{}", r#"{"msg":""}"#, r#"{"msg":null}"#] {
            assert!(!meets(&filled, json), "{json}");
        }
    }

    #[test]
    fn one_element_has_to_meet_all() {
        let both = Filter::Element(
            "tokens",
            Box::new(Filter::All(vec![
                Filter::Is("type", Literal::Text("p")),
                Filter::Is("bypass", Literal::Bool(true)),
            ])),
        );
        assert!(meets(&both, r#"{"tokens":[{"type":"p","bypass":true}]}"#));
        assert!(!meets(
            &both,
            r#"{"tokens":[{"type":"p"},{"type":"s","bypass":true}]}"#
        ));
    }
}
