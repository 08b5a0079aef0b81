//! Numbers about documents and what other collections say of them.

use std::collections::{BTreeMap, BTreeSet};

use rc_audit_rules::query::{Filter, References};
use rc_audit_rules::snapshot::Dataset;

use super::super::filter::Matcher;
use super::super::path::key_at;
use super::{Mark, Seen, count, id_of, mark, mark_at, numbers};
use crate::mongo::Key;
use crate::mongo::bson::RawDocument;

/// Documents that point to a parent that is not there.
pub(super) struct Orphans {
    key: &'static str,
    parent: &'static str,
    parent_key: &'static str,
    is_parent: Matcher,
    children: BTreeMap<Mark, u64>,
    parents: BTreeSet<Mark>,
}

impl Orphans {
    pub(super) fn new(
        key: &'static str,
        parent: &'static str,
        parent_key: &'static str,
        parent_filter: &Filter,
    ) -> Self {
        Self {
            key,
            parent,
            parent_key,
            is_parent: Matcher::new(parent_filter),
            children: BTreeMap::new(),
            parents: BTreeSet::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        if seen.own
            && let Some(key) = mark_at(seen.document, self.key)
        {
            *self.children.entry(key).or_default() += 1;
        }
        if seen.collection == self.parent && self.is_parent.meets(seen.document) {
            self.parents.extend(mark_at(seen.document, self.parent_key));
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.children.extend(other.children);
        self.parents.extend(other.parents);
    }

    pub(super) fn finish(self) -> Dataset {
        let orphaned = self
            .children
            .iter()
            .filter(|(child, _)| !self.parents.contains(child))
            .map(|(_, count)| count)
            .sum();
        numbers("orphaned", self.children.values().sum(), orphaned)
    }
}

/// Documents that no other refers to.
pub(super) struct Unreferenced {
    references: References,
    /// Each with what is the same on the other side.
    documents: BTreeSet<(Mark, Option<Mark>)>,
    referenced: BTreeSet<Mark>,
    listed: BTreeSet<(Mark, Mark)>,
}

impl Unreferenced {
    pub(super) fn new(references: References) -> Self {
        Self {
            references,
            documents: BTreeSet::new(),
            referenced: BTreeSet::new(),
            listed: BTreeSet::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        let document = seen.document;
        let bound = usize::try_from(self.references.at_most).unwrap_or(usize::MAX);
        if seen.own
            && self.documents.len() < bound
            && let Some(id) = id_of(document)
        {
            self.documents.insert((id, self.place(document)));
        }
        if seen.collection == self.references.by {
            // Ids are texts; nothing else refers to a document.
            match key_at(document, self.references.by_key) {
                Some(Key::List(ids)) => self.referenced.extend(ids.iter().filter_map(text)),
                Some(id) => self.referenced.extend(text(&id)),
                None => {}
            }
            if let Some(Key::List(ids)) = key_at(document, self.references.by_list)
                && let Some(same) = self.place(document)
            {
                let ids = ids.iter().filter_map(text);
                self.listed.extend(ids.map(|id| (id, same)));
            }
        }
    }

    /// What has to be the same on both sides.
    fn place(&self, document: &RawDocument) -> Option<Mark> {
        text(&key_at(document, self.references.same)?)
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.referenced.extend(other.referenced);
        self.listed.extend(other.listed);
    }

    pub(super) fn finish(self) -> Dataset {
        let is_wanted = |(id, same): &&(Mark, Option<Mark>)| {
            let listed = same.is_some_and(|same| self.listed.contains(&(*id, same)));
            self.referenced.contains(id) || listed
        };
        let wanted = self.documents.iter().filter(is_wanted).count();
        let all = self.documents.len();
        numbers("orphaned", count(all), count(all - wanted))
    }
}

/// The mark of a text.
fn text(key: &Key) -> Option<Mark> {
    matches!(key, Key::Text(_)).then(|| mark(key))
}

/// Targets that documents are linked to.
pub(super) struct Members {
    links: &'static str,
    link_from: &'static str,
    link_to: &'static str,
    targets: &'static str,
    meets: Matcher,
    documents: BTreeSet<Mark>,
    linked: BTreeSet<(Mark, Mark)>,
    meeting: BTreeSet<Mark>,
}

impl Members {
    pub(super) fn new(
        links: &'static str,
        (link_from, link_to): (&'static str, &'static str),
        targets: &'static str,
        meets: &Filter,
    ) -> Self {
        Self {
            links,
            link_from,
            link_to,
            targets,
            meets: Matcher::new(meets),
            documents: BTreeSet::new(),
            linked: BTreeSet::new(),
            meeting: BTreeSet::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        let document = seen.document;
        if seen.own
            && let Some(id) = id_of(document)
        {
            self.documents.insert(id);
        }
        if seen.collection == self.links
            && let Some(from) = mark_at(document, self.link_from)
            && let Some(to) = key_at(document, self.link_to)
            && to > Key::Null
        {
            self.linked.insert((from, mark(&to)));
        }
        if seen.collection == self.targets
            && self.meets.meets(document)
            && let Some(id) = id_of(document)
        {
            self.meeting.insert(id);
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.linked.extend(other.linked);
        self.meeting.extend(other.meeting);
    }

    pub(super) fn finish(self) -> Dataset {
        let members: BTreeSet<Mark> = self
            .linked
            .into_iter()
            .filter(|(from, _)| self.documents.contains(from))
            .map(|(_, to)| to)
            .collect();
        let lacking = members.difference(&self.meeting).count();
        numbers("lacking", count(members.len()), count(lacking))
    }
}
