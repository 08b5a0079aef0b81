//! What people wrote about the workspace, as a report shows it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rc_audit_rules::acceptance::{Accepted, Bound};
use rc_audit_rules::attestation::{self, Subject};
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::Judgement;
use rc_audit_rules::plan::{self, Plan};
use rc_audit_rules::policy::Policy;
use rc_audit_rules::rule::Rule;
use rc_audit_rules::waiver::{Ruling, Scope, Standing, State, Waiver};
use serde_json::{Value as Json, json};

use super::{time, workspace_name};
use crate::digest;
use crate::v1;

/// The most waivers that a report lists.
const LISTED: usize = 1000;

/// What people wrote, and what became of it.
#[derive(Clone, Debug, Default)]
pub struct Written<'a> {
    /// The files of the policy.
    pub layers: Vec<v1::Layer>,
    /// The files of waivers.
    pub files: Vec<v1::WaiverFile>,
    /// The waivers of all files.
    pub waivers: &'a [Waiver],
    /// What became of them.
    pub ruling: Ruling,
    /// The plans.
    pub plans: &'a [Plan],
}

/// The names under which waivers and plans may know the workspace that evidence is of; its name in
/// reports is made for this.
#[must_use]
pub fn scope<'a>(evidence: &'a Evidence<'_>, name: &'a str) -> Scope<'a> {
    Scope {
        database: &evidence.snapshot.source.database,
        name,
        unique_id: evidence.server.unique_id.as_deref(),
    }
}

/// The name of the workspace that evidence is of.
#[must_use]
pub fn name_of(evidence: &Evidence<'_>) -> String {
    workspace_name(
        &evidence.snapshot.source.database,
        evidence.server.unique_id.as_deref(),
    )
}

impl Written<'_> {
    /// The waiver that a rule is waived by.
    pub(super) fn waiver_of(&self, rule: &str) -> Option<String> {
        self.ruling.by_rule.get(rule).map(|number| id(*number))
    }

    /// What a waiver of a failed rule would accept.
    pub(super) fn acceptance_of(&self, rule: &str) -> Option<v1::Acceptance> {
        let found = self.ruling.found.get(rule)?;
        Some(v1::Acceptance {
            form: found.form(),
            fingerprint: found.fingerprint(),
        })
    }

    /// All waivers.
    pub(super) fn waivers(&self, evidence: &Evidence<'_>) -> v1::Waivers {
        let mut by_state: BTreeMap<String, u64> = BTreeMap::new();
        let mut entries = Vec::new();
        let mut not_listed = 0;
        let pairs = self.waivers.iter().zip(&self.ruling.standings);
        for (number, (waiver, standing)) in pairs.enumerate() {
            *by_state
                .entry(standing.state.name().to_owned())
                .or_default() += 1;
            if standing.state == State::Elsewhere {
                continue;
            }
            if entries.len() == LISTED {
                not_listed += 1;
                continue;
            }
            entries.push(self.entry(number, waiver, standing, evidence.now));
        }
        let terms = &evidence.policy.waivers;
        v1::Waivers {
            digest: self.digest(),
            files: self.files.clone(),
            max_days: terms.max_days,
            warn_days: terms.warn_days,
            by_state,
            entries,
            not_listed,
        }
    }

    fn digest(&self) -> Option<String> {
        match self.files.as_slice() {
            [] => None,
            [file] => Some(file.digest.clone()),
            files => {
                let digests = files.iter().map(|file| format!("{}\n", file.digest));
                Some(digest::tagged(digests.collect::<String>().as_bytes()))
            }
        }
    }

    fn entry(
        &self,
        number: usize,
        waiver: &Waiver,
        standing: &Standing,
        now: Timestamp,
    ) -> v1::Waiver {
        let file = self.files.get(waiver.file);
        v1::Waiver {
            id: id(number),
            file: file.map(|file| file.name.clone()).unwrap_or_default(),
            line: waiver.place.line as u64,
            rule: waiver.rule.clone(),
            workspace: waiver.workspace.clone(),
            reason: waiver.reason.clone(),
            approver: waiver.approver.clone(),
            ticket: waiver.ticket.clone(),
            from: waiver.period.from.to_string(),
            until: waiver.period.until.to_string(),
            ends: time(waiver.period.ends()),
            days_left: waiver.period.days_left(now),
            accepted: accepted(&waiver.accepted),
            state: standing.state.name().to_owned(),
            why: standing.why.clone(),
            expiring: standing.expiring,
            overlaps: standing.overlaps.map(id),
        }
    }

    /// The plans that are for this workspace.
    pub(super) fn plans(
        &self,
        rules: &[Rule],
        judgements: &[Judgement],
        evidence: &Evidence<'_>,
    ) -> Vec<v1::Plan> {
        let name = name_of(evidence);
        let plans = plan::of_workspace(self.plans, &scope(evidence, &name));
        let now = evidence.now;
        rules
            .iter()
            .zip(judgements)
            .filter_map(|(rule, judgement)| {
                let plan = plans.get(rule.id.as_str())?;
                Some(v1::Plan {
                    rule: plan.rule.clone(),
                    owner: plan.owner.clone(),
                    due: plan.due.to_string(),
                    days_left: plan.days_left(now),
                    ticket: plan.ticket.clone(),
                    note: plan.note.clone(),
                    state: plan.state(Some(judgement), now).name().to_owned(),
                })
            })
            .collect()
    }
}

