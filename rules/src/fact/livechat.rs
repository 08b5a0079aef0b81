//! Facts about omnichannel: whether it is used, and what it keeps of visitors.
//!
//! Visitors are no users: they have a record of their own, since 7.x also a contact, and the pages
//! they looked at are stored as hidden messages. Those are meant to expire after a month, but the
//! time is written as a number where the database removes only by dates, and is taken off again
//! once a visitor gives a name. Source: `savePageHistory`, `onNewRoom` and the hooks of the server,
//! 3.18 to 6.14.

use std::collections::BTreeSet;

use super::subject_rights::older;
use super::{Context, Fact, Family, Kind, Spec, decided, unknown};
use crate::address;
use crate::logic::Truth;
use crate::place;
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Visitors, and what is stored of their connection.
pub const VISITORS: &str = "livechat.visitors";
/// Visitors by the day of their last conversation.
pub const VISITOR_DAYS: &str = "livechat.visitor_days";
/// Contacts by the day of their last conversation.
pub const CONTACT_DAYS: &str = "livechat.contact_days";
/// Pages that visitors looked at, and those that expire.
pub const PAGES: &str = "livechat.pages";
/// Mailboxes whose mail becomes conversations.
pub const INBOXES: &str = "livechat.inboxes";
/// Pages that visitors looked at, by day.
pub const PAGE_DAYS: &str = "livechat.page_days";

