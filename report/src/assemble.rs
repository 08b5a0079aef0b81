//! From what was judged to the published report.

mod clauses;
mod contacts;
mod flows;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_rules::assumption::Assumed;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::finding::{Judgement, Observation, Outcome, Severity};
use rc_audit_rules::logic::Truth;
use rc_audit_rules::remedy::Variable;
use rc_audit_rules::rule::{Rule, area_title};
use rc_audit_rules::snapshot::{GapReason, Snapshot, SourceKind};
use rc_audit_rules::value::Value;
use rc_audit_rules::version::RunningVersion;

use crate::digest;
use crate::messages::Language;
use crate::v1;

pub use written::{Written, name_of, scope};

/// What a report says beside the judgements.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The program's version.
    pub tool_version: &'a str,
    /// The SHA-256 of the executable.
    pub tool_digest: Option<String>,
    /// The SHA-256 over all rules, hexadecimal.
    pub rules_digest: String,
    /// The SHA-256 of the snapshot, hexadecimal.
    pub snapshot_digest: String,
    /// When reading began.
    pub started: Timestamp,
    /// When reading ended.
    pub finished: Timestamp,
    /// A text to include.
    pub challenge: Option<String>,
    /// The language of the page.
    pub language: Language,
    /// The least severity at which a failure counts; none for never.
    pub fail_on: Option<Severity>,
    /// What kept the program from reaching anything else.
    pub confinement: v1::Confinement,
    /// Files that the operator attached.
    pub attachments: Vec<v1::Attachment>,
    /// What people wrote about the workspace, and what became of it.
    pub written: Written<'a>,
}

/// Puts a report together. `judgements` are those of `rules`, in the same order.
#[must_use]
pub fn report(
    rules: &[Rule],
    judgements: &[Judgement],
    evidence: &Evidence<'_>,
    frame: Frame<'_>,
) -> v1::Report {
    let findings: Vec<v1::Finding> = rules
        .iter()
        .zip(judgements)
        .map(|(rule, judgement)| finding(rule, judgement, evidence, &frame.written))
        .collect();
    let flows = flows::flows(evidence);
    let outcomes = clauses::Outcomes::new(rules, judgements);
    let policy = policy(evidence, frame.fail_on, &frame.written);
    let waivers = frame.written.waivers(evidence);
    let summary = summary(&findings);
    let gaps = gaps(evidence.snapshot);
    let verdict = verdict(&findings, frame.fail_on, !gaps.is_empty());
    let workspace = workspace(evidence);
    let id = digest::sha256(
        [
            frame.snapshot_digest.as_str(),
            &frame.rules_digest,
            &policy.digest,
            waivers.digest.as_deref().unwrap_or_default(),
            &evidence.now.to_string(),
            &frame.started.to_string(),
        ]
        .join("\n")
        .as_bytes(),
    );
    v1::Report {
        format: v1::FORMAT.to_owned(),
        id: id.chars().take(32).collect(),
        tool: v1::Tool {
            name: "rc-audit".to_owned(),
            version: frame.tool_version.to_owned(),
            digest: frame.tool_digest,
            rules: format!("sha256:{}", frame.rules_digest),
        },
        started: time(frame.started),
        finished: time(frame.finished),
        judged_at: time(evidence.now),
        challenge: frame.challenge,
        language: frame.language.tag().to_owned(),
        workspace,
        policy,
        waivers,
        plans: frame.written.plans(rules, judgements, evidence),
        statements: written::statements(evidence),
        verdict,
        summary,
        findings,
        data_table: flows::table(evidence, &flows),
        flows,
        contacts: evidence.traffic.as_ref().map(contacts::contacts),
        clauses: outcomes.clauses(evidence.policy.edition, evidence.profile),
        differences: outcomes.differences(),
        evidence: v1::Evidence {
            queries: evidence
                .snapshot
                .ledger
                .iter()
                .map(|entry| v1::Query {
                    id: entry.query.clone(),
                    namespace: entry.namespace.clone(),
                    shape: entry.shape.clone(),
                    returned: entry.returned,
                    bytes: entry.bytes,
                    milliseconds: entry.milliseconds,
                })
                .collect(),
            gaps,
            snapshot_digest: format!("sha256:{}", frame.snapshot_digest),
            cluster_time: evidence.snapshot.source.cluster_time.clone(),
            confinement: frame.confinement,
            attachments: frame.attachments,
            chain: Vec::new(),
        },
        history: None,
        comparison: None,
        assumption: None,
    }
}

