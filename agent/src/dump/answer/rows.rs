//! Documents reduced to fields, cut to a bound while they are gathered.

use jiff::Timestamp;
use rc_audit_rules::query::{Field, Reduce, Sort};
use rc_audit_rules::snapshot::{Dataset, Row};
use rc_audit_rules::value::Value;

use super::super::filter::{any_filled, find};
use super::{Seen, time_at};
use crate::mongo::bson::{RawBsonRef, RawDocument};
use crate::mongo::field_value;

pub(super) struct Rows {
    fields: Vec<Field>,
    sort: Option<Sort>,
    bound: usize,
    complete: bool,
    gathered: Vec<(Option<Timestamp>, Row)>,
}

impl Rows {
    pub(super) fn new(fields: Vec<Field>, sort: Option<Sort>, at_most: u32) -> Self {
        Self {
            fields,
            sort,
            bound: usize::try_from(at_most).unwrap_or(usize::MAX),
            complete: true,
            gathered: Vec::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        if !seen.own {
            return;
        }
        let row = || row(seen.document, &self.fields);
        let Some(sort) = self.sort else {
            if self.gathered.len() < self.bound {
                self.gathered.push((None, row()));
            } else {
                self.complete = false;
            }
            return;
        };
        self.gathered.push((time_at(seen.document, sort.by), row()));
        if self.gathered.len() > self.bound.saturating_mul(2).saturating_add(64) {
            self.cut();
        }
    }

    /// Sorts and drops what lies beyond the bound. Equal times keep the order of the file.
    fn cut(&mut self) {
        if let Some(sort) = self.sort {
            if sort.descending {
                self.gathered.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            } else {
                self.gathered.sort_by_key(|(at, _)| *at);
            }
        }
        if self.gathered.len() > self.bound {
            self.gathered.truncate(self.bound);
            self.complete = false;
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.gathered.extend(other.gathered);
        self.complete &= other.complete;
    }

    pub(super) fn finish(mut self) -> Dataset {
        self.cut();
        Dataset::Rows {
            rows: self.gathered.into_iter().map(|(_, row)| row).collect(),
            complete: self.complete,
        }
    }
}

/// A document reduced to fields.
pub(super) fn row(document: &RawDocument, fields: &[Field]) -> Row {
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
