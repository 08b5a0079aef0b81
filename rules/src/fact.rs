//! Facts: named, typed statements about a workspace that rules compare.
//!
//! What a rule file can't say (counting, joining, quirks of versions) is said here, in one small
//! function for each fact, in one file for each family. A family lists the queries that its facts
//! need, so what is read follows from what is asked.

pub mod account;
pub mod ai;
pub mod app;
pub mod audit;
pub mod egress;
pub mod encryption;
pub mod environment;
pub mod event;
pub mod federation;
pub mod host;
pub mod identity_provider;
pub mod integration;
pub mod inventory;
pub mod invite;
pub mod licence;
pub mod livechat;
pub mod login;
pub mod notice;
pub mod permission;
pub mod push;
pub mod registration;
pub mod retention;
pub mod role;
pub mod schedule;
pub mod second_factor;
pub mod secret;
pub mod server;
pub mod session;
pub mod site;
pub mod statistics;
pub mod storage;
pub mod subject_rights;
pub mod third_party;
pub mod token;
pub mod upload;

mod index;

#[cfg(test)]
mod given;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use rayon::prelude::*;

use crate::environment::Environment;
use crate::logic::Truth;
use crate::parameter::Parameters;
use crate::query::Query;
use crate::rule::Profile;
use crate::server::Server;
use crate::settings::Settings;
use crate::snapshot::{Dataset, Row, Snapshot};
use crate::traffic::Traffic;
use crate::value::Value;

pub use index::find;

/// The answer to a fact: a value, or why there is none.
pub type Fact = Result<Value, Absent>;

/// Why a fact has no value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Absent {
    /// The question does not arise in this workspace.
    NotApplicable(String),
    /// The evidence does not answer it.
    Unknown(String),
}

/// The type of a fact's value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A boolean.
    Flag,
    /// A whole number; the text is its unit.
    Number(&'static str),
    /// One of a few words.
    Word,
    /// A list of texts.
    List,
}

/// What a fact is.
#[derive(Debug)]
pub struct Spec {
    /// Its id, `family.name`.
    pub id: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// What it says, one sentence.
    pub about: &'static str,
    /// How it is drawn from the evidence.
    pub derive: fn(&Context<'_>) -> Fact,
}

/// Facts that belong together, and the queries they need.
#[derive(Debug)]
pub struct Family {
    /// The queries; some depend on settings, which are read first.
    pub queries: fn(&Settings<'_>) -> Vec<Query>,
    /// The facts.
    pub facts: &'static [Spec],
}

static FAMILIES: &[Family] = &[
    server::FAMILY,
    statistics::FAMILY,
    registration::FAMILY,
    licence::FAMILY,
    push::FAMILY,
    encryption::FAMILY,
    retention::FAMILY,
    environment::FAMILY,
    site::FAMILY,
    upload::FAMILY,
    session::FAMILY,
    event::FAMILY,
    notice::FAMILY,
    inventory::FAMILY,
    subject_rights::FAMILY,
    livechat::FAMILY,
    app::FAMILY,
    audit::FAMILY,
    login::FAMILY,
    account::FAMILY,
    second_factor::FAMILY,
    token::FAMILY,
    role::FAMILY,
    invite::FAMILY,
    identity_provider::FAMILY,
    permission::FAMILY,
    host::FAMILY,
    federation::FAMILY,
    storage::FAMILY,
    integration::FAMILY,
    third_party::FAMILY,
    ai::FAMILY,
    secret::FAMILY,
    egress::FAMILY,
];

/// What facts are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The evidence.
    pub snapshot: &'a Snapshot,
    /// The effective settings.
    pub settings: Settings<'a>,
    /// The running server.
    pub server: &'a Server,
    /// The policy's parameters.
    pub parameters: &'a Parameters,
    /// The profile that the operator declared, if any.
    pub declared: Option<Profile>,
    /// The profile that rules are judged by.
    pub profile: Profile,
    /// The server's environment, as far as the operator attached it.
    pub environment: &'a Environment,
    /// What the operator attests, by name.
    pub attested: &'a BTreeMap<String, Value>,
    /// What logs of the network show; none without a log, and while flows are judged.
    pub traffic: Option<&'a Traffic>,
    /// The moment to judge for.
    pub now: Timestamp,
}

/// How many rules or facts a thread takes at least: one by itself costs less than handing it over.
pub(crate) const AT_ONCE: usize = 16;

/// All facts, in the order of their families.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    FAMILIES.iter().flat_map(|family| family.facts)
}

/// All queries, given the settings.
#[must_use]
pub fn queries(settings: &Settings<'_>) -> Vec<Query> {
    FAMILIES
        .iter()
        .flat_map(|family| (family.queries)(settings))
        .collect()
}

/// All facts of a workspace.
#[must_use]
pub fn derive(context: &Context<'_>) -> BTreeMap<&'static str, Fact> {
    let all: Vec<&Spec> = specs().collect();
    all.par_iter()
        .with_min_len(AT_ONCE)
        .map(|spec| (spec.id, (spec.derive)(context)))
        .collect()
}

/// The facts that follow from what logs of the network show.
#[must_use]
pub fn derive_from_traffic(context: &Context<'_>) -> BTreeMap<&'static str, Fact> {
    let late = egress::FAMILY.facts.iter();
    late.map(|spec| (spec.id, (spec.derive)(context))).collect()
}

/// Whether a fact follows from what logs of the network show, so that no flow can rest on it.
#[must_use]
pub fn is_late(id: &str) -> bool {
    egress::FAMILY.facts.iter().any(|spec| spec.id == id)
}

fn unknown<T>(why: impl Into<String>) -> Result<T, Absent> {
    Err(Absent::Unknown(why.into()))
}

fn not_applicable<T>(why: impl Into<String>) -> Result<T, Absent> {
    Err(Absent::NotApplicable(why.into()))
}

/// Numbers of documents by kind.
#[derive(Clone, Copy, Debug)]
pub struct Tally<'a> {
    /// The numbers, by text or day.
    pub counts: &'a BTreeMap<String, u64>,
    /// Whether all documents were counted.
    pub complete: bool,
}

/// Rows of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The rows.
    pub rows: &'a [Row],
    /// Whether these are all there are.
    pub complete: bool,
}

