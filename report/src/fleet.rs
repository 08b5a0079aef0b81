//! Many workspaces at once: what is kept of each report, and what they have in common. Format
//! `rc-audit-fleet/1`.
//!
//! These types are the contract with readers of `fleet.json`. A workspace's own report stays where it
//! is; here is a summary, with the digests by which it can be held against that report. Times are RFC
//! 3339 in UTC, and there are no floating-point numbers.

use std::collections::{BTreeMap, BTreeSet};

use rc_audit_rules::rule::area_title;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assemble::{outcome_name, severity_name};
use crate::digest::sha256;
use crate::json;
use crate::v1::{Change, Confinement, Outcome, Report, Severity, Tool, Verdict};

/// The format's name.
pub const FORMAT: &str = "rc-audit-fleet/1";
/// The name of the folder of such reports, which no workspace can have.
pub const NAME: &str = "fleet";
/// The name of the file.
pub const FILE: &str = "fleet.json";
/// The name of the page.
pub const PAGE: &str = "fleet.html";

/// A report on many workspaces.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// `rc-audit-fleet/1`.
    pub format: String,
    /// The report's id, derived from the reports on the workspaces and from what is missing.
    pub id: String,
    /// The program that made it.
    pub tool: Tool,
    /// When reading the first workspace began.
    pub started: String,
    /// When reading the last one ended.
    pub finished: String,
    /// A text that somebody asked to have in the report, which proves that it was made later.
    pub challenge: Option<String>,
    /// The language of the page (BCP 47).
    pub language: String,
    /// The worst verdict; `incomplete` at best if a workspace is missing.
    pub verdict: Verdict,
    /// The exit code of the run: the worst of all, by the order of exit codes.
    pub exit: u8,
    /// Counts.
    pub summary: Summary,
    /// The areas of the rules, by their letters.
    pub areas: BTreeMap<String, String>,
    /// Rules that fail or can't be decided somewhere, those that fail most first.
    pub common: Vec<Common>,
    /// The workspaces, by the name of their target and of their database.
    pub workspaces: Vec<Member>,
    /// What could not be audited, and why.
    pub missing: Vec<Missing>,
    /// What kept the program from reaching anything else.
    pub confinement: Confinement,
}

/// Counts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Workspaces that were audited.
    pub audited: u64,
    /// What could not be audited.
    pub missing: u64,
    /// Audited workspaces by verdict; every verdict is named.
    pub by_verdict: BTreeMap<String, u64>,
    /// Workspaces where an outcome or a flow changed since the report before.
    pub changed: u64,
}

/// A rule that fails or can't be decided somewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The rule's id.
    pub rule: String,
    /// What holds when it passes.
    pub title: String,
    /// How bad a failure is at worst; policies may differ.
    pub severity: Severity,
    /// In how many workspaces it fails.
    pub failed: u64,
    /// In how many of these the stored value hides it.
    pub false_assurances: u64,
    /// In how many it is unknown or broke.
    pub unknown: u64,
}

/// A workspace in short.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name of the target; the database where the targets have no names.
    pub target: String,
    /// The workspace's name in bundles.
    pub workspace: String,
    /// The name of the database.
    pub database: String,
    /// The version of Rocket.Chat; null if it is not known exactly.
    pub version: Option<String>,
    /// `airgapped`, `unregistered` or `registered`.
    pub profile: String,
    /// When reading began.
    pub started: String,
    /// When reading ended.
    pub finished: String,
    /// The outcome of the whole.
    pub verdict: Verdict,
    /// 0 to 100, the lowest that is possible; null if nothing could be judged.
    pub score: Option<u64>,
    /// Rules by outcome; every outcome is named.
    pub by_outcome: BTreeMap<String, u64>,
    /// Failed rules by severity; every severity is named.
    pub by_severity: BTreeMap<String, u64>,
    /// Failures that the stored value hides.
    pub false_assurances: u64,
    /// By area, what fails or can't be decided; areas without either are left out.
    pub areas: BTreeMap<String, Heat>,
    /// What changed since the report before; null if there was none.
    pub drift: Option<Drift>,
    /// The folder of the bundle, from the folder that holds all of them.
    pub bundle: String,
    /// Whether the bundle has a page.
    pub page: bool,
    /// The SHA-256 of `report.json`, hexadecimal.
    pub report: String,
    /// The SHA-256 of the manifest, hexadecimal; null if the bundle is not signed.
    pub manifest: Option<String>,
}

