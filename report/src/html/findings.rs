//! Findings, area by area.

use std::cmp::Reverse;

use serde::Serialize;

use super::page::Piece;
use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Outcome, Remedy, Report};
use crate::words;

/// The head of the findings, with the way to each area.
#[derive(Debug, Serialize)]
pub(super) struct Areas<'a> {
    areas: Vec<Area<'a>>,
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
    count: usize,
    word: &'static str,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(super) struct Card<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    severity_reason: &'a str,
    outcome: &'static str,
    outcome_word: &'static str,
    symbol: &'static str,
    false_assurance: bool,
    reason: &'a str,
    rationale: &'a str,
    observed: Vec<Row<'a>>,
    show_remedy: bool,
    remedy: &'a Remedy,
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

/// The findings of all areas: in each first what is open, then folded what passed and what does not
/// apply.
pub(super) fn pieces(report: &Report) -> Vec<Piece<'_>> {
    let areas: Vec<&[Finding]> = report
        .findings
        .chunk_by(|one, next| one.area == next.area)
        .collect();
    let heads = areas.iter().filter_map(|findings| head(findings));
    let mut pieces = vec![Piece::Findings(Areas {
        areas: heads.collect(),
    })];
    for findings in areas {
        pieces.extend(head(findings).map(Piece::Area));
        let mut open: Vec<&Finding> = findings.iter().filter(|it| is_open(it)).collect();
        open.sort_by_key(|finding| (finding.outcome, Reverse(finding.severity)));
        pieces.extend(open.into_iter().map(|it| Piece::Finding(card(it))));
        for outcome in [Outcome::Pass, Outcome::NotApplicable] {
            let folded: Vec<&Finding> = findings
                .iter()
                .filter(|finding| finding.outcome == outcome)
                .collect();
            if !folded.is_empty() {
                pieces.push(Piece::Fold(Fold {
                    count: folded.len(),
                    word: words::outcome(outcome),
                }));
                pieces.extend(folded.into_iter().map(|it| Piece::Finding(card(it))));
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

fn card(finding: &Finding) -> Card<'_> {
    Card {
        rule: &finding.rule,
        title: &finding.title,
        severity: severity_name(finding.severity),
        severity_reason: &finding.severity_reason,
        outcome: outcome_name(finding.outcome),
        outcome_word: words::outcome(finding.outcome),
        symbol: words::symbol(finding.outcome),
        false_assurance: finding.false_assurance,
        reason: &finding.reason,
        rationale: &finding.rationale,
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
        show_remedy: is_open(finding),
        remedy: &finding.remedy,
        references: finding
            .clauses
            .iter()
            .chain(&finding.references)
            .map(String::as_str)
            .collect(),
    }
}
