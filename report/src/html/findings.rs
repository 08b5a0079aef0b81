//! Findings, area by area.

use std::cmp::Reverse;

use serde::Serialize;

use super::overview::{OUTCOMES, SEVERITIES};
use super::page::Piece;
use super::written::{self, Note};
use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Observed, Outcome, Remedy, Report};
use crate::words::{self, Word, Words};

/// The head of the findings: the way to each area, and the filter.
#[derive(Debug, Serialize)]
pub(super) struct Opening<'a> {
    areas: Vec<Area<'a>>,
    outcomes: Vec<Choice<'a>>,
    severities: Vec<Choice<'a>>,
    shown: String,
}

/// What the filter can be set to.
#[derive(Debug, Serialize)]
struct Choice<'a> {
    key: &'static str,
    word: Word<'a>,
}

/// The head of an area.
#[derive(Debug, Serialize)]
pub(super) struct Area<'a> {
    letters: &'a str,
    title: &'a str,
    failed: usize,
    open: bool,
}

/// The head of findings that are folded away.
#[derive(Debug, Serialize)]
pub(super) struct Fold {
    text: String,
}

/// What came of a rule.
#[derive(Debug, Serialize)]
pub(super) struct Card<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    severity_word: Word<'a>,
    severity_reason: &'a str,
    outcome: &'static str,
    outcome_word: Word<'a>,
    symbol: &'static str,
    false_assurance: bool,
    reason: &'a str,
    waiver: Option<Note<'a>>,
    plan: Option<Note<'a>>,
}

/// What was compared for it. It is a piece of its own, since of all that is said of a rule it is what
/// differs most between workspaces.
#[derive(Debug, Serialize)]
pub(super) struct Compared<'a> {
    rule: &'a str,
    observed: Vec<Row<'a>>,
    first_seen: Option<&'a str>,
}

impl Compared<'_> {
    /// Whether other workspaces are likely to have the same: none was written at the same moment.
    pub(super) fn repeats(&self) -> bool {
        self.first_seen.is_none() && self.observed.iter().all(|it| it.updated_at.is_none())
    }
}

/// Why a rule matters and what to do.
#[derive(Debug, Serialize)]
pub(super) struct Advice<'a> {
    rationale: &'a str,
    /// None for what is not open.
    remedy: Option<&'a Remedy>,
    acceptance: Option<&'a str>,
    references: String,
}

/// A comparison.
#[derive(Debug, Serialize)]
struct Row<'a> {
    subject: &'a str,
    expected: &'a str,
    found: String,
    note: Option<&'a str>,
    origin: Word<'a>,
    updated_at: Option<&'a str>,
}

/// The findings of all areas: in each first what is open, then folded what passed and what does not
/// apply.
pub(super) fn pieces<'a>(report: &'a Report, words: &'a Words) -> Vec<Piece<'a>> {
    let areas: Vec<&[Finding]> = report
        .findings
        .chunk_by(|one, next| one.area == next.area)
        .collect();
    let heads = areas.iter().filter_map(|findings| head(findings));
    let choice = |key, word| Choice { key, word };
    let mut pieces = vec![Piece::Findings(Opening {
        areas: heads.collect(),
        outcomes: OUTCOMES
            .map(|it| choice(outcome_name(it), words.outcome(it)))
            .into(),
        severities: SEVERITIES
            .map(|it| choice(severity_name(it), words.severity(it)))
            .into(),
        // The script of the page puts the numbers in.
        shown: words.messages().with(
            "filter-shown",
            &[("shown", "#shown#".into()), ("all", "#all#".into())],
        ),
    })];
    for findings in areas {
        pieces.extend(head(findings).map(Piece::Area));
        let mut open: Vec<&Finding> = findings.iter().filter(|it| is_open(it)).collect();
        open.sort_by_key(|finding| (finding.outcome, Reverse(finding.severity)));
        for finding in open {
            push(&mut pieces, report, finding, words);
        }
        for (outcome, message) in [
            (Outcome::Pass, "fold-passed"),
            (Outcome::NotApplicable, "fold-not-applicable"),
        ] {
            let folded: Vec<&Finding> = findings
                .iter()
                .filter(|finding| finding.outcome == outcome)
                .collect();
            if !folded.is_empty() {
                pieces.push(Piece::Fold(Fold {
                    text: words.messages().count(message, folded.len() as u64),
                }));
                for finding in folded {
                    push(&mut pieces, report, finding, words);
                }
                pieces.push(Piece::Text("</details>\n"));
            }
        }
        pieces.push(Piece::Text("</section>\n"));
    }
    pieces.push(Piece::Text("</section>\n"));
    pieces
}

fn is_open(finding: &Finding) -> bool {
    !matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable)
}

fn head(findings: &[Finding]) -> Option<Area<'_>> {
    let first = findings.first()?;
    let failed = |finding: &&Finding| finding.outcome == Outcome::Fail;
    Some(Area {
        letters: &first.area,
        title: &first.area_title,
        failed: findings.iter().filter(failed).count(),
        open: findings.iter().any(is_open),
    })
}

/// Adds the pieces of a finding.
fn push<'a>(
    pieces: &mut Vec<Piece<'a>>,
    report: &'a Report,
    finding: &'a Finding,
    words: &'a Words,
) {
    pieces.push(Piece::Finding(card(report, finding, words)));
    let first_seen = finding.first_seen.as_deref();
    let first_seen = first_seen.filter(|_| crate::diff::is_open(finding));
    if first_seen.is_some() || !finding.observed.is_empty() {
        pieces.push(Piece::Compared(Compared {
            rule: &finding.rule,
            observed: finding.observed.iter().map(|it| row(it, words)).collect(),
            first_seen,
        }));
    }
    pieces.push(Piece::Advice(advice(finding)));
}

fn card<'a>(report: &'a Report, finding: &'a Finding, words: &'a Words) -> Card<'a> {
    Card {
        rule: &finding.rule,
        title: &finding.title,
        severity: severity_name(finding.severity),
        severity_word: words.severity(finding.severity),
        severity_reason: &finding.severity_reason,
        outcome: outcome_name(finding.outcome),
        outcome_word: words.outcome(finding.outcome),
        symbol: words::symbol(finding.outcome),
        false_assurance: finding.false_assurance,
        reason: &finding.reason,
        waiver: written::waiver_note(report, finding, words),
        plan: written::plan_note(report, finding, words),
    }
}

fn row<'a>(observed: &'a Observed, words: &'a Words) -> Row<'a> {
    Row {
        subject: &observed.subject,
        expected: &observed.expected,
        found: words.value(&observed.found),
        note: observed.note.as_deref(),
        origin: words.origin(&observed.origin),
        updated_at: observed.updated_at.as_deref(),
    }
}

fn advice(finding: &Finding) -> Advice<'_> {
    let acceptance = finding.acceptance.as_ref();
    let references = finding.clauses.iter().chain(&*finding.references);
    let references: Vec<&str> = references.map(String::as_str).collect();
    Advice {
        rationale: &finding.rationale,
        remedy: is_open(finding).then_some(&finding.remedy),
        acceptance: acceptance
            .filter(|_| finding.waiver.is_none())
            .map(|it| it.fingerprint.as_str()),
        // Text and no list: there are thousands of them on a page.
        references: references.join(" · "),
    }
}