impl Context<'_> {
    /// The rows that answer a query.
    pub fn rows(&self, query: &str) -> Result<Rows<'_>, Absent> {
        match self.answer(query)? {
            Dataset::Rows { rows, complete } => Ok(Rows {
                rows,
                complete: *complete,
            }),
            _ => unknown(format!("the answer to {query} is not a list")),
        }
    }

    /// The time in a field of the first row that answers a query.
    pub fn first_time(&self, query: &str, field: &str) -> Result<Option<Timestamp>, Absent> {
        let first = self.rows(query)?.rows.first();
        Ok(first.and_then(|row| time(row, field)))
    }

    /// A number from the answer to a query.
    pub fn count(&self, query: &str, name: &str) -> Result<u64, Absent> {
        match self.answer(query)? {
            Dataset::Counts(counts) => counts
                .get(name)
                .copied()
                .ok_or_else(|| Absent::Unknown(format!("{query} does not count '{name}'"))),
            _ => unknown(format!("the answer to {query} is not a count")),
        }
    }

    /// How many documents there are of each kind, by the answer to a query.
    pub fn tally(&self, query: &str) -> Result<Tally<'_>, Absent> {
        match self.answer(query)? {
            Dataset::Tally { counts, complete } => Ok(Tally {
                counts,
                complete: *complete,
            }),
            _ => unknown(format!("the answer to {query} is not a tally")),
        }
    }

    /// How many documents of a tally by day are older than this many days. One without a date is
    /// not counted.
    #[must_use]
    pub fn older_than(&self, days: i64, tally: Tally<'_>) -> u64 {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let age = |day: &str| -> Option<i32> {
            let day: Date = day.parse().ok()?;
            Some(today.since((Unit::Day, day)).ok()?.get_days())
        };
        let old = tally
            .counts
            .iter()
            .filter(|(day, _)| age(day).is_some_and(|age| i64::from(age) > days));
        old.map(|(_, count)| count).sum()
    }

    fn answer(&self, query: &str) -> Result<&Dataset, Absent> {
        match self.snapshot.data.get(query) {
            Some(Dataset::Gap(gap)) => unknown(format!(
                "the collection {} could not be read: {}",
                gap.collection, gap.detail
            )),
            Some(dataset) => Ok(dataset),
            None => unknown(format!("the evidence does not hold an answer to {query}")),
        }
    }

    /// Whether a setting is on for the server, as a fact.
    fn on(&self, id: &str) -> Result<bool, Absent> {
        decided(self.settings.truthy(id), || {
            format!("whether {id} is on could not be decided")
        })
    }

    /// Full days from a moment to now; a moment in the future gives 0.
    #[must_use]
    pub fn days_since(&self, then: Timestamp) -> i64 {
        self.hours_since(then) / 24
    }

    /// Full hours from a moment to now; a moment in the future gives 0.
    #[must_use]
    pub fn hours_since(&self, then: Timestamp) -> i64 {
        self.now
            .since((Unit::Hour, then))
            .map_or(0, |span| i64::from(span.get_hours()).max(0))
    }

    /// Full minutes from a moment to now; a moment in the future gives 0.
    #[must_use]
    pub fn minutes_since(&self, then: Timestamp) -> i64 {
        self.now
            .since((Unit::Minute, then))
            .map_or(0, |span| span.get_minutes().max(0))
    }

    /// A list drawn from the settings that are stored: where only a part of them was read, what is
    /// not found proves nothing.
    fn unless_empty_of_a_part(&self, found: Value) -> Fact {
        if !found.is_set() && !self.server.settings_whole {
            return unknown("the evidence holds only a part of the settings, and none of these");
        }
        Ok(found)
    }
}

/// A decided truth, or why it is not.
fn decided(truth: Truth, why: impl FnOnce() -> String) -> Result<bool, Absent> {
    match truth {
        Truth::True => Ok(true),
        Truth::False => Ok(false),
        Truth::Unknown => unknown(why()),
    }
}

/// A length as a value.
fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The time in a field of a row.
fn time(row: &Row, field: &str) -> Option<Timestamp> {
    row.get(field).and_then(Value::as_time)
}

/// Whether a field of a row is true.
fn flag(row: &Row, field: &str) -> bool {
    row.get(field).and_then(Value::as_bool) == Some(true)
}

/// The text in a field of a row.
fn text<'a>(row: &'a Row, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Value::as_text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_of_facts_and_queries_are_unique() {
        let mut ids = BTreeSet::new();
        for spec in specs() {
            assert!(ids.insert(spec.id), "{} twice", spec.id);
            assert!(spec.about.ends_with('.'), "{}: a sentence", spec.id);
        }
        let running = crate::version::RunningVersion::default();
        let licence = crate::licence::Licence::none("test");
        let stored = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for query in queries(&Settings::new(&stored, &running, &licence)) {
            assert!(ids.insert(query.id), "{} twice", query.id);
        }
    }
}
