//! Documents reduced to fields, cut to a bound while they are gathered.

use rc_audit_rules::query::{Field, Sort};
use rc_audit_rules::snapshot::{Dataset, Row};

use super::super::path::{sort_key, value_at};
use super::Seen;
use crate::mongo::bson::RawDocument;
use crate::mongo::{Key, field_value};

pub(super) struct Rows {
    fields: Vec<Field>,
    sort: Option<Sort>,
    bound: usize,
    complete: bool,
    gathered: Vec<(Key, Row)>,
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
                self.gathered.push((Key::Null, row()));
            } else {
                self.complete = false;
            }
            return;
        };
        let key = sort_key(seen.document, sort.by, sort.descending);
        self.gathered.push((key, row()));
        if self.gathered.len() > self.bound.saturating_mul(2).saturating_add(64) {
            self.cut();
        }
    }

    /// Sorts and drops what lies beyond the bound. What is equal keeps the order of the file.
    fn cut(&mut self) {
        if let Some(sort) = self.sort {
            if sort.descending {
                self.gathered.sort_by(|(one, _), (other, _)| other.cmp(one));
            } else {
                self.gathered.sort_by(|(one, _), (other, _)| one.cmp(other));
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
            let value = field_value(field, value_at(document, field.path))?;
            Some((field.name.to_owned(), value))
        })
        .collect()
}