/// The switches that send something to the webhook.
const EVENTS: &[&str] = &[
    "Livechat_webhook_on_agent_message",
    "Livechat_webhook_on_capture",
    "Livechat_webhook_on_chat_queued",
    "Livechat_webhook_on_chat_taken",
    "Livechat_webhook_on_close",
    "Livechat_webhook_on_forward",
    "Livechat_webhook_on_offline_msg",
    "Livechat_webhook_on_start",
    "Livechat_webhook_on_visitor_message",
];
/// The address that events go to.
const WEBHOOK: &str = "Livechat_webhookUrl";
/// The address that is asked for an agent, with the department, where routing is done outside.
const QUEUE: &str = "Livechat_External_Queue_URL";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "livechat.recent_visitors",
            kind: Kind::Number("visitors"),
            about: "Visitors whose last conversation is no older than livechat_days.",
            derive: |context| {
                let tally = context.tally(VISITOR_DAYS)?;
                let days = context.parameters.number("livechat_days");
                let dated = tally.counts.iter().filter(|(day, _)| !day.is_empty());
                let dated: u64 = dated.map(|(_, count)| count).sum();
                Ok(Value::from(
                    dated.saturating_sub(context.older_than(days, tally)),
                ))
            },
        },
        Spec {
            id: "livechat.in_use",
            kind: Kind::Flag,
            about: "Whether omnichannel is on and has had a visitor.",
            derive: |context| {
                Ok(Value::Bool(
                    context.on("Livechat_enabled")? && context.count(VISITORS, "all")? > 0,
                ))
            },
        },
        Spec {
            id: "livechat.present",
            kind: Kind::Flag,
            about: "Whether omnichannel is on or has left visitors, contacts or their page views.",
            derive: present,
        },
        Spec {
            id: "livechat.visitors_with_connection",
            kind: Kind::Number("visitors"),
            about: "Visitors whose record holds an address of the network or a browser.",
            derive: |context| Ok(Value::from(context.count(VISITORS, "connection")?)),
        },
        Spec {
            id: "livechat.old_records",
            kind: Kind::Number("records"),
            about: "Visitors and contacts whose last conversation is older than livechat_days.",
            derive: old_records,
        },
        Spec {
            id: "livechat.old_pages",
            kind: Kind::Number("page views"),
            about: "Page views of visitors that are older than page_history_days.",
            derive: |context| {
                let days = context.parameters.number("page_history_days");
                older(context, context.tally(PAGE_DAYS)?, days).map(Value::from)
            },
        },
        Spec {
            id: "livechat.lasting_pages",
            kind: Kind::Number("page views"),
            about: "Page views of visitors without a date of expiry, so never removed.",
            derive: |context| {
                let all = context.count(PAGES, "all")?;
                let dated = context.count(PAGES, "expiring")?;
                Ok(Value::from(all.saturating_sub(dated)))
            },
        },
        Spec {
            id: "livechat.consent_text",
            kind: Kind::Word,
            about: "Whose contact stands in the text that visitors accept; empty without a text.",
            derive: consent_text,
        },
        Spec {
            id: "livechat.domains",
            kind: Kind::List,
            about: "Hosts to whose pages the widget is restricted.",
            derive: |context| match context
                .settings
                .get("Livechat_AllowedDomainsList")
                .effective
            {
                Effective::Value(Value::Text(text)) => Ok(text
                    .split(',')
                    .map(str::trim)
                    .filter(|host| !host.is_empty())
                    .collect()),
                Effective::Value(Value::Null) => Ok(Value::List(Vec::new())),
                Effective::Value(other) => unknown(format!(
                    "Livechat_AllowedDomainsList is a {} and no text",
                    other.kind()
                )),
                Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
            },
        },
        Spec {
            id: "livechat.receivers",
            kind: Kind::List,
            about: "Settings with an address outside that conversations make the server call.",
            derive: |context| {
                let mut found = Vec::new();
                for id in [WEBHOOK, QUEUE] {
                    if decided(sends(context, id), || {
                        format!("whether {id} is used could not be decided")
                    })? {
                        found.push(id);
                    }
                }
                Ok(found.into_iter().collect())
            },
        },
        Spec {
            id: "livechat.receivers_inside",
            kind: Kind::List,
            about: "Those of these settings whose address is own or approved, or can't be told.",
            derive: |context| {
                let mut found = Vec::new();
                for id in [WEBHOOK, QUEUE] {
                    let text = context.settings.text(id).unwrap_or_default();
                    let place = place::of(context, &text);
                    if !sends(context, id).is_false() && place.is_none_or(place::Place::is_accepted)
                    {
                        found.push(id);
                    }
                }
                Ok(found.into_iter().collect())
            },
        },
        Spec {
            id: "livechat.inboxes",
            kind: Kind::Number("mailboxes"),
            about: "Mailboxes whose mail becomes conversations.",
            derive: |context| Ok(Value::from(context.count(INBOXES, "active")?)),
        },
        Spec {
            id: "livechat.inboxes_off",
            kind: Kind::Number("mailboxes"),
            about: "Such mailboxes that are switched off.",
            derive: |context| {
                let all = context.count(INBOXES, "all")?;
                let active = context.count(INBOXES, "active")?;
                Ok(Value::from(all.saturating_sub(active)))
            },
        },
        Spec {
            id: "livechat.receiver_problems",
            kind: Kind::List,
            about: "What is wrong with the addresses that conversations make the server call.",
            derive: receiver_problems,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    const CONTACT: &[&str] = &["lastChat.ts", "_updatedAt", "ts"];
    let by_day = |id, collection, days| Query {
        id,
        collection,
        filter: Filter::Any,
        take: Take::by_day(days),
        reach: Reach::Whole,
    };
    let page_views = || Filter::Is("t", Literal::Text("livechat_navigation_history"));
    vec![
        Query {
            id: VISITORS,
            collection: "rocketchat_livechat_visitor",
            filter: Filter::Any,
            take: Take::Counts(vec![
                ("all", Filter::Any),
                (
                    "connection",
                    Filter::Either(vec![
                        Filter::Filled("ip"),
                        Filter::Filled("userAgent"),
                        Filter::Filled("host"),
                    ]),
                ),
            ]),
            reach: Reach::Whole,
        },
        by_day(VISITOR_DAYS, "rocketchat_livechat_visitor", CONTACT),
        by_day(
            CONTACT_DAYS,
            "rocketchat_livechat_contact",
            &["lastChat.ts", "_updatedAt", "createdAt"],
        ),
        Query {
            id: INBOXES,
            collection: "rocketchat_email_inbox",
            filter: Filter::Any,
            take: Take::Counts(vec![
                ("all", Filter::Any),
                ("active", Filter::Is("active", Literal::Bool(true))),
            ]),
            reach: Reach::Whole,
        },
        Query {
            id: PAGES,
            collection: "rocketchat_message",
            filter: page_views(),
            take: Take::Counts(vec![
                ("all", Filter::Any),
                ("expiring", Filter::OfType("expireAt", "date")),
            ]),
            reach: Reach::Index("t"),
        },
        Query {
            id: PAGE_DAYS,
            collection: "rocketchat_message",
            filter: page_views(),
            take: Take::by_day(&["ts"]),
            reach: Reach::Index("t"),
        },
    ]
}

