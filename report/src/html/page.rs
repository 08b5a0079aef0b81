//! What the templates show, already in words. Templates decide where things stand, this decides
//! what they say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::contacts::Heard;
use super::map::Map;
use super::promises::Promises;
use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Outcome, Report, Severity, Verdict};
use crate::words;

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    style: &'static str,
    style_hash: &'a str,
    digest: &'a str,
    digest_short: String,
    report: &'a Report,
    verdict_word: &'static str,
    verdict_class: &'static str,
    verdict_sentence: String,
    sure: Vec<String>,
    first: Vec<First<'a>>,
    version: String,
    licence: String,
    registration: &'static str,
    profile: String,
    source: &'static str,
    outcomes: Vec<Tally>,
    severities: Vec<Tally>,
    bar: Vec<Segment>,
    heat: Vec<HeatRow<'a>>,
    areas: Vec<Area<'a>>,
    map: Map<'a>,
    heard: Option<Heard<'a>>,
    promises: Promises<'a>,
    parameters: Vec<ParameterRow<'a>>,
    queries: usize,
    signer_note: bool,
}

/// One of the things to do first.
#[derive(Debug, Serialize)]
struct First<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    todo: &'a str,
    false_assurance: bool,
}

/// A number with its name.
#[derive(Debug, Serialize)]
struct Tally {
    key: &'static str,
    word: &'static str,
    symbol: &'static str,
    count: u64,
    width: u64,
}

/// A part of the bar of outcomes, in hundredths of a percent.
#[derive(Debug, Serialize)]
struct Segment {
    key: &'static str,
    word: &'static str,
    count: u64,
    x: u64,
    width: u64,
}

/// A row of the table of areas.
#[derive(Debug, Serialize)]
struct HeatRow<'a> {
    area: &'a str,
    title: &'a str,
    cells: Vec<HeatCell>,
}

#[derive(Debug, Serialize)]
struct HeatCell {
    key: &'static str,
    count: u64,
    some: bool,
}

/// The findings of an area.
#[derive(Debug, Serialize)]
struct Area<'a> {
    letters: &'a str,
    title: &'a str,
    failed: usize,
    open: Vec<Card<'a>>,
    passed: Vec<Card<'a>>,
    passed_count: usize,
    not_applicable: Vec<Card<'a>>,
    not_applicable_count: usize,
}

/// A finding.
#[derive(Debug, Serialize)]
struct Card<'a> {
    finding: &'a Finding,
    outcome: &'static str,
    outcome_word: &'static str,
    symbol: &'static str,
    severity: &'static str,
    observed: Vec<Row<'a>>,
    show_remedy: bool,
    references: Vec<&'a str>,
}

/// A comparison.
#[derive(Debug, Serialize)]
struct Row<'a> {
    subject: &'a str,
    expected: &'a str,
    found: String,
    note: Option<&'a str>,
    origin: &'static str,
    updated_at: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ParameterRow<'a> {
    name: &'a str,
    value: String,
    origin: &'a str,
}

/// Outcomes in the order in which the page names them.
const OUTCOMES: [Outcome; 7] = [
    Outcome::Fail,
    Outcome::Error,
    Outcome::Unknown,
    Outcome::Manual,
    Outcome::Waived,
    Outcome::Pass,
    Outcome::NotApplicable,
];

/// Severities, worst first.
const SEVERITIES: [Severity; 5] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::Info,
];

impl<'a> Page<'a> {
    pub(super) fn new(
        report: &'a Report,
        digest: &'a str,
        style: &'static str,
        style_hash: &'a str,
    ) -> Self {
        Self {
            style,
            style_hash,
            digest,
            digest_short: digest.chars().take(16).collect(),
            report,
            verdict_word: words::verdict(report.verdict),
            verdict_class: report.verdict.name(),
            verdict_sentence: words::verdict_sentence(report),
            sure: words::how_sure(report),
            first: first(report),
            version: words::version(&report.workspace),
            licence: words::licence(&report.workspace.licence),
            registration: words::registration(&report.workspace.registration),
            profile: words::profile(&report.policy),
            source: words::source(&report.workspace.source),
            outcomes: counts(
                report,
                &OUTCOMES.map(|it| (outcome_name(it), words::outcome(it), words::symbol(it))),
                &report.summary.by_outcome,
            ),
            severities: counts(
                report,
                &SEVERITIES.map(|it| (severity_name(it), severity_name(it), "")),
                &report.summary.by_severity,
            ),
            bar: bar(report),
            heat: heat(report),
            areas: areas(report),
            map: Map::new(report),
            heard: report.contacts.as_ref().map(Heard::new),
            promises: Promises::new(report),
            parameters: report
                .policy
                .parameters
                .iter()
                .map(|(name, parameter)| ParameterRow {
                    name,
                    value: words::value(&parameter.value),
                    origin: &parameter.origin,
                })
                .collect(),
            queries: report.evidence.queries.len(),
            signer_note: report.verdict != Verdict::NothingToJudge,
        }
    }
}