/// The number of a waiver as reports write it.
fn id(number: usize) -> String {
    format!("W{}", number + 1)
}

fn accepted(accepted: &Accepted) -> Json {
    match accepted {
        Accepted::Fingerprint(fingerprint) => Json::String(fingerprint.clone()),
        Accepted::Values(values) => values
            .iter()
            .map(|(subject, bound)| {
                let bound = match bound {
                    Bound::Is(value) => value.clone(),
                    Bound::AtMost(number) => json!({ "at_most": number }),
                    Bound::AtLeast(number) => json!({ "at_least": number }),
                    Bound::Within(items) => json!({ "within": items }),
                };
                (subject.clone(), bound)
            })
            .collect(),
    }
}

/// What people state.
pub(super) fn statements(evidence: &Evidence<'_>) -> Vec<v1::Statement> {
    let now = evidence.now;
    let warn_days = i64::from(evidence.policy.waivers.warn_days);
    let entry = |statement: &attestation::Statement| {
        let (kind, subject) = match &statement.subject {
            Subject::Rule(rule) => ("rule", rule.clone()),
            Subject::Fact(fact) => ("fact", fact.clone()),
            Subject::ServerVersion(version) => ("server_version", version.to_string()),
        };
        let state = statement.state(now);
        let days_left = statement.period.days_left(now);
        v1::Statement {
            kind: kind.to_owned(),
            subject,
            text: statement.text.clone(),
            by: statement.by.clone(),
            from: statement.period.from.to_string(),
            until: statement.period.until.to_string(),
            ends: time(statement.period.ends()),
            days_left,
            state: state.name().to_owned(),
            expiring: state == attestation::State::InForce && days_left <= warn_days,
            evidence: statement.evidence.as_ref().map(|document| v1::Document {
                name: document.name.clone(),
                digest: format!("sha256:{}", document.sha256),
                found: match &document.found {
                    None => "not_beside",
                    Some(_) if document.differs() => "differs",
                    Some(_) => "same",
                }
                .to_owned(),
            }),
        }
    };
    let statements = evidence.attestations.statements.iter();
    statements.map(entry).collect()
}

/// What no further layer may change.
pub(super) fn locks(policy: &Policy) -> BTreeMap<String, v1::Lock> {
    let lock = |(key, lock): (&String, &rc_audit_rules::policy::Locked)| {
        let lock = v1::Lock {
            layer: lock.layer.clone(),
            reason: lock.reason.clone(),
        };
        (key.clone(), lock)
    };
    policy.locks.iter().map(lock).collect()
}