fn present(context: &Context<'_>) -> Fact {
    if context.on("Livechat_enabled")? {
        return Ok(Value::Bool(true));
    }
    let contacts = context.tally(CONTACT_DAYS)?;
    Ok(Value::Bool(
        context.count(VISITORS, "all")? > 0
            || context.count(PAGES, "all")? > 0
            || contacts.counts.values().any(|count| *count > 0),
    ))
}

fn old_records(context: &Context<'_>) -> Fact {
    let days = context.parameters.number("livechat_days");
    let in_one = |query| older(context, context.tally(query)?, days);
    match (in_one(VISITOR_DAYS), in_one(CONTACT_DAYS)) {
        (Ok(visitors), Ok(contacts)) => Ok(Value::from(visitors + contacts)),
        // What is found counts even where the other collection does not answer.
        (Ok(found), Err(why)) | (Err(why), Ok(found)) => {
            if found == 0 {
                Err(why)
            } else {
                Ok(Value::from(found))
            }
        }
        (Err(why), Err(_)) => Err(why),
    }
}

fn consent_text(context: &Context<'_>) -> Fact {
    let text = match context
        .settings
        .get("Livechat_data_processing_consent_text")
        .effective
    {
        Effective::Value(value) => value,
        Effective::NotInVersion { why } | Effective::Unknown { why } => return unknown(why),
    };
    let says = |name: &str| match &text {
        Value::Map(parts) => parts.get(name) == Some(&Value::Bool(true)),
        _ => false,
    };
    match &text {
        Value::Map(_) => Ok(Value::from(if says("vendor_contact") {
            "vendor"
        } else if says("contact") {
            "own"
        } else {
            "none"
        })),
        Value::Withheld(_) => unknown("the text was not read in outline"),
        // Anything else is shown as no text that a person could accept.
        _ => Ok(Value::from("")),
    }
}

/// Whether anything is sent to the address in a setting.
fn sends(context: &Context<'_>, id: &str) -> Truth {
    let used = if id == WEBHOOK {
        Truth::any(EVENTS.iter().map(|event| context.settings.truthy(event)))
    } else {
        match context.settings.get("Livechat_Routing_Method").effective {
            Effective::Value(method) => (method.as_text() == Some("External")).into(),
            Effective::NotInVersion { .. } => Truth::False,
            Effective::Unknown { .. } => Truth::Unknown,
        }
    };
    context.settings.is_set(id).and(used)
}

