//! Answering queries from documents that pass by once.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;
use rc_audit_rules::query::{Field, Query, Reduce, Sort, Take};
use rc_audit_rules::snapshot::{Dataset, Row};
use rc_audit_rules::value::Value;

use super::filter::{Matcher, any_filled, find, texts};
use crate::mongo::bson::{RawBsonRef, RawDocument};
use crate::mongo::field_value;

/// A mark of an id, for joining; two ids share one with a chance that does not matter here.
type Mark = u64;

fn mark(text: &str) -> Mark {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
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
    Counts(Vec<(&'static str, Matcher, u64)>),
    Orphans {
        parent_filter: Matcher,
        children: BTreeMap<Mark, u64>,
        parents: BTreeSet<Mark>,
    },
    Unreferenced {
        documents: BTreeSet<Mark>,
        full: bool,
        referenced: BTreeSet<Mark>,
    },
    Each {
        first_filter: Matcher,
        after_filter: Option<Matcher>,
        parents: Vec<(Mark, Row)>,
        complete: bool,
        first: BTreeMap<Mark, Timestamp>,
        last_after: BTreeMap<Mark, Timestamp>,
    },
    Members {
        meets: Matcher,
        documents: BTreeSet<Mark>,
        links: BTreeSet<(Mark, Mark)>,
        targets: BTreeSet<Mark>,
    },
    Elsewhere,
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
            .map(|state| (state.gathered.finish(&state.query.take), state.bytes))
            .collect()
    }
}

impl<'a> State<'a> {
    fn new(query: &'a Query) -> Self {
        let gathered = match &query.take {
            Take::Rows { sort, at_most, .. } => Gathered::Rows(Rows::new(*sort, *at_most)),
            Take::Counts(counts) => Gathered::Counts(
                counts
                    .iter()
                    .map(|(name, filter)| (*name, Matcher::new(filter), 0))
                    .collect(),
            ),
            Take::Orphans { parent_filter, .. } => Gathered::Orphans {
                parent_filter: Matcher::new(parent_filter),
                children: BTreeMap::new(),
                parents: BTreeSet::new(),
            },
            Take::Unreferenced { .. } => Gathered::Unreferenced {
                documents: BTreeSet::new(),
                full: false,
                referenced: BTreeSet::new(),
            },
            Take::Each { children, .. } => Gathered::Each {
                first_filter: Matcher::new(&children.first),
                after_filter: children.after.as_ref().map(Matcher::new),
                parents: Vec::new(),
                complete: true,
                first: BTreeMap::new(),
                last_after: BTreeMap::new(),
            },
            Take::Members { meets, .. } => Gathered::Members {
                meets: Matcher::new(meets),
                documents: BTreeSet::new(),
                links: BTreeSet::new(),
                targets: BTreeSet::new(),
            },
            Take::Indexes => Gathered::Elsewhere,
        };
        Self {
            query,
            filter: Matcher::new(&query.filter),
            gathered,
            bytes: 0,
        }
    }

    fn see(&mut self, collection: &str, document: &RawDocument) {
        self.bytes += u64::try_from(document.as_bytes().len()).unwrap_or(0);
        let own = collection == self.query.collection && self.filter.meets(document);
        match (&self.query.take, &mut self.gathered) {
            (Take::Rows { fields, .. }, Gathered::Rows(rows)) => {
                if own {
                    rows.add(document, fields);
                }
            }
            (Take::Counts(_), Gathered::Counts(counts)) => {
                if own {
                    for (_, filter, count) in counts {
                        *count += u64::from(filter.meets(document));
                    }
                }
            }
            (
                Take::Orphans {
                    key,
                    parent,
                    parent_key,
                    ..
                },
                Gathered::Orphans {
                    parent_filter,
                    children,
                    parents,
                },
            ) => {
                if own {
                    texts(document, key, &mut |text| {
                        *children.entry(mark(text)).or_default() += 1;
                    });
                }
                if collection == *parent && parent_filter.meets(document) {
                    texts(document, parent_key, &mut |text| {
                        parents.insert(mark(text));
                    });
                }
            }
            (
                Take::Unreferenced {
                    at_most,
                    by,
                    by_key,
                    by_list,
                    ..
                },
                Gathered::Unreferenced {
                    documents,
                    full,
                    referenced,
                },
            ) => {
                if own && let Some(id) = id_of(document) {
                    if documents.len() < usize::try_from(*at_most).unwrap_or(usize::MAX) {
                        documents.insert(id);
                    } else {
                        *full = true;
                    }
                }
                if collection == *by {
                    for path in [by_key, by_list] {
                        texts(document, path, &mut |text| {
                            referenced.insert(mark(text));
                        });
                    }
                }
            }
            (
                Take::Each {
                    carry,
                    at_most,
                    children,
                },
                gathered,
            ) => {
                gathered.see_each(
                    own,
                    collection == children.collection,
                    document,
                    carry,
                    *at_most,
                    children,
                );
            }
            (
                Take::Members {
                    links: link_collection,
                    link_from,
                    link_to,
                    targets: target_collection,
                    ..
                },
                Gathered::Members {
                    meets,
                    documents,
                    links,
                    targets,
                },
            ) => {
                if own && let Some(id) = id_of(document) {
                    documents.insert(id);
                }
                if collection == *link_collection
                    && let (Some(from), Some(to)) =
                        (mark_at(document, link_from), mark_at(document, link_to))
                {
                    links.insert((from, to));
                }
                if collection == *target_collection
                    && meets.meets(document)
                    && let Some(id) = id_of(document)
                {
                    targets.insert(id);
                }
            }
            _ => {}
        }
    }
}

impl Gathered {
    fn see_each(
        &mut self,
        own: bool,
        is_child: bool,
        document: &RawDocument,
        carry: &[Field],
        at_most: u32,
        children: &rc_audit_rules::query::Children,
    ) {
        let Self::Each {
            first_filter,
            after_filter,
            parents,
            complete,
            first,
            last_after,
        } = self
        else {
            return;
        };
        if own && let Some(id) = id_of(document) {
            if parents.len() < usize::try_from(at_most).unwrap_or(usize::MAX) {
                parents.push((id, row(document, carry)));
            } else {
                *complete = false;
            }
        }
        if !is_child {
            return;
        }
        let (Some(parent), Some(at)) = (
            mark_at(document, children.by),
            time_at(document, children.order),
        ) else {
            return;
        };
        if first_filter.meets(document) {
            first
                .entry(parent)
                .and_modify(|earliest| *earliest = at.min(*earliest))
                .or_insert(at);
        }
        if after_filter
            .as_ref()
            .is_some_and(|filter| filter.meets(document))
        {
            last_after
                .entry(parent)
                .and_modify(|latest| *latest = at.max(*latest))
                .or_insert(at);
        }
    }

    /// Takes over what the same query gathered from other collections. A collection is read by one
    /// scan alone, so nothing is gathered twice.
    fn absorb(&mut self, other: Self) {
        match (self, other) {
            (Self::Rows(rows), Self::Rows(more)) => rows.absorb(more),
            (Self::Counts(counts), Self::Counts(more)) => {
                for ((_, _, count), (_, _, more)) in counts.iter_mut().zip(more) {
                    *count += more;
                }
            }
            (
                Self::Orphans {
                    children, parents, ..
                },
                Self::Orphans {
                    children: more_children,
                    parents: more_parents,
                    ..
                },
            ) => {
                children.extend(more_children);
                parents.extend(more_parents);
            }
            (
                Self::Unreferenced {
                    documents,
                    full,
                    referenced,
                },
                Self::Unreferenced {
                    documents: more_documents,
                    full: more_full,
                    referenced: more_referenced,
                },
            ) => {
                documents.extend(more_documents);
                referenced.extend(more_referenced);
                *full |= more_full;
            }
            (
                Self::Each {
                    parents,
                    complete,
                    first,
                    last_after,
                    ..
                },
                Self::Each {
                    parents: more_parents,
                    complete: more_complete,
                    first: more_first,
                    last_after: more_after,
                    ..
                },
            ) => {
                parents.extend(more_parents);
                first.extend(more_first);
                last_after.extend(more_after);
                *complete &= more_complete;
            }
            (
                Self::Members {
                    documents,
                    links,
                    targets,
                    ..
                },
                Self::Members {
                    documents: more_documents,
                    links: more_links,
                    targets: more_targets,
                    ..
                },
            ) => {
                documents.extend(more_documents);
                links.extend(more_links);
                targets.extend(more_targets);
            }
            _ => {}
        }
    }

    fn finish(self, take: &Take) -> Dataset {
        match self {
            Self::Rows(rows) => rows.finish(),
            Self::Counts(counts) => Dataset::Counts(
                counts
                    .into_iter()
                    .map(|(name, _, count)| (name.to_owned(), count))
                    .collect(),
            ),
            Self::Orphans {
                children, parents, ..
            } => numbers(
                "orphaned",
                children.values().sum(),
                children
                    .iter()
                    .filter(|(child, _)| !parents.contains(child))
                    .map(|(_, count)| count)
                    .sum(),
            ),
            Self::Unreferenced {
                documents,
                referenced,
                ..
            } => numbers(
                "orphaned",
                count(documents.len()),
                count(documents.difference(&referenced).count()),
            ),
            Self::Each {
                parents,
                complete,
                first,
                last_after,
                after_filter,
                ..
            } => {
                let with_after = after_filter.is_some();
                let rows = parents
                    .into_iter()
                    .filter_map(|(parent, mut row)| {
                        let at = first.get(&parent);
                        if with_after {
                            let at = at?;
                            let later = last_after.get(&parent).is_some_and(|last| last > at);
                            row.insert("after".to_owned(), Value::Bool(later));
                        }
                        if let Some(at) = at {
                            row.insert("first".to_owned(), Value::Time(*at));
                        }
                        Some(row)
                    })
                    .collect();
                Dataset::Rows { rows, complete }
            }
            Self::Members {
                documents,
                links,
                targets,
                ..
            } => {
                let members: BTreeSet<Mark> = links
                    .into_iter()
                    .filter(|(from, _)| documents.contains(from))
                    .map(|(_, to)| to)
                    .collect();
                numbers(
                    "lacking",
                    count(members.len()),
                    count(members.difference(&targets).count()),
                )
            }
            Self::Elsewhere => {
                debug_assert_eq!(*take, Take::Indexes);
                Dataset::Rows {
                    rows: Vec::new(),
                    complete: true,
                }
            }
        }
    }
}

/// The rows of a query, cut to its bound while they are gathered.
struct Rows {
    sort: Option<Sort>,
    bound: usize,
    complete: bool,
    rows: Vec<(Option<Timestamp>, Row)>,
}

impl Rows {
    fn new(sort: Option<Sort>, at_most: u32) -> Self {
        Self {
            sort,
            bound: usize::try_from(at_most).unwrap_or(usize::MAX),
            complete: true,
            rows: Vec::new(),
        }
    }

    fn add(&mut self, document: &RawDocument, fields: &[Field]) {
        let Some(sort) = self.sort else {
            if self.rows.len() < self.bound {
                self.rows.push((None, row(document, fields)));
            } else {
                self.complete = false;
            }
            return;
        };
        self.rows
            .push((time_at(document, sort.by), row(document, fields)));
        if self.rows.len() > self.bound.saturating_mul(2).saturating_add(64) {
            self.cut();
        }
    }

    /// Sorts and drops what lies beyond the bound. Equal times keep the order of the file.
    fn cut(&mut self) {
        if let Some(sort) = self.sort {
            if sort.descending {
                self.rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            } else {
                self.rows.sort_by_key(|(at, _)| *at);
            }
        }
        if self.rows.len() > self.bound {
            self.rows.truncate(self.bound);
            self.complete = false;
        }
    }

    fn absorb(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.complete &= other.complete;
    }

    fn finish(mut self) -> Dataset {
        self.cut();
        Dataset::Rows {
            rows: self.rows.into_iter().map(|(_, row)| row).collect(),
            complete: self.complete,
        }
    }
}

fn row(document: &RawDocument, fields: &[Field]) -> Row {
    fields
        .iter()
        .filter_map(|field| {
            if field.reduce == Reduce::Filled {
                let filled = any_filled(document, field.path);
                return Some((field.name.to_owned(), Value::Bool(filled)));
            }
            let found = at_path(document, field.path);
            field_value(field, found).map(|value| (field.name.to_owned(), value))
        })
        .collect()
}

/// The value at a path; where a list stands on the way, its first element that has the rest.
fn at_path<'a>(document: &'a RawDocument, path: &str) -> Option<RawBsonRef<'a>> {
    if let Some(found) = find(document, path) {
        return Some(found);
    }
    let (first, rest) = path.split_once('.')?;
    match document.get(first).ok()?? {
        RawBsonRef::Array(items) => items
            .into_iter()
            .filter_map(Result::ok)
            .find_map(|item| at_path(item.as_document()?, rest)),
        RawBsonRef::Document(inner) => at_path(inner, rest),
        _ => None,
    }
}

fn id_of(document: &RawDocument) -> Option<Mark> {
    mark_at(document, "_id")
}

fn mark_at(document: &RawDocument, path: &str) -> Option<Mark> {
    find(document, path)?.as_str().map(mark)
}

fn time_at(document: &RawDocument, path: &str) -> Option<Timestamp> {
    let time = find(document, path)?.as_datetime()?;
    Timestamp::from_millisecond(time.timestamp_millis()).ok()
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
