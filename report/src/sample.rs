//! A report for tests, made the way real ones are: rules judge a snapshot.

use std::collections::BTreeMap;

use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::evaluate::evaluate;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::Severity;
use rc_audit_rules::policy::Policy;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::snapshot::{Dataset, Gap, GapReason, Snapshot};

use crate::assemble::{self, Frame, Written};
use crate::messages::Language;
use crate::v1::{Confinement, Report};

/// What a test can vary.
pub(crate) struct Sample {
    pub(crate) database: String,
    pub(crate) challenge: Option<String>,
    /// A rule, as a file; the only one that judges.
    pub(crate) rule: String,
    /// Settings as a snapshot holds them, in JSON.
    pub(crate) settings: String,
    pub(crate) gap: bool,
    pub(crate) fail_on: Option<Severity>,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            database: "rocketchat".to_owned(),
            challenge: None,
            rule: rule("Statistics_reporting", "info"),
            settings: r#"{"Statistics_reporting":{"value":false,"type":"boolean"}}"#.to_owned(),
            gap: false,
            fail_on: Some(Severity::Medium),
        }
    }
}

/// A rule that wants a setting stored as false.
pub(crate) fn rule(setting: &str, severity: &str) -> String {
    format!(
        r#"format = 1
id = "SITE-001"
revision = 1
since = "0.1.0"
title = "The setting is off"
severity = "{severity}"
severity_reason = "a test needs one"
clauses = []
references = ["gdpr:32(1)(b)"]
rationale = "A reason."

[remedy]
note = "Switch it off."

[check]
stored = "{setting}"
is = false

[[case]]
name = "off"
version = "6.13.0"
settings = {{ {setting} = false }}
expect = "pass"

[[case]]
name = "on"
version = "6.13.0"
settings = {{ {setting} = true }}
expect = "fail"
"#
    )
}

impl Sample {
    pub(crate) fn report(&self) -> Report {
        let snapshot = self.snapshot();
        let mut rules = RuleSet::default();
        rules.add(&[("SITE-001.toml", &self.rule)]).unwrap();
        let policy = Policy::standard();
        let (environment, attestations) = (Environment::default(), Attestations::default());
        let evidence = Evidence::draw(
            &snapshot,
            &policy,
            &environment,
            &attestations,
            snapshot.finished,
        );
        let judgements = evaluate(rules.rules(), &evidence);
        assemble::report(
            rules.rules(),
            &judgements,
            &evidence,
            Frame {
                tool_version: "0.0.0",
                tool_digest: None,
                rules_digest: rules.digest(),
                snapshot_digest: "0".repeat(64),
                started: snapshot.started,
                finished: snapshot.finished,
                challenge: self.challenge.clone(),
                language: Language::English,
                fail_on: self.fail_on,
                confinement: Confinement::default(),
                attachments: Vec::new(),
                written: Written::default(),
            },
        )
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut snapshot: Snapshot = serde_json::from_value(serde_json::json!({
            "format": rc_audit_rules::snapshot::FORMAT,
            "source": {
                "kind": "server", "database": self.database, "server_version": "6.0.5",
                "replica_set": null, "cluster_time": null,
            },
            "started": "2026-11-01T12:00:00Z",
            "finished": "2026-11-01T12:00:01Z",
            "settings": serde_json::from_str::<serde_json::Value>(&self.settings).unwrap(),
            "groups": [],
            "licence": serde_json::to_value(rc_audit_rules::licence::LicenceText::Absent).unwrap(),
            "data": {},
            "ledger": [],
        }))
        .unwrap();
        if self.gap {
            let gap = Gap {
                collection: "users".to_owned(),
                reason: GapReason::Denied,
                detail: "the login may not read it".to_owned(),
            };
            snapshot.data = BTreeMap::from([("some.query".to_owned(), Dataset::Gap(gap))]);
        }
        snapshot
    }
}
