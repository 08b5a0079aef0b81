//! What the facts about retention ask the database.

use super::TYPES;
use crate::query::{
    Children, Field, Filter, Literal, Query, Reach, Reduce, References, Sort, Take,
};
use crate::settings::Settings;

/// Rooms with a retention of their own.
pub(super) const OVERRIDES: &str = "retention.overrides";
/// Rooms exempt from retention.
pub(super) const EXEMPT: &str = "retention.exempt";
/// Runs of the pruning job.
pub(super) const RUNS: &str = "retention.runs";
/// The oldest prunable message of each room under the global policy.
pub(super) const OLDEST: &str = "retention.oldest";
/// The oldest closed omnichannel conversation.
pub(super) const CONVERSATIONS: &str = "retention.conversations";
/// Indexes of the trash.
pub(super) const TRASH_INDEXES: &str = "retention.trash_indexes";
/// The oldest document of the trash.
pub(super) const TRASH: &str = "retention.trash";
/// Uploads that no message refers to.
pub(super) const UPLOADS: &str = "retention.uploads";

/// The bound on uploads that are looked at.
pub(super) const UPLOADS_AT_MOST: u32 = 50_000;
const ROOMS_AT_MOST: u32 = 20_000;

const ROOM: &str = "rocketchat_room";

/// All queries of the family.
pub(super) fn all(settings: &Settings<'_>) -> Vec<Query> {
    let mut queries = rooms();
    queries.extend(remains());
    queries.extend(oldest_messages(settings));
    queries
}

/// What rooms say of retention, and the runs of the job.
fn rooms() -> Vec<Query> {
    let overrides = || Filter::Is("retention.overrideGlobal", Literal::Bool(true));
    vec![
        Query {
            id: OVERRIDES,
            collection: ROOM,
            filter: overrides(),
            take: Take::Rows {
                fields: vec![
                    Field::plain("enabled", "retention.enabled"),
                    Field::plain("max_age", "retention.maxAge"),
                    Field::plain("files_only", "retention.filesOnly"),
                    Field::plain("keep_pinned", "retention.excludePinned"),
                    Field::plain("keep_threads", "retention.ignoreThreads"),
                ],
                sort: None,
                at_most: ROOMS_AT_MOST,
            },
            reach: Reach::Whole,
        },
        Query {
            id: EXEMPT,
            collection: ROOM,
            filter: Filter::Is("retention.enabled", Literal::Bool(false)),
            take: Take::Counts(vec![("all", Filter::Any)]),
            reach: Reach::Whole,
        },
        Query {
            id: RUNS,
            collection: "rocketchat_cron_history",
            filter: Filter::Is(
                "name",
                Literal::Text("Prune old messages by retention policy"),
            ),
            take: Take::Rows {
                fields: vec![
                    Field::plain("started", "startedAt"),
                    Field::plain("finished", "finishedAt"),
                    Field {
                        name: "error",
                        path: "error",
                        reduce: Reduce::Filled,
                    },
                ],
                sort: Some(Sort {
                    by: "intendedAt",
                    descending: true,
                }),
                at_most: 10,
            },
            reach: Reach::Index("intendedAt, name"),
        },
        Query {
            id: CONVERSATIONS,
            collection: ROOM,
            filter: Filter::All(vec![
                Filter::Is("t", Literal::Text("l")),
                Filter::OfType("closedAt", "date"),
            ]),
            take: Take::earliest("closed", "closedAt"),
            reach: Reach::Index("closedAt"),
        },
    ]
}