/// What fails or can't be decided in an area.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Heat {
    /// The severity of the worst failure; null if nothing fails.
    pub worst: Option<Severity>,
    /// Rules that fail.
    pub failed: u32,
    /// Rules that are unknown or broke.
    pub unknown: u32,
}

/// What changed since the report before.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The moment that the report before was judged for.
    pub since: String,
    /// Rules whose outcome is another now.
    pub outcomes: Vec<Change>,
    /// Flows whose state is another now.
    pub flows: Vec<Change>,
}

/// Something that could not be audited.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The name of the target.
    pub target: String,
    /// The database, if it is known which.
    pub database: Option<String>,
    /// What happened.
    pub why: String,
    /// What to do next; empty where that is plain.
    pub next: String,
    /// The exit code that this would have had alone.
    pub exit: u8,
}

/// Where the bundle of a report is, and what it is made of.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder of the bundle, from the folder that holds all of them.
    pub bundle: String,
    /// Whether it has a page.
    pub page: bool,
    /// The SHA-256 of `report.json`, hexadecimal.
    pub report: String,
    /// The SHA-256 of the manifest, hexadecimal; none if it is not signed.
    pub manifest: Option<String>,
}

impl Brief {
    /// What is kept of a report on a target.
    #[must_use]
    pub fn of(report: &Report, target: &str, place: Place) -> Self {
        let mut found = Vec::new();
        for finding in &report.findings {
            let failed = finding.outcome == Outcome::Fail;
            let unknown = matches!(finding.outcome, Outcome::Unknown | Outcome::Error);
            if failed || unknown {
                found.push(Common {
                    rule: finding.rule.clone(),
                    title: finding.title.clone(),
                    severity: finding.severity,
                    failed: u64::from(failed),
                    false_assurances: u64::from(failed && finding.false_assurance),
                    unknown: u64::from(unknown),
                });
            }
        }
        Self {
            member: Member::of(report, target, place),
            found,
            policy: report.policy.digest.clone(),
            tool: report.tool.clone(),
        }
    }

    /// The same, when it is known where the bundle is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.member.bundle = place.bundle;
        self.member.page = place.page;
        self.member.report = place.report;
        self.member.manifest = place.manifest;
        self
    }

    /// The workspace in short.
    #[must_use]
    pub fn member(&self) -> &Member {
        &self.member
    }
}

impl Member {
    fn of(report: &Report, target: &str, place: Place) -> Self {
        let mut areas: BTreeMap<String, Heat> = BTreeMap::new();
        for finding in &report.findings {
            let (failed, unknown) = match finding.outcome {
                Outcome::Fail => (1, 0),
                Outcome::Unknown | Outcome::Error => (0, 1),
                _ => continue,
            };
            let heat = areas.entry(finding.area.clone()).or_insert(Heat {
                worst: None,
                failed: 0,
                unknown: 0,
            });
            heat.failed += failed;
            heat.unknown += unknown;
            if failed > 0 {
                heat.worst = heat.worst.max(Some(finding.severity));
            }
        }
        Self {
            target: target.to_owned(),
            workspace: report.workspace.name.clone(),
            database: report.workspace.database.clone(),
            version: report.workspace.version.clone(),
            profile: report.policy.profile.clone(),
            started: report.started.clone(),
            finished: report.finished.clone(),
            verdict: report.verdict,
            score: report.summary.score,
            by_outcome: report.summary.by_outcome.clone(),
            by_severity: report.summary.by_severity.clone(),
            false_assurances: report.summary.false_assurances,
            areas,
            drift: report.history.as_ref().map(|history| Drift {
                since: history.previous.judged_at.clone(),
                outcomes: history.outcomes.clone(),
                flows: history.flows.clone(),
            }),
            bundle: place.bundle,
            page: place.page,
            report: place.report,
            manifest: place.manifest,
        }
    }

    /// Whether anything is another than in the report before.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        let drift = self.drift.as_ref();
        drift.is_some_and(|drift| !drift.outcomes.is_empty() || !drift.flows.is_empty())
    }

    /// How many rules have an outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u64 {
        let count = self.by_outcome.get(outcome_name(outcome));
        count.copied().unwrap_or(0)
    }
}

