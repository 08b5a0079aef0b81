//! Facts about end-to-end encrypted rooms: how many, what stands in them in clear, who can read.

use super::{Context, Fact, Family, Kind, Spec, number, unknown};
use crate::query::{Children, Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// Rooms by type and encryption.
pub const ROOMS: &str = "encryption.rooms";
/// For each encrypted room, when encryption began and what came later in clear.
pub const PLAINTEXT: &str = "encryption.plaintext";
/// Members of encrypted rooms, and those without keys.
pub const MEMBERS: &str = "encryption.members";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "encryption.rooms",
            kind: Kind::Number("rooms"),
            about: "Rooms that are marked as encrypted.",
            derive: |context| Ok(Value::from(context.count(ROOMS, "encrypted")?)),
        },
        Spec {
            id: "encryption.percent",
            kind: Kind::Number("percent"),
            about: "Share of private rooms and direct messages that are encrypted, rounded down.",
            derive: |context| {
                let all = context.count(ROOMS, "private")?;
                let encrypted = context.count(ROOMS, "private_encrypted")?;
                match encrypted.saturating_mul(100).checked_div(all) {
                    Some(percent) => Ok(Value::from(percent)),
                    None => super::not_applicable("there is no private room"),
                }
            },
        },
        Spec {
            id: "encryption.in_use",
            kind: Kind::Flag,
            about: "Whether end-to-end encryption is switched on or a room is marked as encrypted.",
            derive: |context| {
                if context.on("E2E_Enable")? {
                    return Ok(Value::Bool(true));
                }
                Ok(Value::Bool(context.count(ROOMS, "encrypted")? > 0))
            },
        },
        Spec {
            id: "encryption.rooms_with_plaintext",
            kind: Kind::Number("rooms"),
            about: "Encrypted rooms with a message in clear after encryption began.",
            derive: plaintext,
        },
        Spec {
            id: "encryption.members_without_keys",
            kind: Kind::Number("users"),
            about: "Members of encrypted rooms who have no public key.",
            derive: |context| Ok(Value::from(context.count(MEMBERS, "lacking")?)),
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let encrypted = || Filter::Is("encrypted", Literal::Bool(true));
    let private = || Filter::OneOf("t", vec![Literal::Text("p"), Literal::Text("d")]);
    vec![
        Query {
            id: ROOMS,
            collection: "rocketchat_room",
            filter: Filter::Any,
            take: Take::Counts(vec![
                ("encrypted", encrypted()),
                ("private", private()),
                (
                    "private_encrypted",
                    Filter::All(vec![private(), encrypted()]),
                ),
            ]),
            reach: Reach::Whole,
        },
        Query {
            id: PLAINTEXT,
            collection: "rocketchat_room",
            filter: encrypted(),
            take: Take::Each {
                carry: Vec::new(),
                at_most: 20_000,
                children: Children {
                    collection: "rocketchat_message",
                    by: "rid",
                    order: "ts",
                    first: Filter::Is("t", Literal::Text("e2e")),
                    after: Some(Filter::All(vec![
                        Filter::Missing("t"),
                        Filter::Filled("msg"),
                    ])),
                },
            },
            reach: Reach::Index("encrypted"),
        },
        Query {
            id: MEMBERS,
            collection: "rocketchat_room",
            filter: encrypted(),
            take: Take::Members {
                at_most: 20_000,
                links: "rocketchat_subscription",
                link_from: "rid",
                link_to: "u._id",
                targets: "users",
                meets: Filter::Filled("e2e.public_key"),
            },
            reach: Reach::Index("encrypted"),
        },
    ]
}

fn plaintext(context: &Context<'_>) -> Fact {
    let rooms = context.rows(PLAINTEXT)?;
    let count = rooms
        .rows
        .iter()
        .filter(|row| super::flag(row, "after"))
        .count();
    if count == 0 && !rooms.complete {
        return unknown("there are more encrypted rooms than the query reads");
    }
    Ok(number(count))
}
