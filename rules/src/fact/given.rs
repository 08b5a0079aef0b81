//! Evidence for tests of facts: a few answers and settings, and what a fact makes of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Fact;
use crate::attestation::Attestations;
use crate::environment::Environment;
use crate::evidence::Evidence;
use crate::parameter::Parameters;
use crate::policy::Policy;
use crate::snapshot::{Dataset, FORMAT, Row, Snapshot, Source, SourceKind, StoredSetting};
use crate::value::Value;
use crate::version::RunningVersion;

/// A workspace of version 6.13.0, judged on 1 November 2026.
pub(super) struct Given {
    version: RunningVersion,
    snapshot: Snapshot,
    environment: Environment,
    parameters: Parameters,
    whole: bool,
}

impl Given {
    pub(super) fn new() -> Self {
        Self {
            version: RunningVersion::exactly("6.13.0".parse().unwrap()),
            snapshot: Snapshot {
                format: FORMAT.to_owned(),
                source: Source {
                    kind: SourceKind::Server,
                    database: "test".to_owned(),
                    server_version: None,
                    replica_set: None,
                    cluster_time: None,
                },
                started: jiff::Timestamp::UNIX_EPOCH,
                finished: jiff::Timestamp::UNIX_EPOCH,
                settings: BTreeMap::new(),
                groups: BTreeSet::new(),
                licence: crate::licence::LicenceText::Absent,
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

    pub(super) fn version(mut self, version: &str) -> Self {
        self.version = RunningVersion::exactly(version.parse().unwrap());
        self
    }

    pub(super) fn running(mut self, version: RunningVersion) -> Self {
        self.version = version;
        self
    }

    /// A document as it would be in a snapshot, from its JSON there.
    pub(super) fn setting(mut self, id: &str, json: &str) -> Self {
        let setting: StoredSetting = serde_json::from_str(json).unwrap();
        self.snapshot.settings.insert(id.to_owned(), setting);
        self
    }

    pub(super) fn answer(mut self, query: &str, dataset: Dataset) -> Self {
        self.snapshot.data.insert(query.to_owned(), dataset);
        self
    }

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
        let now = "2026-11-01T12:00:00Z".parse().unwrap();
        let mut evidence = Evidence::draw(
            &self.snapshot,
            &policy,
            &self.environment,
            &attestations,
            now,
        );
        evidence.server.version = self.version.clone();
        evidence.server.settings_whole = self.whole;
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

fn owned(numbers: &[(&str, u64)]) -> BTreeMap<String, u64> {
    numbers
        .iter()
        .map(|(name, number)| ((*name).to_owned(), *number))
        .collect()
}