/// What is kept of a report while a run goes on.
#[derive(Debug)]
pub struct Brief {
    member: Member,
    /// What fails or can't be decided, one count each.
    found: Vec<Common>,
    policy: String,
    tool: Tool,
}

/// The summaries of a run, gathered one after the other. Of each report only that stays in memory.
#[derive(Debug, Default)]
pub struct Gathered {
    members: Vec<Member>,
    missing: Vec<Missing>,
    common: BTreeMap<String, Common>,
    policies: BTreeSet<String>,
    rules: BTreeSet<String>,
    tool: Option<Tool>,
}

/// What a report on many workspaces says beside what was gathered.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The program, for a run in which nothing was audited.
    pub tool: Tool,
    /// When the run began and ended, for one in which nothing was read.
    pub time: String,
    /// A text to include.
    pub challenge: Option<String>,
    /// The language of the page (BCP 47).
    pub language: String,
    /// The exit code of the run.
    pub exit: u8,
    /// What kept the program from reaching anything else.
    pub confinement: Confinement,
}

impl Gathered {
    /// Adds a report.
    pub fn add(&mut self, brief: Brief) {
        for found in brief.found {
            if let Some(common) = self.common.get_mut(&found.rule) {
                common.severity = common.severity.max(found.severity);
                common.failed += found.failed;
                common.false_assurances += found.false_assurances;
                common.unknown += found.unknown;
            } else {
                self.common.insert(found.rule.clone(), found);
            }
        }
        self.policies.insert(brief.policy);
        self.rules.insert(brief.tool.rules.clone());
        self.tool.get_or_insert(brief.tool);
        self.members.push(brief.member);
    }

    /// Adds something that could not be audited.
    pub fn miss(&mut self, missing: Missing) {
        self.missing.push(missing);
    }

    /// The digest over the policies that were judged by, `sha256:…`.
    #[must_use]
    pub fn policies(&self) -> String {
        over(self.policies.iter())
    }

    /// The digest over the sets of rules that were judged by, `sha256:…`.
    #[must_use]
    pub fn rules(&self) -> String {
        over(self.rules.iter())
    }

    /// The report on all of them. What was gathered in any order gives the same report.
    #[must_use]
    pub fn report(self, frame: Frame) -> Fleet {
        let Self {
            mut members,
            mut missing,
            common,
            tool,
            ..
        } = self;
        members.sort_by(|a, b| {
            (&a.target, &a.database, &a.workspace).cmp(&(&b.target, &b.database, &b.workspace))
        });
        missing.sort();
        let mut common: Vec<Common> = common.into_values().collect();
        common.sort_by(|a, b| {
            (b.failed, b.severity, b.unknown, &a.rule)
                .cmp(&(a.failed, a.severity, a.unknown, &b.rule))
        });
        let ends = |pick: fn(&Member) -> &str, last: bool| {
            let times = members.iter().map(pick);
            let found = if last { times.max() } else { times.min() };
            found.map_or_else(|| frame.time.clone(), str::to_owned)
        };
        let areas = members
            .iter()
            .flat_map(|member| member.areas.keys())
            .map(|area| (area.clone(), area_title(area).to_owned()))
            .collect();
        let mut fleet = Fleet {
            format: FORMAT.to_owned(),
            id: String::new(),
            tool: tool.unwrap_or(frame.tool),
            started: ends(|it| &it.started, false),
            finished: ends(|it| &it.finished, true),
            challenge: frame.challenge,
            language: frame.language,
            verdict: verdict(&members, !missing.is_empty()),
            exit: frame.exit,
            summary: summary(&members, &missing),
            areas,
            common,
            workspaces: members,
            missing,
            confinement: frame.confinement,
        };
        fleet.id = fleet.digest().chars().take(32).collect();
        fleet
    }
}

/// One digest over several, in their order.
fn over<'a>(digests: impl Iterator<Item = &'a String>) -> String {
    let digests: Vec<&str> = digests.map(String::as_str).collect();
    match digests.as_slice() {
        [one] => (*one).to_owned(),
        all => format!("sha256:{}", sha256(all.join("\n").as_bytes())),
    }
}

/// The worst verdict: doubt about the evidence is worse than a bad result.
fn verdict(members: &[Member], missing: bool) -> Verdict {
    let any = |verdict| members.iter().any(|member| member.verdict == verdict);
    if missing || any(Verdict::Incomplete) {
        Verdict::Incomplete
    } else if members.is_empty() || any(Verdict::NothingToJudge) {
        Verdict::NothingToJudge
    } else if any(Verdict::Fail) {
        Verdict::Fail
    } else {
        Verdict::Pass
    }
}

