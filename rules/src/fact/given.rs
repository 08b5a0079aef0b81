//! Evidence for tests of facts: a few answers and settings, and what a fact makes of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Absent, Fact};
use crate::attestation::Attestations;
use crate::case::document;
use crate::environment::Environment;
use crate::evidence::Evidence;
use crate::licence::{Licence, LicenceState, LicenceText};
use crate::parameter::Parameters;
use crate::policy::Policy;
use crate::snapshot::{
    Dataset, FORMAT, Gap, GapReason, Row, Snapshot, Source, SourceKind, StoredSetting,
};
use crate::value::Value;
use crate::version::RunningVersion;

/// The moment at which facts are drawn.
const NOW: &str = "2026-11-01T12:00:00Z";

/// A workspace of version 6.13.0 without a licence, looked at on 1 November 2026.
pub(super) struct Given {
    version: RunningVersion,
    licence: Option<Licence>,
    /// Values that a version turns into documents.
    settings: BTreeMap<String, Value>,
    snapshot: Snapshot,
    environment: Environment,
    parameters: Parameters,
    whole: bool,
}

impl Given {
    pub(super) fn new() -> Self {
        Self {
            version: RunningVersion::exactly("6.13.0".parse().unwrap()),
            licence: None,
            settings: BTreeMap::new(),
            snapshot: Snapshot {
                format: FORMAT.to_owned(),
                source: Source {
                    kind: SourceKind::Server,
                    database: "test".to_owned(),
                    server_version: None,
                    replica_set: None,
                    cluster_time: None,
                    login: None,
                },
                started: Timestamp::UNIX_EPOCH,
                finished: Timestamp::UNIX_EPOCH,
                settings: BTreeMap::new(),
                groups: BTreeSet::new(),
                licence: LicenceText::Absent,
                data: BTreeMap::new(),
                ledger: Vec::new(),
            },
            environment: Environment::default(),
            parameters: Parameters::default(),
            whole: true,
        }
    }

    /// Of whose settings only a part was read.
    pub(super) fn in_part(mut self) -> Self {
        self.whole = false;
        self
    }

    /// Read from a dump, which may be of any age.
    pub(super) fn of_a_dump(mut self) -> Self {
        self.snapshot.source.kind = SourceKind::DumpFolder;
        self
    }

    pub(super) fn version(mut self, version: &str) -> Self {
        self.version = RunningVersion::exactly(version.parse().unwrap());
        self
    }

    pub(super) fn running(mut self, version: RunningVersion) -> Self {
        self.version = version;
        self
    }

    /// A stored value, with everything else as the release has it.
    pub(super) fn setting(mut self, id: &str, value: impl Into<Value>) -> Self {
        self.settings.insert(id.to_owned(), value.into());
        self
    }

    /// A document as it would be in a snapshot, from its JSON there.
    pub(super) fn stored(mut self, id: &str, json: &str) -> Self {
        let setting: StoredSetting = serde_json::from_str(json).unwrap();
        self.snapshot.settings.insert(id.to_owned(), setting);
        self
    }

    pub(super) fn answer(mut self, query: &str, dataset: Dataset) -> Self {
        self.snapshot.data.insert(query.to_owned(), dataset);
        self
    }

    /// A query that was refused.
    pub(super) fn denied(self, query: &str) -> Self {
        let gap = Gap {
            collection: "collection".to_owned(),
            reason: GapReason::Denied,
            detail: "denied".to_owned(),
        };
        self.answer(query, Dataset::Gap(gap))
    }

    /// A licence for a module.
    pub(super) fn licence(mut self, module: &str) -> Self {
        let modules = BTreeSet::from([module.to_owned()]);
        self.licence = Some(Licence {
            state: LicenceState::Valid,
            possible: Some(modules.clone()),
            granted: modules,
            offline: Some(false),
            ends: None,
            basis: "a licence is given".to_owned(),
        });
        self
    }

    /// A parameter, as a policy writes it.
    pub(super) fn parameter(mut self, line: &str) -> Self {
        let table: toml::Table = line.parse().unwrap();
        for (name, value) in &table {
            self.parameters.set(name, value).unwrap();
        }
        self
    }

    pub(super) fn environment(mut self, variables: &[(&str, &str)]) -> Self {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.environment = Environment::reduce(owned);
        self
    }

    /// The fact with this id.
    pub(super) fn derive(&self, id: &str) -> Fact {
        let policy = Policy::for_case(None, false, &self.parameters);
        let attestations = Attestations::default();
        let mut snapshot = self.snapshot.clone();
        for (id, value) in &self.settings {
            let document = document(id, value, &self.version);
            snapshot.settings.insert(id.clone(), document);
        }
        let now = NOW.parse().unwrap();
        let mut evidence =
            Evidence::draw(&snapshot, &policy, &self.environment, &attestations, now);
        evidence.server.version = self.version.clone();
        evidence.server.settings_whole = self.whole;
        match &self.licence {
            Some(licence) => evidence.server.licence = licence.clone(),
            None if self.whole => evidence.server.licence = Licence::none("nothing was given"),
            None => {}
        }
        (super::find(id).unwrap().derive)(&evidence.context())
    }

    /// The items of a fact that is a list.
    pub(super) fn list(&self, id: &str) -> Vec<String> {
        let value = self.derive(id).unwrap();
        let items = value.as_texts().unwrap();
        items.into_iter().map(str::to_owned).collect()
    }
}

/// Numbers by name.
pub(super) fn counts(numbers: &[(&str, u64)]) -> Dataset {
    Dataset::Counts(owned(numbers))
}

/// Numbers by day, all of them.
pub(super) fn tally(numbers: &[(&str, u64)]) -> Dataset {
    Dataset::Tally {
        counts: owned(numbers),
        complete: true,
    }
}

/// All rows that there are.
pub(super) fn rows(rows: &[&[(&str, Value)]]) -> Dataset {
    let row = |fields: &&[(&str, Value)]| -> Row {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    };
    Dataset::Rows {
        rows: rows.iter().map(row).collect(),
        complete: true,
    }
}

/// An answer of rows or a tally, whole or with more behind it.
pub(super) fn whole(is_whole: bool, dataset: Dataset) -> Dataset {
    match dataset {
        Dataset::Rows { rows, .. } => Dataset::Rows {
            rows,
            complete: is_whole,
        },
        Dataset::Tally { counts, .. } => Dataset::Tally {
            counts,
            complete: is_whole,
        },
        other => other,
    }
}

/// A moment so many days before now.
pub(super) fn days_ago(days: i64) -> Value {
    let now: Timestamp = NOW.parse().unwrap();
    Value::Time(now - SignedDuration::from_hours(24 * days))
}

pub(super) fn is_unknown(fact: &Fact) -> bool {
    matches!(fact, Err(Absent::Unknown(_)))
}

pub(super) fn is_not_applicable(fact: &Fact) -> bool {
    matches!(fact, Err(Absent::NotApplicable(_)))
}

/// A list of texts as a fact's answer.
#[expect(
    clippy::unnecessary_wraps,
    reason = "what it is compared with is an answer"
)]
pub(super) fn list(items: &[&str]) -> Fact {
    Ok(items.iter().copied().collect())
}

fn owned(numbers: &[(&str, u64)]) -> BTreeMap<String, u64> {
    numbers
        .iter()
        .map(|(name, number)| ((*name).to_owned(), *number))
        .collect()
}