/// A time to the second, as RFC 3339 in UTC.
#[must_use]
pub fn time(moment: Timestamp) -> String {
    moment
        .round(jiff::Unit::Second)
        .unwrap_or(moment)
        .to_string()
}

fn finding(
    rule: &Rule,
    judgement: &Judgement,
    evidence: &Evidence<'_>,
    written: &Written<'_>,
) -> v1::Finding {
    v1::Finding {
        rule: rule.id.clone(),
        revision: rule.revision,
        title: rule.title.clone(),
        area: rule.area().to_owned(),
        area_title: area_title(rule.area()).to_owned(),
        severity: severity(evidence.policy.severity(rule)),
        severity_reason: rule.severity_reason.clone(),
        outcome: outcome(judgement.outcome),
        underlying: judgement.underlying.map(outcome),
        false_assurance: judgement.false_assurance,
        reason: judgement.reason.clone(),
        rationale: Arc::clone(&rule.paragraphs),
        observed: judgement.observed.iter().map(observed).collect(),
        remedy: v1::Remedy {
            ui: rule.remedy.ui.clone(),
            env: variable(rule, &evidence.server.version),
            api: rule.remedy.api.clone(),
            note: rule.remedy.note.clone(),
        },
        clauses: rule.clauses.clone(),
        references: Arc::clone(&rule.references),
        waiver: written.waiver_of(&rule.id),
        acceptance: written.acceptance_of(&rule.id),
        first_seen: None,
        last_failed: None,
    }
}

/// The variable that mends it, unless the running release does not read it yet.
fn variable(rule: &Rule, running: &RunningVersion) -> String {
    let later = |variable: &Variable| running.reached(variable.since).is_false();
    if rule.remedy.process.values().any(later) {
        return String::new();
    }
    rule.remedy.env.clone()
}

fn observed(observation: &Observation) -> v1::Observed {
    v1::Observed {
        subject: observation.subject.clone(),
        expected: observation.expected.clone(),
        found: observation.value.as_ref().map_or_else(
            || serde_json::Value::String(observation.found.clone()),
            published,
        ),
        met: observation.met,
        note: observation.note.clone(),
        origin: observation.origin.name().to_owned(),
        updated_at: observation.updated_at.map(time),
    }
}

/// A value as a report shows it: no floats, no secret, no text without end.
fn published(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Double(_) => value
            .as_int()
            .map_or_else(|| Json::String(value.to_string()), Json::from),
        Value::Text(_) => {
            // The quotes around a displayed text are for sentences; JSON has its own.
            let shown = value.to_string();
            let inner = shown
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''))
                .unwrap_or(&shown);
            Json::String(inner.to_owned())
        }
        Value::List(items) => Json::Array(items.iter().map(published).collect()),
        Value::Withheld(text) => {
            serde_json::json!({ "secret": if text.set { "set" } else { "unset" } })
        }
        Value::Decimal(_) | Value::Time(_) | Value::Map(_) | Value::Other(_) => {
            Json::String(value.to_string())
        }
    }
}

/// What was taken to be otherwise, and the digest of the file that says it.
#[must_use]
pub fn assumption(digest: &str, assumed: &[Assumed]) -> v1::Assumption {
    let shown = |value: &Value| published(value);
    v1::Assumption {
        digest: digest.to_owned(),
        assumed: assumed
            .iter()
            .map(|it| v1::Assumed {
                subject: it.subject.clone(),
                found: it.found.as_ref().map_or(serde_json::Value::Null, shown),
                assumed: shown(&it.assumed),
            })
            .collect(),
    }
}

fn severity(severity: Severity) -> v1::Severity {
    match severity {
        Severity::Info => v1::Severity::Info,
        Severity::Low => v1::Severity::Low,
        Severity::Medium => v1::Severity::Medium,
        Severity::High => v1::Severity::High,
        Severity::Critical => v1::Severity::Critical,
    }
}