/// Verdicts, worst first.
pub const VERDICTS: [Verdict; 4] = [
    Verdict::Fail,
    Verdict::Incomplete,
    Verdict::NothingToJudge,
    Verdict::Pass,
];

fn summary(members: &[Member], missing: &[Missing]) -> Summary {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let of = |verdict| {
        let number = members.iter().filter(|member| member.verdict == verdict);
        (verdict.name().to_owned(), count(number.count()))
    };
    Summary {
        audited: count(members.len()),
        missing: count(missing.len()),
        by_verdict: VERDICTS.into_iter().map(of).collect(),
        changed: count(members.iter().filter(|member| member.has_changed()).count()),
    }
}

impl Fleet {
    /// The SHA-256 over the manifests and reports of all workspaces and over what is missing, hexadecimal:
    /// what the report rests on.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut text = String::new();
        for member in &self.workspaces {
            let manifest = member.manifest.as_deref().unwrap_or("-");
            for part in [&member.target, &member.bundle, &member.report] {
                text.push_str(part);
                text.push('\n');
            }
            text.push_str(manifest);
            text.push('\n');
        }
        for missing in &self.missing {
            text.push_str(&missing.target);
            text.push('\n');
            text.push_str(&missing.why);
            text.push('\n');
        }
        sha256(text.as_bytes())
    }

    /// The bytes of `fleet.json`.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        json::render(self)
    }
}

/// The JSON Schema of [`Fleet`].
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Fleet)
}

/// The class of a cell by the worst failure in it.
pub(crate) fn class(heat: Option<&Heat>) -> &'static str {
    match heat {
        Some(Heat {
            worst: Some(worst), ..
        }) => severity_name(*worst),
        Some(heat) if heat.unknown > 0 => "unknown",
        _ => "zero",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn gathered(order: &[usize]) -> Fleet {
        let report = |on: bool| {
            Sample {
                database: format!("chat{}", u8::from(on)),
                settings: format!(
                    r#"{{"Statistics_reporting":{{"value":{on},"type":"boolean"}}}}"#
                ),
                ..Sample::default()
            }
            .report()
        };
        let reports = [report(true), report(false)];
        let mut gathered = Gathered::default();
        for index in order {
            let report = &reports[*index];
            let place = Place {
                bundle: format!("{}/20261120T060000Z-1", report.workspace.name),
                page: true,
                report: "0".repeat(64),
                manifest: None,
            };
            gathered.add(Brief::of(report, "a target", place));
        }
        gathered.report(Frame {
            tool: reports[0].tool.clone(),
            time: "2026-11-20T06:00:00Z".to_owned(),
            challenge: None,
            language: "en".to_owned(),
            exit: 1,
            confinement: Confinement::default(),
        })
    }

    #[test]
    fn the_order_in_which_workspaces_came_does_not_matter() {
        let one = gathered(&[0, 1]);
        assert_eq!(one, gathered(&[1, 0]));
        assert_eq!(one.summary.audited, 2);
        let failed: Vec<u64> = one.common.iter().map(|it| it.failed).collect();
        assert!(failed.contains(&1), "{:?}", one.common);
    }

    #[test]
    fn what_is_missing_is_doubt_whatever_the_others_say() {
        let mut gathered = Gathered::default();
        assert_eq!(verdict(&[], false), Verdict::NothingToJudge);
        gathered.miss(Missing {
            target: "there".to_owned(),
            database: None,
            why: "no server answers".to_owned(),
            next: String::new(),
            exit: 5,
        });
        let fleet = gathered.report(Frame {
            tool: Sample::default().report().tool,
            time: "2026-11-20T06:00:00Z".to_owned(),
            challenge: None,
            language: "en".to_owned(),
            exit: 5,
            confinement: Confinement::default(),
        });
        assert_eq!(fleet.verdict, Verdict::Incomplete);
        assert_eq!(fleet.started, "2026-11-20T06:00:00Z");
    }

    #[test]
    fn a_report_is_read_back_as_it_was_written() {
        let fleet = gathered(&[0, 1]);
        let bytes = fleet.to_json().unwrap();
        let back: Fleet = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(back, fleet);
    }
}