/// The problems of the addresses that are in use; where none is, of those that wait for a switch.
fn receiver_problems(context: &Context<'_>) -> Fact {
    let live: Vec<&str> = [WEBHOOK, QUEUE]
        .into_iter()
        .filter(|id| !sends(context, id).is_false())
        .collect();
    let judged = if live.is_empty() {
        vec![WEBHOOK, QUEUE]
    } else {
        live
    };
    let mut problems = BTreeSet::new();
    for id in judged {
        let text = match context.settings.get(id).effective {
            Effective::Value(Value::Text(text)) => text,
            // Releases before 3.x had the boolean false for an empty address.
            Effective::Value(value) if !value.truthy() => continue,
            Effective::Value(_) => {
                problems.insert(format!("{id} is no address"));
                continue;
            }
            Effective::NotInVersion { .. } => continue,
            Effective::Unknown { why } => return unknown(why),
        };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match place::of(context, text) {
            None => {
                problems.insert(format!("{id} is no address"));
            }
            Some(place) if !place.is_accepted() => {
                let host = address::host(text).unwrap_or_default();
                problems.insert(format!("{id} leads to {host}, which is not approved"));
            }
            Some(_) => {}
        }
        if address::scheme(text).as_deref() != Some("https") {
            problems.insert(format!("{id} is not https"));
        }
        let secret = if id == WEBHOOK {
            "Livechat_secret_token"
        } else {
            "Livechat_External_Queue_Token"
        };
        if !decided(context.settings.is_set(secret), || {
            format!("whether {secret} is set is not known")
        })? {
            problems.insert(format!(
                "{secret} is empty, so a receiver can't tell who sends"
            ));
        }
    }
    Ok(problems.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::Absent;
    use super::super::given::{Given, counts, tally};
    use super::*;

    fn on(given: Given, id: &str) -> Given {
        given.stored(id, r#"{"value":true,"type":"boolean"}"#)
    }

    fn text(given: Given, id: &str, text: &str) -> Given {
        let json = serde_json::json!({ "value": text, "type": "string" });
        given.stored(id, &json.to_string())
    }

    #[test]
    fn use_is_a_switch_and_a_visitor() {
        let visitors =
            |count| Given::new().answer(VISITORS, counts(&[("all", count), ("connection", 0)]));
        assert_eq!(
            visitors(0).derive("livechat.in_use"),
            Ok(Value::Bool(false))
        );
        assert_eq!(visitors(1).derive("livechat.in_use"), Ok(Value::Bool(true)));
        let off = visitors(1).stored("Livechat_enabled", r#"{"value":false}"#);
        assert_eq!(off.derive("livechat.in_use"), Ok(Value::Bool(false)));
        assert!(matches!(
            Given::new().derive("livechat.in_use"),
            Err(Absent::Unknown(_))
        ));
    }

    #[test]
    fn what_is_left_counts_as_present_when_it_is_off() {
        let off = |contacts: &[(&str, u64)]| {
            Given::new()
                .stored("Livechat_enabled", r#"{"value":false}"#)
                .answer(VISITORS, counts(&[("all", 0), ("connection", 0)]))
                .answer(PAGES, counts(&[("all", 0), ("expiring", 0)]))
                .answer(CONTACT_DAYS, tally(contacts))
                .derive("livechat.present")
        };
        assert_eq!(off(&[]), Ok(Value::Bool(false)));
        assert_eq!(off(&[("2026-10-01", 1)]), Ok(Value::Bool(true)));
    }

    #[test]
    fn ages_are_days_since_the_last_conversation() {
        let given = |contacts: &[(&str, u64)]| {
            Given::new()
                .answer(
                    VISITOR_DAYS,
                    tally(&[("2026-10-31", 4), ("2025-11-01", 2), ("2025-10-31", 3)]),
                )
                .answer(CONTACT_DAYS, tally(contacts))
        };
        let found = |contacts, id| given(contacts).derive(id);
        assert_eq!(found(&[], "livechat.old_records"), Ok(Value::Int(3)));
        assert_eq!(
            found(&[("2024-01-01", 1), ("", 5)], "livechat.old_records"),
            Ok(Value::Int(4))
        );
        assert_eq!(found(&[], "livechat.recent_visitors"), Ok(Value::Int(6)));
        let undated = Given::new()
            .answer(VISITOR_DAYS, tally(&[]))
            .answer(CONTACT_DAYS, tally(&[("", 5)]));
        assert!(undated.derive("livechat.old_records").is_err());
    }

    #[test]
    fn only_a_date_lets_a_page_view_expire() {
        let given = Given::new().answer(PAGES, counts(&[("all", 7), ("expiring", 2)]));
        assert_eq!(given.derive("livechat.lasting_pages"), Ok(Value::Int(5)));
    }

    #[test]
    fn a_list_of_blanks_allows_every_page() {
        let list = |hosts| text(Given::new(), "Livechat_AllowedDomainsList", hosts);
        assert!(list(" , ,").list("livechat.domains").is_empty());
        assert_eq!(
            list("a.example , b.example").list("livechat.domains"),
            ["a.example", "b.example"]
        );
    }

    #[test]
    fn an_address_without_an_event_is_not_in_use() {
        let stored = || text(Given::new(), WEBHOOK, "https://crm.example.org");
        assert!(stored().list("livechat.receivers").is_empty());
        let live = on(stored(), "Livechat_webhook_on_close");
        assert_eq!(live.list("livechat.receivers"), [WEBHOOK]);
    }

    #[test]
    fn a_receiver_is_approved_encrypted_and_knows_the_sender() {
        let problems = |address: &str| {
            let given = text(Given::new(), WEBHOOK, address)
                .parameter("approved_hosts = ['crm.example.org']");
            on(given, "Livechat_webhook_on_start")
                .stored(
                    "Livechat_secret_token",
                    r#"{"value":{"$withheld":{"set":true,"long":true,"is_default":false}}}"#,
                )
                .list("livechat.receiver_problems")
        };
        assert!(problems("https://crm.example.org/…").is_empty());
        assert!(problems("").is_empty());
        assert_eq!(problems("http://crm.example.org").len(), 1);
        assert_eq!(problems("https://other.example").len(), 1);
        let bare = on(
            text(Given::new(), QUEUE, "https://10.0.0.1"),
            "Livechat_webhook_on_start",
        );
        let bare = text(bare, "Livechat_Routing_Method", "External");
        assert_eq!(bare.list("livechat.receiver_problems").len(), 1);
    }

    #[test]
    fn a_receiver_inside_is_told_from_one_outside() {
        let inside = |address: &str| {
            on(
                text(Given::new(), WEBHOOK, address),
                "Livechat_webhook_on_start",
            )
            .list("livechat.receivers_inside")
        };
        assert_eq!(inside("https://10.0.0.1"), [WEBHOOK]);
        assert_eq!(inside("https://{x}"), [WEBHOOK], "not to be told");
        assert!(inside("https://crm.example.org").is_empty());
        let idle = text(Given::new(), WEBHOOK, "https://10.0.0.1");
        assert!(idle.list("livechat.receivers_inside").is_empty());
    }

    #[test]
    fn mailboxes_are_on_or_off() {
        let given = || Given::new().answer(INBOXES, counts(&[("all", 3), ("active", 2)]));
        assert_eq!(given().derive("livechat.inboxes"), Ok(Value::Int(2)));
        assert_eq!(given().derive("livechat.inboxes_off"), Ok(Value::Int(1)));
    }

    #[test]
    fn the_contact_in_a_text_is_somebodys() {
        let said = |parts: &str| {
            Given::new()
                .stored(
                    "Livechat_data_processing_consent_text",
                    &format!("{{\"value\":{parts}}}"),
                )
                .derive("livechat.consent_text")
        };
        let map = |contact, vendor| {
            format!(r#"{{"$map":{{"contact":{contact},"vendor_contact":{vendor}}}}}"#)
        };
        assert_eq!(said("\"\""), Ok(Value::from("")));
        assert_eq!(said("true"), Ok(Value::from("")));
        assert_eq!(said(&map(false, false)), Ok(Value::from("none")));
        assert_eq!(said(&map(true, false)), Ok(Value::from("own")));
        assert_eq!(said(&map(true, true)), Ok(Value::from("vendor")));
    }
}
