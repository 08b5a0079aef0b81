//! Questions to collections, as data.
//!
//! A fact says what it needs to know with a [`Query`]; whoever holds the data answers it. A server
//! answers with an aggregation that reduces documents before they leave the database, a dump by
//! reading its files. Both must give the same [`Dataset`](crate::snapshot::Dataset).
//!
//! Paths are dotted and see through lists as MongoDB's own do: a filter is met if one of the values
//! there meets it, and of a field the row has the list of all of them.

mod shape;

/// A question to one collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The id under which the answer is kept.
    pub id: &'static str,
    /// The collection.
    pub collection: &'static str,
    /// Which documents.
    pub filter: Filter,
    /// What to take of them.
    pub take: Take,
    /// How the database finds them.
    pub reach: Reach,
}

/// How the database finds the documents of a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// By an index that the server makes; the text names its fields.
    Index(&'static str),
    /// By reading the collection, whose size follows users or rooms but not messages.
    Whole,
}

/// Which documents.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them.
    Any,
    /// Those that meet all.
    All(Vec<Filter>),
    /// Those that meet at least one.
    Either(Vec<Filter>),
    /// The value, or one of the values in a list, is this one.
    Is(&'static str, Literal),
    /// The opposite of [`Filter::Is`]; a document without the field meets it.
    IsNot(&'static str, Literal),
    /// The value, or one of the values in a list, is one of these.
    OneOf(&'static str, Vec<Literal>),
    /// The field is there, even if null.
    Exists(&'static str),
    /// The field is not there.
    Missing(&'static str),
    /// The value is there, and neither null nor an empty text.
    Filled(&'static str),
    /// The value is a text that the expression finds. Case does not matter.
    Matches(&'static str, &'static str),
    /// One element of a list meets the filter by itself.
    Element(&'static str, Box<Filter>),
    /// The value has this BSON type, by MongoDB's name for it, such as `date`.
    OfType(&'static str, &'static str),
    /// The value is a place on the globe, as `GeoJSON`; it has an index for such values.
    Located(&'static str),
}

/// A constant in a filter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// A text.
    Text(&'static str),
}

/// What to take of the documents.
#[derive(Clone, Debug, PartialEq)]
pub enum Take {
    /// The documents, reduced to fields.
    Rows {
        /// The fields.
        fields: Vec<Field>,
        /// The order; without one, the database's own.
        sort: Option<Sort>,
        /// The bound on their number.
        at_most: u32,
    },
    /// How many meet each of several filters, in one pass.
    Counts(Vec<(&'static str, Filter)>),
    /// How many of the documents point to a parent that is not there: the numbers `all` and
    /// `orphaned`.
    Orphans {
        /// The field that points.
        key: &'static str,
        /// The collection pointed to.
        parent: &'static str,
        /// The field pointed to; it has an index.
        parent_key: &'static str,
        /// Which parents count as being there.
        parent_filter: Filter,
    },
    /// How many of the documents no other refers to: the numbers `all` and `orphaned`.
    Unreferenced(References),
    /// For each document, the first of its children in time and whether more came after that.
    Each {
        /// Fields of the document to keep.
        carry: Vec<Field>,
        /// The bound on the number of documents.
        at_most: u32,
        /// The children.
        children: Children,
    },
    /// How many distinct targets the documents are linked to: the numbers `all` and `lacking`,
    /// the latter for those that are missing or do not meet a filter.
    Members {
        /// The bound on the number of documents.
        at_most: u32,
        /// The collection of links.
        links: &'static str,
        /// The field of a link that holds a document's `_id`; it has an index.
        link_from: &'static str,
        /// The field of a link that holds a target's `_id`.
        link_to: &'static str,
        /// The collection of targets.
        targets: &'static str,
        /// What a target must meet.
        meets: Filter,
    },
    /// How many documents there are of each kind.
    Tally {
        /// What tells the kinds apart.
        by: By,
        /// The bound on the number of documents, latest first by a field that has an index; none
        /// for all.
        latest: Option<(&'static str, u32)>,
    },
    /// How many documents the collection has, by its own book-keeping: the number `all`. The filter
    /// is [`Filter::Any`].
    Size,
    /// The indexes: rows with `keys` (the field names, joined by commas) and, for an index that
    /// expires documents, `expires` (seconds).
    Indexes,
}

/// The days that can be told, in milliseconds: the years 1 to 9999 but for the last two days. The
/// database gives up on a query that meets another.
pub const DAYS: std::ops::Range<i64> = -62_135_596_800_000..253_402_128_000_000;

/// What tells documents of a [`Take::Tally`] apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum By {
    /// A text; empty for a document without it.
    Text(&'static str),
    /// The day in UTC, as `2026-01-31`, of the first of these fields that is a date within [`DAYS`];
    /// empty for a document without one.
    Day(&'static [&'static str]),
}

/// How documents are referred to, for [`Take::Unreferenced`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct References {
    /// The bound on the number of documents.
    pub at_most: u32,
    /// The collection that refers.
    pub by: &'static str,
    /// The field with the `_id` of a document, a text; it has an index.
    pub by_key: &'static str,
    /// A field that is equal on both sides, a text; it has an index on the other side.
    pub same: &'static str,
    /// A second field with `_id`s, which has no index and is looked at only where `same` is equal
    /// and `by_key` found nothing.
    pub by_list: &'static str,
}

/// The children of [`Take::Each`].
#[derive(Clone, Debug, PartialEq)]
pub struct Children {
    /// Their collection.
    pub collection: &'static str,
    /// The field that holds the parent's `_id`.
    pub by: &'static str,
    /// The field that orders them; with `by` it has an index.
    pub order: &'static str,
    /// Which ones; the row's `first` is the time of the first such child.
    pub first: Filter,
    /// Which later ones make the row's `after` true; rows without a first child are then left out.
    pub after: Option<Filter>,
}

/// An order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sort {
    /// The field.
    pub by: &'static str,
    /// Largest first.
    pub descending: bool,
}

/// A field of a reduced document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Field {
    /// Its name in the row.
    pub name: &'static str,
    /// Where it stands in the document.
    pub path: &'static str,
    /// What is kept of it.
    pub reduce: Reduce,
}

/// What is kept of a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reduce {
    /// The value: numbers, times, flags, ids of roles and modules.
    Plain,
    /// Whether it is there and neither null nor an empty text.
    Filled,
    /// An irreversible mark that is equal for equal values.
    Fingerprint,
    /// Whether the text, in lower case and up to any `@`, is one of these words.
    IsWord(&'static [&'static str]),
    /// How many keys of the document are none of these.
    KeysBeyond(&'static [&'static str]),
    /// Scheme, host and port of an address, or of each in a list, by [`crate::address::origin`].
    Origin,
    /// The SHA-256 of the text, in hexadecimal; nothing for an empty text.
    Digest,
}

impl Field {
    /// A field kept as it is.
    #[must_use]
    pub const fn plain(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            reduce: Reduce::Plain,
        }
    }

    /// A field of which only its being filled is kept.
    #[must_use]
    pub const fn filled(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            reduce: Reduce::Filled,
        }
    }
}

impl Take {
    /// One field of the document that comes first by it.
    #[must_use]
    pub fn earliest(name: &'static str, path: &'static str) -> Self {
        Self::first(Field::plain(name, path), false)
    }

    /// One field of the document that comes last by it.
    #[must_use]
    pub fn latest(name: &'static str, path: &'static str) -> Self {
        Self::first(Field::plain(name, path), true)
    }

    fn first(field: Field, descending: bool) -> Self {
        Self::Rows {
            fields: vec![field],
            sort: Some(Sort {
                by: field.path,
                descending,
            }),
            at_most: 1,
        }
    }

    /// How many documents there are of each day, by the first of these fields that is a date.
    #[must_use]
    pub const fn by_day(paths: &'static [&'static str]) -> Self {
        Self::Tally {
            by: By::Day(paths),
            latest: None,
        }
    }
}

impl Query {
    /// A question for the number of documents.
    #[must_use]
    pub const fn size(id: &'static str, collection: &'static str) -> Self {
        Self {
            id,
            collection,
            filter: Filter::Any,
            take: Take::Size,
            reach: Reach::Whole,
        }
    }

    /// The collections that the answer is drawn from.
    pub fn collections(&self) -> impl Iterator<Item = &'static str> {
        let others = match &self.take {
            Take::Orphans { parent, .. } => [Some(*parent), None],
            Take::Each { children, .. } => [Some(children.collection), None],
            Take::Unreferenced(references) => [Some(references.by), None],
            Take::Members { links, targets, .. } => [Some(*links), Some(*targets)],
            _ => [None, None],
        };
        std::iter::once(self.collection).chain(others.into_iter().flatten())
    }
}
