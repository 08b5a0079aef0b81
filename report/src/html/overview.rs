//! The overview in numbers: outcomes, severities, areas.

use std::collections::BTreeMap;

use serde::Serialize;

use super::trend::Trend;
use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Outcome, Report, Severity};
use crate::words::{self, Word, Words};

/// The part of the page with the numbers.
#[derive(Debug, Serialize)]
pub(super) struct Overview<'a> {
    score: Option<String>,
    score_formula: &'a str,
    outcomes: Vec<Tally<'a>>,
    severities: Vec<Tally<'a>>,
    ring: Vec<Segment<'a>>,
    others: Vec<Word<'a>>,
    heat: Vec<HeatRow<'a>>,
    trend: Option<Trend>,
}

/// A number with its name.
#[derive(Debug, Serialize)]
struct Tally<'a> {
    key: &'static str,
    word: Word<'a>,
    symbol: &'static str,
    count: u64,
    width: u64,
}

/// A part of the ring of outcomes, in hundredths of a percent of its length.
#[derive(Debug, Serialize)]
struct Segment<'a> {
    key: &'static str,
    word: Word<'a>,
    count: u64,
    /// How long it is, and how long the rest.
    length: u64,
    rest: u64,
    /// Where it begins, counted backwards as the drawing wants it.
    start: u64,
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
    count: usize,
    some: bool,
}

/// Outcomes in the order in which the page names them.
pub(super) const OUTCOMES: [Outcome; 7] = [
    Outcome::Fail,
    Outcome::Error,
    Outcome::Unknown,
    Outcome::Manual,
    Outcome::Waived,
    Outcome::Pass,
    Outcome::NotApplicable,
];

/// The outcomes but for failures, which are told apart by severity.
fn others() -> impl Iterator<Item = Outcome> {
    OUTCOMES.into_iter().filter(|it| *it != Outcome::Fail)
}

/// The length of the ring, in the units of its parts.
const AROUND: u64 = 10_000;

/// Severities, worst first.
pub(super) const SEVERITIES: [Severity; 5] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::Info,
];

impl<'a> Overview<'a> {
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Self {
        let outcomes = OUTCOMES
            .iter()
            .map(|it| (outcome_name(*it), words.outcome(*it), words::symbol(*it)));
        let severities = SEVERITIES
            .iter()
            .map(|it| (severity_name(*it), words.severity(*it), ""));
        let score = |score: u64| words.messages().with("score", &[("score", score.into())]);
        Self {
            score: report.summary.score.map(score),
            score_formula: &report.summary.score_formula,
            outcomes: tallies(outcomes, &report.summary.by_outcome),
            severities: tallies(severities, &report.summary.by_severity),
            ring: ring(report, words),
            others: others().map(|it| words.outcome(it)).collect(),
            heat: heat(report),
            trend: Trend::new(report, words),
        }
    }
}

fn tallies<'a>(
    names: impl Iterator<Item = (&'static str, Word<'a>, &'static str)>,
    from: &BTreeMap<String, u64>,
) -> Vec<Tally<'a>> {
    let largest = from.values().copied().max().unwrap_or(0).max(1);
    names
        .map(|(key, word, symbol)| {
            let count = from.get(key).copied().unwrap_or(0);
            Tally {
                key,
                word,
                symbol,
                count,
                width: count.saturating_mul(100) / largest,
            }
        })
        .collect()
}

fn ring<'a>(report: &Report, words: &'a Words) -> Vec<Segment<'a>> {
    // A report may come from elsewhere, with numbers that nothing can be.
    let counts = report.summary.by_outcome.values().copied();
    let all = counts.fold(0, u64::saturating_add).max(1);
    let mut before = 0_u64;
    OUTCOMES
        .iter()
        .filter_map(|outcome| {
            let key = outcome_name(*outcome);
            let count = report.summary.by_outcome.get(key).copied().unwrap_or(0);
            let from = before.saturating_mul(AROUND) / all;
            before = before.saturating_add(count);
            let length = before.saturating_mul(AROUND) / all - from;
            (count > 0).then(|| Segment {
                key,
                word: words.outcome(*outcome),
                count,
                length,
                rest: AROUND - length,
                start: AROUND - from,
            })
        })
        .collect()
}

/// Areas against the severities of what failed, and against the other outcomes.
fn heat(report: &Report) -> Vec<HeatRow<'_>> {
    report
        .findings
        .chunk_by(|one, next| one.area == next.area)
        .filter_map(|findings| {
            let first = findings.first()?;
            let cell = |key, is: &dyn Fn(&&Finding) -> bool| {
                let count = findings.iter().filter(is).count();
                HeatCell {
                    key,
                    count,
                    some: count > 0,
                }
            };
            let failed = SEVERITIES.iter().map(|severity| {
                let key = severity_name(*severity);
                cell(key, &|it| {
                    it.outcome == Outcome::Fail && it.severity == *severity
                })
            });
            let others =
                others().map(|outcome| cell(outcome_name(outcome), &|it| it.outcome == outcome));
            Some(HeatRow {
                area: &first.area,
                title: &first.area_title,
                cells: failed.chain(others).collect(),
            })
        })
        .collect()
}