/// The three failures to mend first.
fn first(report: &Report) -> Vec<First<'_>> {
    report
        .failures()
        .into_iter()
        .take(3)
        .map(|finding| First {
            rule: &finding.rule,
            title: &finding.title,
            severity: severity_name(finding.severity),
            todo: words::first_step(&finding.remedy),
            false_assurance: finding.false_assurance,
        })
        .collect()
}

fn counts(
    report: &Report,
    names: &[(&'static str, &'static str, &'static str)],
    from: &BTreeMap<String, u64>,
) -> Vec<Tally> {
    let all = u64::try_from(report.findings.len())
        .unwrap_or(u64::MAX)
        .max(1);
    let largest = from.values().copied().max().unwrap_or(0).max(1);
    debug_assert!(largest <= all);
    names
        .iter()
        .map(|(key, word, symbol)| {
            let count = from.get(*key).copied().unwrap_or(0);
            Tally {
                key,
                word,
                symbol,
                count,
                width: count * 100 / largest,
            }
        })
        .collect()
}

fn bar(report: &Report) -> Vec<Segment> {
    let all: u64 = report.summary.by_outcome.values().sum::<u64>().max(1);
    let mut before = 0;
    OUTCOMES
        .iter()
        .filter_map(|outcome| {
            let key = outcome_name(*outcome);
            let count = report.summary.by_outcome.get(key).copied().unwrap_or(0);
            let x = before * 10_000 / all;
            before += count;
            (count > 0).then(|| Segment {
                key,
                word: words::outcome(*outcome),
                count,
                x,
                width: before * 10_000 / all - x,
            })
        })
        .collect()
}

fn heat(report: &Report) -> Vec<HeatRow<'_>> {
    let mut rows: Vec<HeatRow<'_>> = Vec::new();
    for finding in &report.findings {
        if rows.last().is_some_and(|row| row.area == finding.area) {
            continue;
        }
        let counts = report.summary.by_area.get(&finding.area);
        rows.push(HeatRow {
            area: &finding.area,
            title: &finding.area_title,
            cells: OUTCOMES
                .iter()
                .map(|outcome| {
                    let key = outcome_name(*outcome);
                    let count = counts
                        .and_then(|counts| counts.get(key))
                        .copied()
                        .unwrap_or(0);
                    HeatCell {
                        key,
                        count,
                        some: count > 0,
                    }
                })
                .collect(),
        });
    }
    rows
}

fn areas(report: &Report) -> Vec<Area<'_>> {
    let mut areas: Vec<Area<'_>> = Vec::new();
    for finding in &report.findings {
        if areas.last().is_none_or(|area| area.letters != finding.area) {
            areas.push(Area {
                letters: &finding.area,
                title: &finding.area_title,
                failed: 0,
                open: Vec::new(),
                passed: Vec::new(),
                passed_count: 0,
                not_applicable: Vec::new(),
                not_applicable_count: 0,
            });
        }
        let Some(area) = areas.last_mut() else {
            continue;
        };
        match finding.outcome {
            Outcome::Pass => area.passed.push(card(finding)),
            Outcome::NotApplicable => area.not_applicable.push(card(finding)),
            _ => area.open.push(card(finding)),
        }
    }
    for area in &mut areas {
        area.open.sort_by_key(|card| {
            (
                card.finding.outcome,
                std::cmp::Reverse(card.finding.severity),
            )
        });
        area.failed = area
            .open
            .iter()
            .filter(|card| card.finding.outcome == Outcome::Fail)
            .count();
        area.passed_count = area.passed.len();
        area.not_applicable_count = area.not_applicable.len();
    }
    areas
}

fn card(finding: &Finding) -> Card<'_> {
    Card {
        finding,
        outcome: outcome_name(finding.outcome),
        outcome_word: words::outcome(finding.outcome),
        symbol: words::symbol(finding.outcome),
        severity: severity_name(finding.severity),
        observed: finding
            .observed
            .iter()
            .map(|observed| Row {
                subject: &observed.subject,
                expected: &observed.expected,
                found: words::value(&observed.found),
                note: observed.note.as_deref(),
                origin: words::origin(&observed.origin),
                updated_at: observed.updated_at.as_deref(),
            })
            .collect(),
        show_remedy: !matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable),
        references: finding
            .clauses
            .iter()
            .chain(&finding.references)
            .map(String::as_str)
            .collect(),
    }
}
