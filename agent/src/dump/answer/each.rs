//! Documents with the first of their children in time, and whether more came after it.

use std::collections::BTreeMap;

use rc_audit_rules::query::{Children, Field};
use rc_audit_rules::snapshot::{Dataset, Row};
use rc_audit_rules::value::Value;

use super::super::filter::Matcher;
use super::super::path::find;
use super::rows::row;
use super::{Mark, Seen, id_of, mark_at};
use crate::mongo::bson::{DateTime, RawBsonRef};
use crate::mongo::value as decode;

pub(super) struct Each {
    carry: Vec<Field>,
    bound: usize,
    children: Children,
    is_first: Matcher,
    is_after: Option<Matcher>,
    parents: Vec<(Mark, Row)>,
    complete: bool,
    first: BTreeMap<Mark, DateTime>,
    last_after: BTreeMap<Mark, DateTime>,
}

impl Each {
    pub(super) fn new(carry: Vec<Field>, at_most: u32, children: Children) -> Self {
        Self {
            carry,
            bound: usize::try_from(at_most).unwrap_or(usize::MAX),
            is_first: Matcher::new(&children.first),
            is_after: children.after.as_ref().map(Matcher::new),
            children,
            parents: Vec::new(),
            complete: true,
            first: BTreeMap::new(),
            last_after: BTreeMap::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        if seen.own
            && let Some(id) = id_of(seen.document)
        {
            if self.parents.len() < self.bound {
                self.parents.push((id, row(seen.document, &self.carry)));
            } else {
                self.complete = false;
            }
        }
        if seen.collection != self.children.collection {
            return;
        }
        let (Some(parent), Some(RawBsonRef::DateTime(at))) = (
            mark_at(seen.document, self.children.by),
            find(seen.document, self.children.order),
        ) else {
            return;
        };
        if self.is_first.meets(seen.document) {
            self.first
                .entry(parent)
                .and_modify(|earliest| *earliest = at.min(*earliest))
                .or_insert(at);
        }
        if let Some(is_after) = &self.is_after
            && is_after.meets(seen.document)
        {
            self.last_after
                .entry(parent)
                .and_modify(|latest| *latest = at.max(*latest))
                .or_insert(at);
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.parents.extend(other.parents);
        self.first.extend(other.first);
        self.last_after.extend(other.last_after);
        self.complete &= other.complete;
    }

    pub(super) fn finish(self) -> Dataset {
        let with_after = self.is_after.is_some();
        let rows = self
            .parents
            .into_iter()
            .filter_map(|(parent, mut row)| {
                let at = self.first.get(&parent);
                if with_after {
                    let at = at?;
                    let later = self.last_after.get(&parent).is_some_and(|last| last > at);
                    row.insert("after".to_owned(), Value::Bool(later));
                }
                if let Some(at) = at {
                    row.insert("first".to_owned(), decode(RawBsonRef::DateTime(*at)));
                }
                Some(row)
            })
            .collect();
        Dataset::Rows {
            rows,
            complete: self.complete,
        }
    }
}
