//! What the vendor's documents say, against what the workspace does, in words.

use serde::Serialize;

use crate::assemble::outcome_name;
use crate::v1::{Clause, Report};
use crate::words;

/// The part of the page about promises.
#[derive(Debug, Serialize)]
pub(super) struct Promises<'a> {
    edition: &'static str,
    groups: Vec<Group<'a>>,
    differences: Vec<Side<'a>>,
}

/// The statements with one verdict.
#[derive(Debug, Serialize)]
struct Group<'a> {
    word: &'static str,
    symbol: &'static str,
    class: &'static str,
    about: &'static str,
    count: usize,
    open: bool,
    clauses: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    clause: &'a Clause,
    elsewhere: bool,
}

/// Both editions on one topic.
#[derive(Debug, Serialize)]
struct Side<'a> {
    id: &'a str,
    topic: &'a str,
    january: &'a str,
    october: &'a str,
    note: &'a str,
    shown_by: Vec<Shown<'a>>,
}

#[derive(Debug, Serialize)]
struct Shown<'a> {
    rule: &'a str,
    symbol: &'static str,
    class: &'static str,
    word: &'static str,
}

/// Verdicts in the order of the page: name, word, sign, the class whose colours it takes, and what
/// it means.
const VERDICTS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "contradicted",
        "contradicted",
        "✕",
        "fail",
        "This workspace does otherwise.",
    ),
    (
        "unproven",
        "unproven",
        "?",
        "unknown",
        "What was read does not tell, or tells only part of it.",
    ),
    (
        "supported",
        "supported",
        "✓",
        "pass",
        "This workspace does what it says.",
    ),
    (
        "not_testable",
        "not testable from here",
        "–",
        "not_applicable",
        "It is about the vendor's side.",
    ),
];

impl<'a> Promises<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let of = |verdict: &'static str| {
            report
                .clauses
                .iter()
                .filter(move |clause| clause.verdict == verdict)
        };
        let groups = VERDICTS
            .iter()
            .map(|(name, word, symbol, class, about)| Group {
                word,
                symbol,
                class,
                about,
                count: of(name).count(),
                open: *name == "contradicted",
                clauses: of(name)
                    .map(|clause| Entry {
                        clause,
                        elsewhere: !clause.in_edition,
                    })
                    .collect(),
            })
            .collect();
        let differences = report
            .differences
            .iter()
            .map(|difference| Side {
                id: &difference.id,
                topic: &difference.topic,
                january: &difference.january,
                october: &difference.october,
                note: &difference.note,
                shown_by: difference
                    .shown_by
                    .iter()
                    .map(|(rule, outcome)| Shown {
                        rule,
                        symbol: words::symbol(*outcome),
                        class: outcome_name(*outcome),
                        word: words::outcome(*outcome),
                    })
                    .collect(),
            })
            .collect();
        Self {
            edition: words::edition(&report.policy.edition),
            groups,
            differences,
        }
    }
}
