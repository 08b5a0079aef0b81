//! The overview in numbers: outcomes, severities, areas.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Outcome, Report, Severity, Summary};
use crate::words;

/// The part of the page with the numbers.
#[derive(Debug, Serialize)]
pub(super) struct Overview<'a> {
    summary: &'a Summary,
    outcomes: Vec<Tally>,
    severities: Vec<Tally>,
    bar: Vec<Segment>,
    heat: Vec<HeatRow<'a>>,
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

impl<'a> Overview<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self {
            summary: &report.summary,
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
        }
    }
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