fn outcome(outcome: Outcome) -> v1::Outcome {
    match outcome {
        Outcome::Fail => v1::Outcome::Fail,
        Outcome::Error => v1::Outcome::Error,
        Outcome::Unknown => v1::Outcome::Unknown,
        Outcome::Manual => v1::Outcome::Manual,
        Outcome::Waived => v1::Outcome::Waived,
        Outcome::Pass => v1::Outcome::Pass,
        Outcome::NotApplicable => v1::Outcome::NotApplicable,
    }
}

fn workspace(evidence: &Evidence<'_>) -> v1::Workspace {
    let server = &evidence.server;
    let source = &evidence.snapshot.source;
    let licence = &server.licence;
    let registration = match (server.registered, licence.offline) {
        (Truth::True, Some(true)) => "registered_offline",
        (Truth::True, _) => "registered",
        (Truth::False, _) => "unregistered",
        (Truth::Unknown, _) => "unknown",
    };
    v1::Workspace {
        name: workspace_name(&source.database, server.unique_id.as_deref()),
        database: source.database.clone(),
        source: match source.kind {
            SourceKind::Server => "server",
            SourceKind::DumpFolder => "dump_folder",
            SourceKind::DumpArchive => "dump_archive",
            SourceKind::SettingsFile => "settings_file",
        }
        .to_owned(),
        mongodb: source.server_version.clone(),
        version: server.version.exact.as_ref().map(ToString::to_string),
        version_at_least: server.version.at_least.map(|release| release.to_string()),
        version_below: server.version.below.map(|release| release.to_string()),
        version_source: server.version_basis.clone(),
        version_conflict: server.version_conflict.clone(),
        deployment: server.deployment.clone(),
        licence: v1::Licence {
            state: licence.state.name().to_owned(),
            modules: licence.granted.iter().cloned().collect(),
            offline: licence.offline,
            ends: licence.ends.map(time),
            basis: licence.basis.clone(),
        },
        registration: registration.to_owned(),
        unique_id_fingerprint: server.unique_id.clone(),
    }
}

/// The name of a workspace in paths and manifests: the database, cut to plain characters, and a
/// mark of the unique id, so that two workspaces in databases of the same name stay apart.
#[must_use]
pub fn workspace_name(database: &str, unique_id: Option<&str>) -> String {
    let mut name: String = database
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
                character
            } else {
                '_'
            }
        })
        .take(48)
        .collect();
    if name.is_empty() {
        name.push_str("workspace");
    }
    let mark: String = unique_id.unwrap_or("unknown").chars().take(8).collect();
    format!("{name}-{mark}")
}

fn policy(evidence: &Evidence<'_>, fail_on: Option<Severity>, written: &Written<'_>) -> v1::Policy {
    let policy = evidence.policy;
    let parameters: BTreeMap<String, v1::Parameter> = policy
        .parameters
        .values()
        .iter()
        .map(|(name, value)| {
            let origin = if policy.parameters.is_set(name) {
                "policy"
            } else {
                "default"
            };
            let parameter = v1::Parameter {
                value: published(value),
                origin: origin.to_owned(),
            };
            (name.clone(), parameter)
        })
        .collect();
    let mut published = v1::Policy {
        profile: evidence.profile.name().to_owned(),
        profile_declared: policy.profile.is_some(),
        profile_basis: evidence.profile_basis.clone(),
        edition: policy.edition.name().to_owned(),
        packs: policy.packs.iter().cloned().collect(),
        parameters,
        excluded: policy.excluded.clone(),
        severities: policy
            .severities
            .iter()
            .map(|(rule, it)| (rule.clone(), severity(*it)))
            .collect(),
        fail_on: fail_on.map_or("none", Severity::name).to_owned(),
        layers: written.layers.clone(),
        origins: policy.origins.clone(),
        locks: written::locks(policy),
        digest: String::new(),
    };
    let text = serde_json::to_vec(&published).unwrap_or_default();
    published.digest = digest::tagged(&text);
    published
}

fn gaps(snapshot: &Snapshot) -> Vec<v1::Gap> {
    snapshot
        .gaps()
        .map(|(query, gap)| v1::Gap {
            query: query.to_owned(),
            collection: gap.collection.clone(),
            reason: match gap.reason {
                GapReason::Denied => "denied",
                GapReason::TimedOut => "timed_out",
                GapReason::NotInSource => "not_in_source",
                GapReason::Unreadable => "unreadable",
                GapReason::Failed => "failed",
            }
            .to_owned(),
            detail: gap.detail.clone(),
        })
        .collect()
}