/// What outlives a message.
fn remains() -> Vec<Query> {
    vec![
        Query {
            id: TRASH_INDEXES,
            collection: "rocketchat__trash",
            filter: Filter::Any,
            take: Take::Indexes,
            reach: Reach::Whole,
        },
        Query {
            id: TRASH,
            collection: "rocketchat__trash",
            filter: Filter::OfType("_deletedAt", "date"),
            take: Take::earliest("deleted", "_deletedAt"),
            reach: Reach::Index("_deletedAt"),
        },
        Query {
            id: UPLOADS,
            collection: "rocketchat_uploads",
            filter: Filter::All(vec![
                Filter::Filled("rid"),
                Filter::IsNot("typeGroup", Literal::Text("thumb")),
            ]),
            take: Take::Unreferenced(References {
                at_most: UPLOADS_AT_MOST,
                by: "rocketchat_message",
                by_key: "file._id",
                same: "rid",
                by_list: "files._id",
            }),
            reach: Reach::Index("rid"),
        },
    ]
}

/// The queries for the oldest message that the policy in force would prune, room by room. What is
/// exempt follows from the settings, and in rooms with a policy of their own from that.
fn oldest_messages(settings: &Settings<'_>) -> Vec<Query> {
    let on = |id: &str| settings.truthy(id).is_true();
    if !on("RetentionPolicy_Enabled") || on("RetentionPolicy_FilesOnly") {
        return Vec::new();
    }
    let discussions = on("RetentionPolicy_DoNotPruneDiscussion");
    let prunable = |pinned: bool, threads: bool| {
        let mut filters = Vec::new();
        if pinned {
            filters.push(Filter::IsNot("pinned", Literal::Bool(true)));
        }
        if threads {
            filters.push(Filter::Missing("tmid"));
            filters.push(Filter::Missing("tcount"));
        }
        if discussions {
            filters.push(Filter::Missing("drid"));
        }
        Filter::All(filters)
    };
    let query = |id, mut rooms: Vec<Filter>, carry, first| {
        if discussions {
            rooms.push(Filter::Missing("prid"));
        }
        Query {
            id,
            collection: ROOM,
            filter: Filter::All(rooms),
            take: Take::Each {
                carry,
                at_most: ROOMS_AT_MOST,
                children: Children {
                    collection: "rocketchat_message",
                    by: "rid",
                    order: "ts",
                    first,
                    after: None,
                },
            },
            reach: Reach::Whole,
        }
    };
    let types: Vec<Literal> = TYPES
        .iter()
        .filter(|(_, suffix, _)| on(&format!("RetentionPolicy_AppliesTo{suffix}")))
        .map(|(kind, ..)| Literal::Text(kind))
        .collect();
    let mut queries = Vec::new();
    if !types.is_empty() {
        let rooms = vec![
            Filter::OneOf("t", types),
            Filter::IsNot("retention.overrideGlobal", Literal::Bool(true)),
            Filter::IsNot("retention.enabled", Literal::Bool(false)),
        ];
        let first = prunable(
            on("RetentionPolicy_DoNotPrunePinned"),
            on("RetentionPolicy_DoNotPruneThreads"),
        );
        queries.push(query(OLDEST, rooms, vec![Field::plain("t", "t")], first));
    }
    for (id, pinned, threads) in OWN_POLICY {
        let flag = |path, keeps: bool| {
            // Without a word of the room's own, pins and threads stay.
            if keeps {
                Filter::IsNot(path, Literal::Bool(false))
            } else {
                Filter::Is(path, Literal::Bool(false))
            }
        };
        let rooms = vec![
            Filter::Is("retention.enabled", Literal::Bool(true)),
            Filter::Is("retention.overrideGlobal", Literal::Bool(true)),
            Filter::IsNot("retention.filesOnly", Literal::Bool(true)),
            flag("retention.excludePinned", *pinned),
            flag("retention.ignoreThreads", *threads),
        ];
        let carry = vec![Field::plain("max_age", "retention.maxAge")];
        queries.push(query(id, rooms, carry, prunable(*pinned, *threads)));
    }
    queries
}

/// Rooms with a policy of their own by what they keep: query id, pinned messages, threads.
pub(super) const OWN_POLICY: &[(&str, bool, bool)] = &[
    ("retention.oldest_own", false, false),
    ("retention.oldest_own_pinned", true, false),
    ("retention.oldest_own_threads", false, true),
    ("retention.oldest_own_both", true, true),
];
