//! Facts about what could be handed to an authority: which kinds of records there are, how many and
//! since when. Nothing of a record but a date is read.

use jiff::tz::TimeZone;

use super::{Context, Fact, Family, Kind, Spec};
use crate::query::{Filter, Query, Reach, Take};
use crate::settings::Settings;

/// Records of one kind.
struct Holding {
    /// The query for their number.
    size: &'static str,
    collection: &'static str,
    /// The category that guidelines for authorities put them into, and what they are.
    words: &'static str,
    /// The query for the earliest of them and the field with the date, which has an index.
    earliest: Option<(&'static str, &'static str)>,
}

const HOLDINGS: &[Holding] = &[
    Holding {
        size: "inventory.users",
        collection: "users",
        words: "basic data: accounts",
        earliest: Some(("inventory.users_earliest", "createdAt")),
    },
    Holding {
        size: "inventory.visitors",
        collection: "rocketchat_livechat_visitor",
        words: "basic data: omnichannel visitors",
        earliest: None,
    },
    Holding {
        size: "inventory.contacts",
        collection: "rocketchat_livechat_contact",
        words: "basic data: omnichannel contacts",
        earliest: None,
    },
    Holding {
        size: "inventory.sessions",
        collection: "rocketchat_sessions",
        words: "non-content data: sessions",
        earliest: Some(("inventory.sessions_earliest", "createdAt")),
    },
    Holding {
        size: "inventory.events",
        collection: "rocketchat_server_events",
        words: "non-content data: logins and other events",
        earliest: None,
    },
    Holding {
        size: "inventory.receipts",
        collection: "rocketchat_read_receipts",
        words: "non-content data: read receipts",
        earliest: None,
    },
    Holding {
        size: "inventory.old_receipts",
        collection: "rocketchat_message_read_receipt",
        words: "non-content data: read receipts of old releases",
        earliest: None,
    },
    Holding {
        size: "inventory.messages",
        collection: "rocketchat_message",
        words: "content: messages",
        earliest: Some(("inventory.messages_earliest", "ts")),
    },
    Holding {
        size: "inventory.uploads",
        collection: "rocketchat_uploads",
        words: "content: files",
        earliest: Some(("inventory.uploads_earliest", "uploadedAt")),
    },
    Holding {
        size: "inventory.avatars",
        collection: "rocketchat_avatars",
        words: "content: avatars",
        earliest: None,
    },
    Holding {
        size: "inventory.trash",
        collection: "rocketchat__trash",
        words: "content: deleted documents",
        earliest: Some(("inventory.trash_earliest", "_deletedAt")),
    },
    Holding {
        size: "inventory.archives",
        collection: "rocketchat_user_data_files",
        words: "content: archives of whole accounts",
        earliest: None,
    },
    Holding {
        size: "inventory.exports",
        collection: "rocketchat_export_operations",
        words: "content: requests for such archives, with a copy of the account",
        earliest: None,
    },
];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[Spec {
        id: "inventory.holdings",
        kind: Kind::List,
        about: "Kinds of records that are held, by category, with their number and first day.",
        derive: holdings,
    }],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let mut queries = Vec::new();
    for holding in HOLDINGS {
        queries.push(Query::size(holding.size, holding.collection));
        if let Some((id, field)) = holding.earliest {
            queries.push(Query {
                id,
                collection: holding.collection,
                filter: Filter::OfType(field, "date"),
                take: Take::earliest("at", field),
                reach: Reach::Index(field),
            });
        }
    }
    queries
}

/// An inventory with a hole is none, so one collection that could not be read makes it unknown.
fn holdings(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    for holding in HOLDINGS {
        let count = context.count(holding.size, "all")?;
        if count == 0 {
            continue;
        }
        let since = match holding.earliest {
            Some((query, _)) => context
                .first_time(query, "at")?
                .map(|at| format!(" since {}", at.to_zoned(TimeZone::UTC).date())),
            None => None,
        };
        found.push(format!(
            "{}: {count}{}",
            holding.words,
            since.unwrap_or_default()
        ));
    }
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts, days_ago, is_unknown, list, rows};
    use super::*;

    fn with(numbers: &[(&str, u64)]) -> Given {
        let mut given = Given::new();
        for holding in HOLDINGS {
            let count = numbers.iter().find(|(id, _)| *id == holding.size);
            given = given.answer(
                holding.size,
                counts(&[("all", count.map_or(0, |(_, count)| *count))]),
            );
            if let Some((id, _)) = holding.earliest {
                given = given.answer(id, rows(&[&[("at", days_ago(31))]]));
            }
        }
        given
    }

    #[test]
    fn what_is_held_is_counted_and_dated() {
        let id = "inventory.holdings";
        assert_eq!(with(&[]).derive(id), list(&[]));
        assert_eq!(
            with(&[("inventory.users", 12), ("inventory.avatars", 3)]).derive(id),
            list(&[
                "basic data: accounts: 12 since 2026-10-01",
                "content: avatars: 3"
            ])
        );
    }

    #[test]
    fn a_collection_that_is_not_read_leaves_no_inventory() {
        assert!(is_unknown(
            &Given::new()
                .answer("inventory.users", counts(&[("all", 12)]))
                .derive("inventory.holdings")
        ));
    }
}
