//! How many documents there are of each kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rc_audit_rules::query::{By, DAYS};
use rc_audit_rules::snapshot::Dataset;

use super::super::path::{find, sort_key};
use super::Seen;
use crate::mongo::Key;
use crate::mongo::bson::{RawBsonRef, RawDocument};

pub(super) struct Tally {
    by: By,
    latest: Option<(&'static str, u32)>,
    /// Without a bound, the numbers.
    counts: BTreeMap<String, u64>,
    /// With one, each document's place in time and its kind.
    dated: Vec<(Key, String)>,
}

impl Tally {
    pub(super) fn new(by: By, latest: Option<(&'static str, u32)>) -> Self {
        Self {
            by,
            latest,
            counts: BTreeMap::new(),
            dated: Vec::new(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        if !seen.own {
            return;
        }
        let kind = self.kind(seen.document);
        match self.latest {
            Some((field, _)) => {
                let key = sort_key(seen.document, field, true);
                self.dated.push((key, kind));
            }
            None => *self.counts.entry(kind).or_default() += 1,
        }
    }

    fn kind(&self, document: &RawDocument) -> String {
        match &self.by {
            By::Text(path) => find(document, path)
                .and_then(RawBsonRef::as_str)
                .unwrap_or_default()
                .to_owned(),
            By::Day(paths) => paths
                .iter()
                .filter_map(|path| Some(find(document, path)?.as_datetime()?.timestamp_millis()))
                .find(|at| DAYS.contains(at))
                .and_then(|at| Timestamp::from_millisecond(at).ok())
                .map(|at| at.to_zoned(TimeZone::UTC).date().to_string())
                .unwrap_or_default(),
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        for (kind, count) in other.counts {
            *self.counts.entry(kind).or_default() += count;
        }
        self.dated.extend(other.dated);
    }

    pub(super) fn finish(mut self) -> Dataset {
        let mut complete = true;
        if let Some((_, at_most)) = self.latest {
            // A server counts one more than the bound, which is how it sees that there are more.
            let bound = usize::try_from(at_most).unwrap_or(usize::MAX);
            complete = self.dated.len() <= bound;
            self.dated.sort_by(|(one, _), (other, _)| other.cmp(one));
            self.dated.truncate(bound.saturating_add(1));
        }
        for (_, kind) in self.dated {
            *self.counts.entry(kind).or_default() += 1;
        }
        Dataset::Tally {
            counts: self.counts,
            complete,
        }
    }
}
