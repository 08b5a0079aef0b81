//! Workspaces for the tests of facts, made of a few lines.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Absent, Fact};
use crate::attestation::Attestations;
use crate::environment::Environment;
use crate::evidence::Evidence;
use crate::fact;
use crate::licence::{Licence, LicenceText};
use crate::parameter::Parameters;
use crate::policy::Policy;
use crate::rule::Profile;
use crate::snapshot::{Dataset, FORMAT, Row, Snapshot, Source, SourceKind, StoredSetting};
use crate::value::Value;
use crate::version::RunningVersion;

/// The moment at which samples are judged.
const NOW: &str = "2026-11-01T12:00:00Z";

/// A workspace under construction, of 6.13.0 and without a licence.
pub(super) struct Sample {
    version: &'static str,
    settings: BTreeMap<String, StoredSetting>,
    data: BTreeMap<String, Dataset>,
    parameters: Parameters,
}

impl Sample {
    pub(super) fn new() -> Self {
        Self {
            version: "6.13.0",
            settings: BTreeMap::new(),
            data: BTreeMap::new(),
            parameters: Parameters::default(),
        }
    }

    pub(super) fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Stores a value as reading leaves it.
    pub(super) fn setting(mut self, id: &str, value: impl Into<Value>) -> Self {
        let document = StoredSetting {
            value: Some(value.into()),
            ..serde_json::from_str("{}").unwrap()
        };
        self.settings.insert(id.to_owned(), document);
        self
    }

    /// Sets a list of the policy.
    pub(super) fn list(mut self, name: &str, items: &[&str]) -> Self {
        let items = items.iter().map(|item| toml::Value::from(*item)).collect();
        self.parameters
            .set(name, &toml::Value::Array(items))
            .unwrap();
        self
    }

    pub(super) fn answer(mut self, query: &str, dataset: Dataset) -> Self {
        self.data.insert(query.to_owned(), dataset);
        self
    }

    /// Answers a query with rows.
    pub(super) fn rows(self, query: &str, rows: &[&[(&str, Value)]]) -> Self {
        let row = |fields: &&[(&str, Value)]| -> Row {
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        let dataset = Dataset::Rows {
            rows: rows.iter().map(row).collect(),
            complete: true,
        };
        self.answer(query, dataset)
    }

    /// Answers a query with one number, `all`.
    pub(super) fn size(self, query: &str, all: u64) -> Self {
        self.answer(
            query,
            Dataset::Counts(BTreeMap::from([("all".to_owned(), all)])),
        )
    }

    /// A fact of the workspace.
    pub(super) fn fact(self, id: &str) -> Fact {
        let snapshot = Snapshot {
            format: FORMAT.to_owned(),
            source: Source {
                kind: SourceKind::SettingsFile,
                database: "sample".to_owned(),
                server_version: None,
                replica_set: None,
                cluster_time: None,
            },
            started: Timestamp::UNIX_EPOCH,
            finished: Timestamp::UNIX_EPOCH,
            settings: self.settings,
            groups: BTreeSet::new(),
            licence: LicenceText::Absent,
            data: self.data,
            ledger: Vec::new(),
        };
        let policy = Policy::for_case(Some(Profile::Registered), false, &self.parameters);
        let environment = Environment::default();
        let attestations = Attestations::default();
        let now = NOW.parse().unwrap();
        let mut evidence = Evidence::draw(&snapshot, &policy, &environment, &attestations, now);
        evidence.server.version = RunningVersion::exactly(self.version.parse().unwrap());
        evidence.server.settings_whole = true;
        evidence.server.licence = Licence::none("sample");
        (fact::find(id).unwrap().derive)(&evidence.context())
    }
}

/// A moment so many days before the samples' now.
pub(super) fn days_ago(days: i64) -> Value {
    let now: Timestamp = NOW.parse().unwrap();
    Value::Time(now - jiff::SignedDuration::from_hours(24 * days))
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
