//! For tests of facts: a workspace in a few lines.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Fact, derive};
use crate::attestation::Attestations;
use crate::case::document;
use crate::environment::Environment;
use crate::evidence::Evidence;
use crate::licence::{Licence, LicenceState, LicenceText};
use crate::parameter::Parameters;
use crate::policy::Policy;
use crate::snapshot::{Dataset, FORMAT, Gap, GapReason, Row, Snapshot, Source, SourceKind};
use crate::value::Value;
use crate::version::RunningVersion;

/// A workspace of which single facts are asked.
pub(super) struct Probe {
    version: RunningVersion,
    settings: BTreeMap<String, Value>,
    data: BTreeMap<String, Dataset>,
    parameters: Parameters,
    modules: BTreeSet<String>,
}

impl Probe {
    /// A workspace of this version without anything in it.
    pub(super) fn at(version: &str) -> Self {
        Self {
            version: RunningVersion::exactly(version.parse().unwrap()),
            settings: BTreeMap::new(),
            data: BTreeMap::new(),
            parameters: Parameters::default(),
            modules: BTreeSet::new(),
        }
    }

    /// With a stored setting.
    pub(super) fn set(mut self, id: &str, value: impl Into<Value>) -> Self {
        self.settings.insert(id.to_owned(), value.into());
        self
    }

    /// With parameters, as a policy writes them.
    pub(super) fn parameter(mut self, text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap();
        for (name, value) in &table {
            self.parameters.set(name, value).unwrap();
        }
        self
    }

    /// With a licence for a module.
    pub(super) fn licence(mut self, module: &str) -> Self {
        self.modules.insert(module.to_owned());
        self
    }

    /// With the numbers that answer a query.
    pub(super) fn counts(mut self, query: &str, counts: &[(&str, u64)]) -> Self {
        let counts = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect();
        self.data.insert(query.to_owned(), Dataset::Counts(counts));
        self
    }

    /// With the tally that answers a query.
    pub(super) fn tally(mut self, query: &str, counts: &[(&str, u64)], complete: bool) -> Self {
        let counts = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect();
        self.data
            .insert(query.to_owned(), Dataset::Tally { counts, complete });
        self
    }

    /// With the rows that answer a query.
    pub(super) fn rows<const N: usize>(
        mut self,
        query: &str,
        rows: [&[(&str, Value)]; N],
        complete: bool,
    ) -> Self {
        let rows = rows
            .into_iter()
            .map(|row| {
                row.iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect::<Row>()
            })
            .collect();
        self.data
            .insert(query.to_owned(), Dataset::Rows { rows, complete });
        self
    }

    /// With a query that was refused.
    pub(super) fn denied(mut self, query: &str) -> Self {
        let gap = Gap {
            collection: "collection".to_owned(),
            reason: GapReason::Denied,
            detail: "denied".to_owned(),
        };
        self.data.insert(query.to_owned(), Dataset::Gap(gap));
        self
    }

    /// What the fact says, on 1 November 2026.
    pub(super) fn fact(self, id: &str) -> Fact {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let snapshot = Snapshot {
            format: FORMAT.to_owned(),
            source: Source {
                kind: SourceKind::Server,
                database: "probe".to_owned(),
                server_version: None,
                replica_set: None,
                cluster_time: None,
            },
            started: now,
            finished: now,
            settings: self
                .settings
                .iter()
                .map(|(id, value)| (id.clone(), document(id, value, &self.version)))
                .collect(),
            groups: BTreeSet::new(),
            licence: LicenceText::Absent,
            data: self.data,
            ledger: Vec::new(),
        };
        let policy = Policy::for_case(None, false, &self.parameters);
        let (environment, attestations) = (Environment::default(), Attestations::default());
        let mut evidence = Evidence::draw(&snapshot, &policy, &environment, &attestations, now);
        evidence.server.version = self.version;
        evidence.server.settings_whole = true;
        evidence.server.licence = if self.modules.is_empty() {
            Licence::none("the probe has no licence")
        } else {
            Licence {
                state: LicenceState::Valid,
                possible: Some(self.modules.clone()),
                granted: self.modules,
                offline: Some(false),
                ends: None,
                basis: "the probe has a licence".to_owned(),
            }
        };
        derive(&evidence.context()).remove(id).unwrap()
    }
}
