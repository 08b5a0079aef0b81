//! Facts about what the workspace tells people: notices, contacts, and what it asks newcomers.
//!
//! Of a notice only an outline is read: whether it is the text that a release starts with, and
//! whether it names a contact.

use std::collections::BTreeMap;

use super::{Absent, Context, Fact, Family, Kind, Spec, not_applicable, unknown};
use crate::catalogue::{self, Default, Life};
use crate::settings::Effective;
use crate::value::Value;

const TERMS: &str = "Layout_Terms_of_Service";
const PRIVACY: &str = "Layout_Privacy_Policy";
const LEGAL: &str = "Layout_Legal_Notice";

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "notice.terms",
            kind: Kind::Word,
            about: "Whether the terms of service are the placeholder that is shipped, or the operator's own.",
            derive: |context| Ok(Value::from(notice(context, TERMS)?.word())),
        },
        Spec {
            id: "notice.privacy",
            kind: Kind::Word,
            about: "Whether the privacy policy is the placeholder that is shipped, or the operator's own.",
            derive: |context| Ok(Value::from(notice(context, PRIVACY)?.word())),
        },
        Spec {
            id: "notice.legal",
            kind: Kind::Word,
            about: "Whether the legal notice is the placeholder that is shipped, or the operator's own.",
            derive: |context| Ok(Value::from(notice(context, LEGAL)?.word())),
        },
        Spec {
            id: "notice.login_terms",
            kind: Kind::Word,
            about: "What stands in the setting for the sentence on the login page.",
            derive: |context| Ok(Value::from(notice(context, "Layout_Login_Terms")?.word())),
        },
        Spec {
            id: "notice.legal_contact",
            kind: Kind::Flag,
            about: "Whether the legal notice names a mail address or a telephone number.",
            derive: |context| Ok(Value::Bool(notice(context, LEGAL)?.has_contact(LEGAL)?)),
        },
        Spec {
            id: "notice.contacts",
            kind: Kind::List,
            about: "Where outsiders find a contact of the operator.",
            derive: contacts,
        },
        Spec {
            id: "notice.vendor_contacts",
            kind: Kind::List,
            about: "Notices that send people to the vendor's own channels for requests.",
            derive: vendor_contacts,
        },
        Spec {
            id: "notice.age_fields",
            kind: Kind::List,
            about: "Required fields of a profile that ask for age or consent.",
            derive: age_fields,
        },
    ],
};

/// A text for people, in outline.
enum Notice {
    Empty,
    /// White space only or null: nothing to read, and yet not empty for the server.
    Blank,
    Shipped,
    Own(BTreeMap<String, Value>),
}

impl Notice {
    fn word(&self) -> &'static str {
        match self {
            Self::Empty => "none",
            Self::Blank => "blank",
            Self::Shipped => "shipped",
            Self::Own(_) => "own",
        }
    }

    fn has(&self, part: &str) -> bool {
        match self {
            Self::Own(parts) => parts.get(part) == Some(&Value::Bool(true)),
            _ => false,
        }
    }

    /// Whether it names a contact that is not known to be the vendor's.
    fn has_contact(&self, id: &str) -> Result<bool, Absent> {
        if self.has("contact") && self.has("vendor_contact") {
            return unknown(format!(
                "{id} names a channel of the vendor; whether it also names one of the operator's \
                 was not read"
            ));
        }
        Ok(self.has("contact"))
    }
}