/// What a rule of each severity weighs in the score.
const WEIGHTS: [(v1::Severity, u64); 5] = [
    (v1::Severity::Critical, 16),
    (v1::Severity::High, 8),
    (v1::Severity::Medium, 4),
    (v1::Severity::Low, 2),
    (v1::Severity::Info, 0),
];

const FORMULA: &str = "100 × weight of the rules that pass ÷ weight of the rules that apply, rounded \
                       down; critical 16, high 8, medium 4, low 2, info 0; rules that are waived, \
                       unknown, manual or broken count as not passed, so the true score is at least \
                       this";

fn summary(findings: &[v1::Finding]) -> v1::Summary {
    let names = |names: &[&str]| -> BTreeMap<String, u64> {
        names.iter().map(|name| ((*name).to_owned(), 0)).collect()
    };
    let outcomes: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.name()).collect();
    let severities: Vec<&str> = Severity::ALL
        .iter()
        .map(|severity| severity.name())
        .collect();
    let mut by_outcome = names(&outcomes);
    let mut by_severity = names(&severities);
    let mut by_area: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let (mut passed, mut all) = (0, 0);
    for finding in findings {
        let outcome = outcome_name(finding.outcome);
        *by_outcome.entry(outcome.to_owned()).or_default() += 1;
        *by_area
            .entry(finding.area.clone())
            .or_insert_with(|| names(&outcomes))
            .entry(outcome.to_owned())
            .or_default() += 1;
        if finding.outcome == v1::Outcome::Fail {
            *by_severity
                .entry(severity_name(finding.severity).to_owned())
                .or_default() += 1;
        }
        let weight = WEIGHTS
            .iter()
            .find(|(severity, _)| *severity == finding.severity)
            .map_or(0, |(_, weight)| *weight);
        match finding.outcome {
            v1::Outcome::NotApplicable => {}
            v1::Outcome::Pass => {
                passed += weight;
                all += weight;
            }
            _ => all += weight,
        }
    }
    let false_assurances = findings
        .iter()
        .filter(|finding| finding.false_assurance)
        .count();
    v1::Summary {
        by_outcome,
        by_severity,
        by_area,
        false_assurances: u64::try_from(false_assurances).unwrap_or(u64::MAX),
        score: (passed * 100_u64).checked_div(all),
        score_formula: FORMULA.to_owned(),
    }
}

/// The name of an outcome in a report.
#[must_use]
pub fn outcome_name(outcome: v1::Outcome) -> &'static str {
    match outcome {
        v1::Outcome::Fail => "fail",
        v1::Outcome::Error => "error",
        v1::Outcome::Unknown => "unknown",
        v1::Outcome::Manual => "manual",
        v1::Outcome::Waived => "waived",
        v1::Outcome::Pass => "pass",
        v1::Outcome::NotApplicable => "not_applicable",
    }
}

/// The name of a severity in a report.
#[must_use]
pub fn severity_name(severity: v1::Severity) -> &'static str {
    match severity {
        v1::Severity::Info => "info",
        v1::Severity::Low => "low",
        v1::Severity::Medium => "medium",
        v1::Severity::High => "high",
        v1::Severity::Critical => "critical",
    }
}

/// The verdict. Doubt about the evidence wins over results, because a failure may hide in it.
fn verdict(findings: &[v1::Finding], fail_on: Option<Severity>, gaps: bool) -> v1::Verdict {
    let counts =
        |finding: &&v1::Finding| fail_on.is_some_and(|least| finding.severity >= severity(least));
    let applies = |finding: &&v1::Finding| finding.outcome != v1::Outcome::NotApplicable;
    let judged: Vec<&v1::Finding> = findings.iter().filter(applies).collect();
    if judged.is_empty() {
        return v1::Verdict::NothingToJudge;
    }
    let doubtful = judged
        .iter()
        .copied()
        .filter(counts)
        .any(|finding| matches!(finding.outcome, v1::Outcome::Unknown | v1::Outcome::Error));
    if doubtful || gaps {
        return v1::Verdict::Incomplete;
    }
    let failed = judged
        .iter()
        .copied()
        .filter(counts)
        .any(|finding| finding.outcome == v1::Outcome::Fail);
    if failed {
        v1::Verdict::Fail
    } else {
        v1::Verdict::Pass
    }
}

#[cfg(test)]
mod tests;
