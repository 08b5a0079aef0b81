//! Questions to collections, as data.
//!
//! A fact says what it needs to know with a [`Query`]; whoever holds the data answers it. A server
//! answers with an aggregation that reduces documents before they leave the database, a dump by
//! reading its files. Both must give the same [`Dataset`](crate::snapshot::Dataset).
//!
//! Paths are dotted and see through lists as MongoDB's own do.

use std::fmt;

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
    Unreferenced {
        /// The bound on the number of documents.
        at_most: u32,
        /// The collection that refers.
        by: &'static str,
        /// The field with the `_id` of a document; it has an index.
        by_key: &'static str,
        /// A field that is equal on both sides; it has an index on the other side.
        same: &'static str,
        /// A second field with `_id`s, which has no index and is looked at only where `same` is
        /// equal and `by_key` found nothing.
        by_list: &'static str,
    },
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
    /// The indexes: rows with `keys` (the field names, joined by commas) and, for an index that
    /// expires documents, `expires` (seconds).
    Indexes,
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
    /// The name of its BSON type; `missing` for none.
    Type,
    /// An irreversible mark that is equal for equal values.
    Fingerprint,
    /// Whether the text, in lower case and up to any `@`, is one of these words.
    IsWord(&'static [&'static str]),
    /// How many keys of the document are none of these.
    KeysBeyond(&'static [&'static str]),
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

impl Query {
    /// The collections that the answer is drawn from.
    pub fn collections(&self) -> impl Iterator<Item = &'static str> {
        let others = match &self.take {
            Take::Orphans { parent, .. } => [Some(*parent), None],
            Take::Each { children, .. } => [Some(children.collection), None],
            Take::Unreferenced { by, .. } => [Some(*by), None],
            Take::Members { links, targets, .. } => [Some(*links), Some(*targets)],
            _ => [None, None],
        };
        std::iter::once(self.collection).chain(others.into_iter().flatten())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => write!(f, "'{text}'"),
        }
    }
}

/// The shape for the ledger: `t is 'd' and encrypted is true`.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            f.write_str("(")?;
            for (count, part) in parts.iter().enumerate() {
                if count > 0 {
                    f.write_str(word)?;
                }
                part.fmt(f)?;
            }
            f.write_str(")")
        };
        match self {
            Self::Any => f.write_str("any"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Either(parts) => join(f, parts, " or "),
            Self::Is(path, literal) => write!(f, "{path} is {literal}"),
            Self::IsNot(path, literal) => write!(f, "{path} is not {literal}"),
            Self::OneOf(path, literals) => {
                write!(f, "{path} is one of")?;
                literals
                    .iter()
                    .try_for_each(|literal| write!(f, " {literal}"))
            }
            Self::Exists(path) => write!(f, "{path} exists"),
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Filled(path) => write!(f, "{path} is filled"),
            Self::Matches(path, expression) => write!(f, "{path} matches /{expression}/"),
            Self::Element(path, filter) => write!(f, "an element of {path} has {filter}"),
        }
    }
}

/// The shape for the ledger: what is asked, without any value from the database.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.take {
            Take::Rows {
                fields,
                sort,
                at_most,
            } => {
                let names: Vec<&str> = fields.iter().map(|field| field.path).collect();
                write!(
                    f,
                    "at most {at_most} of {}, fields {}",
                    self.filter,
                    names.join(", ")
                )?;
                if let Some(sort) = sort {
                    let way = if sort.descending {
                        "latest"
                    } else {
                        "earliest"
                    };
                    write!(f, ", {way} {} first", sort.by)?;
                }
                Ok(())
            }
            Take::Counts(parts) => {
                write!(f, "counts among {}:", self.filter)?;
                for (count, (name, filter)) in parts.iter().enumerate() {
                    write!(f, "{} {name} = {filter}", if count > 0 { ";" } else { "" })?;
                }
                Ok(())
            }
            Take::Orphans {
                key,
                parent,
                parent_key,
                parent_filter,
            } => write!(
                f,
                "count of {} whose {key} is the {parent_key} of no document of {parent} with \
                 {parent_filter}",
                self.filter
            ),
            Take::Unreferenced {
                at_most,
                by,
                by_key,
                by_list,
                ..
            } => write!(
                f,
                "for at most {at_most} of {}: count of those whose _id is the {by_key} or a \
                 {by_list} of no document of {by}",
                self.filter
            ),
            Take::Each {
                at_most, children, ..
            } => {
                write!(
                    f,
                    "for at most {at_most} of {}: first {} in {} by {} with {}",
                    self.filter, children.order, children.collection, children.by, children.first
                )?;
                match &children.after {
                    Some(after) => write!(f, ", and whether later ones have {after}"),
                    None => Ok(()),
                }
            }
            Take::Members {
                at_most,
                links,
                targets,
                meets,
                ..
            } => write!(
                f,
                "for at most {at_most} of {}: count of the {targets} linked by {links}, and of \
                 those without {meets}",
                self.filter
            ),
            Take::Indexes => f.write_str("list of indexes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_line_says_what_was_asked() {
        let query = Query {
            id: "x",
            collection: "rocketchat_room",
            filter: Filter::All(vec![
                Filter::Is("encrypted", Literal::Bool(true)),
                Filter::Missing("prid"),
            ]),
            take: Take::Rows {
                fields: vec![Field::plain("t", "t")],
                sort: Some(Sort {
                    by: "ts",
                    descending: false,
                }),
                at_most: 10,
            },
            reach: Reach::Index("encrypted"),
        };
        assert_eq!(
            query.to_string(),
            "at most 10 of (encrypted is true and prid is missing), fields t, earliest ts first"
        );
        assert_eq!(query.collections().collect::<Vec<_>>(), ["rocketchat_room"]);
    }
}