fn notice(context: &Context<'_>, id: &str) -> Result<Notice, Absent> {
    let is_stored = context.settings.stored().contains_key(id);
    match context.settings.get(id).effective {
        Effective::Value(Value::Text(text)) if text.is_empty() => Ok(Notice::Empty),
        Effective::Value(Value::Null) => Ok(Notice::Blank),
        Effective::Value(Value::Text(text)) if text.trim().is_empty() => Ok(Notice::Blank),
        Effective::Value(Value::Text(_)) if !is_stored => Ok(Notice::Shipped),
        Effective::Value(Value::Map(parts)) => {
            if parts.get("default") == Some(&Value::Bool(false)) {
                Ok(Notice::Own(parts))
            } else {
                Ok(Notice::Shipped)
            }
        }
        Effective::Value(other) => unknown(format!(
            "{id} is a {} that was not read in outline",
            other.kind()
        )),
        Effective::Unknown { .. }
            if context.settings.left_out(id).is_none()
                && !is_stored
                && starts_with_text(context, id) =>
        {
            Ok(Notice::Shipped)
        }
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

/// Whether the running version starts with a text that the catalogue knows by its digest alone.
fn starts_with_text(context: &Context<'_>, id: &str) -> bool {
    let life = catalogue::find(id).map(|it| it.life(&context.server.version));
    matches!(life, Some(Life::Defined(span)) if matches!(span.default, Default::Digest(_)))
}

fn contacts(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    let mut unread = None;
    for (id, words) in [(LEGAL, "the legal notice"), (PRIVACY, "the privacy policy")] {
        match notice(context, id).and_then(|it| it.has_contact(id)) {
            Ok(true) => found.push(words),
            Ok(false) => {}
            Err(why) => unread = Some(why),
        }
    }
    match context.settings.get("Organization_Email").effective {
        Effective::Value(Value::Map(parts)) if parts.contains_key("domain") => {
            found.push("the organisation's mail address");
        }
        Effective::Value(_) | Effective::NotInVersion { .. } => {}
        Effective::Unknown { why } => unread = Some(Absent::Unknown(why)),
    }
    match unread {
        Some(why) if found.is_empty() => Err(why),
        _ => Ok(found.into_iter().collect()),
    }
}

fn vendor_contacts(context: &Context<'_>) -> Fact {
    let mut own = false;
    let mut found = Vec::new();
    for id in [PRIVACY, TERMS, LEGAL] {
        let notice = notice(context, id)?;
        own |= matches!(notice, Notice::Own(_));
        if notice.has("vendor_contact") {
            found.push(id);
        }
    }
    if own {
        Ok(found.into_iter().collect())
    } else {
        not_applicable("the operator wrote no notice")
    }
}

fn age_fields(context: &Context<'_>) -> Fact {
    let required = match context.settings.get("Accounts_CustomFields").effective {
        Effective::Value(Value::List(names)) => names,
        Effective::Value(Value::Text(text)) if text.trim().is_empty() => Vec::new(),
        // The server takes what it can't parse for no fields at all, but which of the two a reader
        // has before him is not certain.
        Effective::Value(Value::Null) => {
            return unknown("Accounts_CustomFields holds no JSON object");
        }
        Effective::Value(other) => {
            return unknown(format!("Accounts_CustomFields is a {}", other.kind()));
        }
        Effective::NotInVersion { why } | Effective::Unknown { why } => return unknown(why),
    };
    let wanted = context.parameters.list("age_fields");
    Ok(required
        .iter()
        .filter_map(Value::as_text)
        .filter(|name| wanted.iter().any(|it| it.eq_ignore_ascii_case(name)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, is_not_applicable, is_unknown, list};
    use super::*;
    use crate::reduction;

    fn read(id: &str, text: &str) -> Value {
        reduction::text(id, reduction::of(id, None), text, false)
    }

    fn with(id: &str, text: &str) -> Given {
        Given::new().setting(id, read(id, text))
    }

    #[test]
    fn a_placeholder_is_not_the_operators_word() {
        let placeholder =
            "Privacy Policy <br> Go to APP SETTINGS &rarr; Layout to customize this page.";
        for (text, word) in [
            ("", "none"),
            (" ", "blank"),
            (placeholder, "shipped"),
            ("We keep little.", "own"),
        ] {
            assert_eq!(
                with(PRIVACY, text).derive("notice.privacy"),
                Ok(Value::from(word))
            );
        }
        assert_eq!(
            Given::new().derive("notice.privacy"),
            Ok(Value::from("shipped"))
        );
        let null = Given::new().setting(PRIVACY, Value::Null);
        assert_eq!(null.derive("notice.privacy"), Ok(Value::from("blank")));
        let odd = Given::new().setting(PRIVACY, true);
        assert!(is_unknown(&odd.derive("notice.privacy")));
    }

    #[test]
    fn an_absent_sentence_is_the_one_of_its_release() {
        let word = |version| Given::new().version(version).derive("notice.login_terms");
        assert_eq!(word("5.4.4"), Ok(Value::from("shipped")));
        assert_eq!(word("6.13.0"), Ok(Value::from("none")));
    }

    #[test]
    fn a_channel_of_the_vendor_is_no_contact_of_the_operator() {
        let id = "notice.legal_contact";
        assert_eq!(
            with(LEGAL, "Call +49 30 1234567").derive(id),
            Ok(Value::Bool(true))
        );
        assert_eq!(with(LEGAL, "Clinic").derive(id), Ok(Value::Bool(false)));
        assert_eq!(Given::new().derive(id), Ok(Value::Bool(false)));
        assert!(is_unknown(
            &with(LEGAL, "Write to privacy@rocket.chat").derive(id)
        ));
    }

    #[test]
    fn contacts_are_gathered_from_all_places() {
        let id = "notice.contacts";
        assert_eq!(Given::new().derive(id), list(&[]));
        let mail = "Organization_Email";
        assert_eq!(
            with(mail, "dpo@clinic.example").derive(id),
            list(&["the organisation's mail address"])
        );
        assert_eq!(with(mail, "nonsense").derive(id), list(&[]));
        assert_eq!(Given::new().setting(mail, true).derive(id), list(&[]));
        assert_eq!(
            with(LEGAL, "office@clinic.example").derive(id),
            list(&["the legal notice"])
        );
        assert!(is_unknown(&with(PRIVACY, "dpo@rocket.chat").derive(id)));
    }

    #[test]
    fn copied_channels_are_named() {
        let id = "notice.vendor_contacts";
        assert!(is_not_applicable(&Given::new().derive(id)));
        assert_eq!(
            with(PRIVACY, "https://survey.zoho.com/x").derive(id),
            list(&[PRIVACY])
        );
        assert_eq!(with(TERMS, "Be kind.").derive(id), list(&[]));
    }

    #[test]
    fn only_required_fields_of_the_list_count() {
        let id = "notice.age_fields";
        let fields = "Accounts_CustomFields";
        let found = |text: &str| with(fields, text).derive(id);
        assert_eq!(
            found(r#"{"Birthdate":{"required":true},"ward":{"required":true}}"#),
            list(&["Birthdate"])
        );
        assert_eq!(found(r#"{"birthdate":{"required":false}}"#), list(&[]));
        assert_eq!(found(r#"{"language":{"required":true}}"#), list(&[]));
        assert_eq!(Given::new().derive(id), list(&[]));
        assert!(is_unknown(&found("{ age: required }")));
    }
}
