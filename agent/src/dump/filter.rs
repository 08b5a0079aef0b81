//! Filters on a document in memory, with the meaning that MongoDB gives them.

use std::sync::OnceLock;

use rc_audit_rules::query::{Filter, Literal};
use regex::{Regex, RegexBuilder};

use super::path::{any, whole};
use crate::mongo::bson::{RawBsonRef, RawDocument};
use crate::mongo::value as decode;

/// A filter, its expressions compiled when a document first meets them.
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
    Matches(&'static str, Expression),
    Element(&'static str, Box<Matcher>),
    OfType(&'static str, &'static str),
    Located(&'static str),
}

/// A regular expression, upper and lower case alike. Each folder of a dump is read with matchers of its
/// own, and few have a document that needs one, so it is compiled when one comes.
#[derive(Debug)]
pub(super) struct Expression {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    fn new(text: &'static str) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    fn is_match(&self, text: &str) -> bool {
        let compile = || {
            let mut builder = RegexBuilder::new(self.text);
            builder.case_insensitive(true).build().ok()
        };
        let compiled = self.compiled.get_or_init(compile);
        compiled.as_ref().is_some_and(|it| it.is_match(text))
    }
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
            Filter::Matches(path, text) => Self::Matches(path, Expression::new(text)),
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
            Self::Is(path, literal) => is_one(document, path, &[*literal]),
            Self::IsNot(path, literal) => !is_one(document, path, &[*literal]),
            Self::OneOf(path, literals) => is_one(document, path, literals),
            Self::Exists(path) => exists(document, path),
            Self::Missing(path) => !exists(document, path),
            Self::Filled(path) => {
                exists(document, path)
                    && !any(document, path, &mut |value| match value {
                        None | Some(RawBsonRef::Null | RawBsonRef::Undefined) => true,
                        Some(value) => value.as_str() == Some(""),
                    })
            }
            Self::Matches(path, expression) => any(document, path, &mut |value| {
                value
                    .and_then(RawBsonRef::as_str)
                    .is_some_and(|text| expression.is_match(text))
            }),
            Self::Element(path, filter) => whole(document, path, &mut |value| match value {
                Some(RawBsonRef::Array(items)) => {
                    let mut documents = items
                        .into_iter()
                        .filter_map(|item| item.ok()?.as_document());
                    documents.any(|element| filter.meets(element))
                }
                _ => false,
            }),
            Self::OfType(path, kind) => any(document, path, &mut |value| {
                value.is_some_and(|value| decode(value).kind() == *kind)
            }),
            Self::Located(path) => any(document, path, &mut |value| match value {
                Some(RawBsonRef::Document(place)) => {
                    place.get_str("type").is_ok() && place.get_array("coordinates").is_ok()
                }
                _ => false,
            }),
        }
    }
}

fn exists(document: &RawDocument, path: &str) -> bool {
    any(document, path, &mut |value| value.is_some())
}

fn is_one(document: &RawDocument, path: &str, literals: &[Literal]) -> bool {
    any(document, path, &mut |value| {
        value.is_some_and(|value| literals.iter().any(|literal| same(value, *literal)))
    })
}

fn same(value: RawBsonRef<'_>, literal: Literal) -> bool {
    match literal {
        Literal::Bool(wanted) => value.as_bool() == Some(wanted),
        Literal::Text(wanted) => value.as_str() == Some(wanted),
    }
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
        for json in [
            "{}",
            r#"{"msg":""}"#,
            r#"{"msg":null}"#,
            r#"{"msg":["x",""]}"#,
        ] {
            assert!(!meets(&filled, json), "{json}");
        }
        let inner = Filter::Filled("a.b");
        assert!(meets(&inner, r#"{"a":[{"b":1},5]}"#));
        assert!(!meets(&inner, r#"{"a":[{"b":1},{}]}"#));
        assert!(!meets(&inner, r#"{"a":[5]}"#));
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
        let alone = r#"{"tokens":{"type":"p","bypass":true}}"#;
        assert!(!meets(&both, alone), "it is no element of a list");
    }
}
