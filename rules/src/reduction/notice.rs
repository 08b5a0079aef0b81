//! Texts for people, in outline: whether there is one, whose it is, and what it names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::catalogue::{self, Default, Fixed};
use crate::server;
use crate::value::Value;

/// A mail address or a telephone number.
static CONTACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|\+?[0-9][0-9 ()/.-]{6,}[0-9]").ok()
});

/// The vendor's own ways to be asked, which a copied policy would name.
const VENDOR: &[&str] = &["privacy@rocket.chat", "dpo@rocket.chat", "survey.zoho"];

/// A text for people, reduced: `{default, contact, vendor_contact, length}`; an empty text for an
/// empty one and a blank for blanks. `default` says whether it equals the text that any known release
/// starts with.
pub(super) fn reduce(id: &str, text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::from(if text.is_empty() { "" } else { " " });
    }
    let lower = text.to_lowercase();
    let contact = CONTACT.as_ref().is_some_and(|it| it.is_match(text));
    let vendor = VENDOR.iter().any(|channel| lower.contains(channel));
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    Value::Map(BTreeMap::from([
        ("default".to_owned(), Value::Bool(is_shipped(id, text))),
        ("contact".to_owned(), Value::Bool(contact)),
        ("vendor_contact".to_owned(), Value::Bool(vendor)),
        ("length".to_owned(), Value::Int(length)),
    ]))
}

/// Whether a release ships the setting with this text. The default stored beside a value is often
/// that of an older release, so all known ones count.
fn is_shipped(id: &str, text: &str) -> bool {
    let shipped = |default: Default| match default {
        Default::Value(Fixed::Text(default)) => default.trim() == text.trim(),
        Default::Digest(digest) => digest == server::digest(text),
        _ => false,
    };
    catalogue::find(id).is_some_and(|it| it.spans.iter().any(|span| shipped(span.default)))
}

/// The names of the required fields in the JSON text of custom fields: a list, sorted; nothing but
/// `null` where the text is no JSON object.
pub(super) fn required_fields(text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::from("");
    }
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(text) else {
        return Value::Null;
    };
    let mut names: Vec<String> = fields
        .into_iter()
        .filter(|(_, field)| {
            field.get("required").and_then(serde_json::Value::as_bool) == Some(true)
        })
        .map(|(name, _)| name)
        .collect();
    names.sort();
    names.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, name: &str) -> Option<bool> {
        match reduce("Layout_Legal_Notice", text) {
            Value::Map(parts) => parts.get(name).and_then(Value::as_bool),
            _ => None,
        }
    }

    #[test]
    fn a_shipped_text_is_recognised_whatever_release_it_came_from() {
        let shipped = "Legal Notice <br> Go to APP SETTINGS -> Layout to customize this page.";
        assert_eq!(part(shipped, "default"), Some(true));
        assert_eq!(part("Clinic, +49 30 1234567", "default"), Some(false));
    }

    #[test]
    fn a_contact_is_a_mail_address_or_a_number() {
        assert_eq!(
            part("Write to privacy@clinic.example", "contact"),
            Some(true)
        );
        assert_eq!(part("Call +49 (30) 123 45 67", "contact"), Some(true));
        assert_eq!(part("In 2023 we had 12 wards", "contact"), Some(false));
        assert_eq!(
            part("Ask Privacy@Rocket.Chat", "vendor_contact"),
            Some(true)
        );
    }

    #[test]
    fn nothing_of_the_text_itself_is_kept() {
        let value = reduce("Layout_Privacy_Policy", "canary");
        assert!(!serde_json::to_string(&value).unwrap().contains("canary"));
        assert_eq!(reduce("Layout_Privacy_Policy", ""), Value::from(""));
        assert_eq!(reduce("Layout_Privacy_Policy", " \n"), Value::from(" "));
    }

    #[test]
    fn only_names_of_required_fields_are_kept() {
        let text =
            r#"{"age":{"type":"text","required":true},"note":{"required":false,"x":"canary"}}"#;
        assert_eq!(required_fields(text), ["age"].into_iter().collect());
        assert_eq!(required_fields("{ not json"), Value::Null);
    }
}
