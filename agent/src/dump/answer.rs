//! Answering queries from documents that pass by once.
//!
//! Each kind of answer gathers in a type of its own. A collection is shown to one scan alone, so
//! what two scans gathered of the same query can be put together without counting twice.

mod each;
mod joined;
mod rows;
mod tally;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rc_audit_rules::query::{Filter, Query, Take};
use rc_audit_rules::snapshot::Dataset;

use self::each::Each;
use self::joined::{Members, Orphans, Unreferenced};
use self::rows::Rows;
use self::tally::Tally;
use super::filter::Matcher;
use super::path::key_at;
use crate::mongo::Key;
use crate::mongo::bson::RawDocument;

/// A mark of a value, for joining; two values share one with a chance that does not matter here.
type Mark = u64;

fn mark(key: &Key) -> Mark {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// All queries on their way through the collections.
pub(super) struct Scan<'a> {
    states: Vec<State<'a>>,
}

/// A query and what it has gathered.
struct State<'a> {
    query: &'a Query,
    filter: Matcher,
    gathered: Gathered,
    bytes: u64,
}

enum Gathered {
    Rows(Rows),
    Counts(Counts),
    Orphans(Orphans),
    Unreferenced(Unreferenced),
    Each(Each),
    Members(Members),
    Tally(Tally),
    /// Answered from the metadata of the dump.
    Elsewhere,
}

/// A document on its way past a query.
#[derive(Clone, Copy)]
struct Seen<'a> {
    collection: &'a str,
    document: &'a RawDocument,
    /// Whether it is one of the documents that the query asks for.
    own: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(queries: &'a [Query]) -> Self {
        Self {
            states: queries.iter().map(State::new).collect(),
        }
    }

    /// A scan for the same queries that has seen nothing.
    pub(super) fn fresh(&self) -> Self {
        Self {
            states: self
                .states
                .iter()
                .map(|state| State::new(state.query))
                .collect(),
        }
    }

    /// Whether any query looks at a collection.
    pub(super) fn wants(&self, collection: &str) -> bool {
        self.states
            .iter()
            .any(|state| state.query.collections().any(|it| it == collection))
    }

    /// Shows a document to every query that looks at its collection.
    pub(super) fn see(&mut self, collection: &str, document: &RawDocument) {
        for state in &mut self.states {
            if state.query.collections().any(|it| it == collection) {
                state.see(collection, document);
            }
        }
    }

    /// What another scan over other collections saw of the same queries.
    pub(super) fn absorb(&mut self, other: Self) {
        for (state, other) in self.states.iter_mut().zip(other.states) {
            state.bytes += other.bytes;
            state.gathered.absorb(other.gathered);
        }
    }

    /// The answers, in the order of the queries, each with the bytes looked at.
    pub(super) fn finish(self) -> Vec<(Dataset, u64)> {
        self.states
            .into_iter()
            .map(|state| (state.gathered.finish(), state.bytes))
            .collect()
    }
}

impl<'a> State<'a> {
    fn new(query: &'a Query) -> Self {
        Self {
            query,
            filter: Matcher::new(&query.filter),
            gathered: Gathered::new(&query.take),
            bytes: 0,
        }
    }

    fn see(&mut self, collection: &str, document: &RawDocument) {
        self.bytes += u64::try_from(document.as_bytes().len()).unwrap_or(0);
        self.gathered.see(Seen {
            collection,
            document,
            own: collection == self.query.collection && self.filter.meets(document),
        });
    }
}

impl Gathered {
    fn new(take: &Take) -> Self {
        match take {
            Take::Rows {
                fields,
                sort,
                at_most,
            } => Self::Rows(Rows::new(fields.clone(), *sort, *at_most)),
            Take::Counts(counts) => Self::Counts(Counts::new(counts)),
            Take::Orphans {
                key,
                parent,
                parent_key,
                parent_filter,
            } => Self::Orphans(Orphans::new(key, parent, parent_key, parent_filter)),
            Take::Unreferenced(references) => {
                Self::Unreferenced(Unreferenced::new(references.clone()))
            }
            Take::Each {
                carry,
                at_most,
                children,
            } => Self::Each(Each::new(carry.clone(), *at_most, children.clone())),
            Take::Members {
                links,
                link_from,
                link_to,
                targets,
                meets,
                ..
            } => Self::Members(Members::new(links, (link_from, link_to), targets, meets)),
            Take::Tally { by, latest } => Self::Tally(Tally::new(by.clone(), *latest)),
            Take::Size => Self::Counts(Counts::new(&[("all", Filter::Any)])),
            Take::Indexes => Self::Elsewhere,
        }
    }

    fn see(&mut self, seen: Seen<'_>) {
        match self {
            Self::Rows(rows) => rows.see(seen),
            Self::Counts(counts) => counts.see(seen),
            Self::Orphans(orphans) => orphans.see(seen),
            Self::Unreferenced(unreferenced) => unreferenced.see(seen),
            Self::Each(each) => each.see(seen),
            Self::Members(members) => members.see(seen),
            Self::Tally(tally) => tally.see(seen),
            Self::Elsewhere => {}
        }
    }

    fn absorb(&mut self, other: Self) {
        match (self, other) {
            (Self::Rows(one), Self::Rows(other)) => one.absorb(other),
            (Self::Counts(one), Self::Counts(other)) => one.absorb(&other),
            (Self::Orphans(one), Self::Orphans(other)) => one.absorb(other),
            (Self::Unreferenced(one), Self::Unreferenced(other)) => one.absorb(other),
            (Self::Each(one), Self::Each(other)) => one.absorb(other),
            (Self::Members(one), Self::Members(other)) => one.absorb(other),
            (Self::Tally(one), Self::Tally(other)) => one.absorb(other),
            // Two scans of the same queries gather the same kinds.
            _ => {}
        }
    }

    fn finish(self) -> Dataset {
        match self {
            Self::Rows(rows) => rows.finish(),
            Self::Counts(counts) => counts.finish(),
            Self::Orphans(orphans) => orphans.finish(),
            Self::Unreferenced(unreferenced) => unreferenced.finish(),
            Self::Each(each) => each.finish(),
            Self::Members(members) => members.finish(),
            Self::Tally(tally) => tally.finish(),
            Self::Elsewhere => Dataset::Rows {
                rows: Vec::new(),
                complete: true,
            },
        }
    }
}

/// How many documents meet each filter.
struct Counts(Vec<(&'static str, Matcher, u64)>);

impl Counts {
    fn new(counts: &[(&'static str, Filter)]) -> Self {
        Self(
            counts
                .iter()
                .map(|(name, filter)| (*name, Matcher::new(filter), 0))
                .collect(),
        )
    }

    fn see(&mut self, seen: Seen<'_>) {
        if seen.own {
            for (_, filter, count) in &mut self.0 {
                *count += u64::from(filter.meets(seen.document));
            }
        }
    }

    fn absorb(&mut self, other: &Self) {
        for ((_, _, count), (_, _, more)) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    fn finish(self) -> Dataset {
        let counts = self.0.into_iter();
        Dataset::Counts(
            counts
                .map(|(name, _, count)| (name.to_owned(), count))
                .collect(),
        )
    }
}

fn id_of(document: &RawDocument) -> Option<Mark> {
    mark_at(document, "_id")
}

fn mark_at(document: &RawDocument, path: &str) -> Option<Mark> {
    key_at(document, path).as_ref().map(mark)
}

fn numbers(second: &str, all: u64, some: u64) -> Dataset {
    Dataset::Counts(BTreeMap::from([
        ("all".to_owned(), all),
        (second.to_owned(), some),
    ]))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
