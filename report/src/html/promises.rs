//! What the vendor's documents say, against what the workspace does, in words.

use serde::Serialize;

use crate::assemble::outcome_name;
use crate::v1::{Clause, Report};
use crate::words::{self, Word, Words};

/// The part of the page about promises.
#[derive(Debug, Serialize)]
pub(super) struct Promises<'a> {
    about: String,
    groups: Vec<Group<'a>>,
    differences: Vec<Side<'a>>,
}

/// The statements with one verdict.
#[derive(Debug, Serialize)]
struct Group<'a> {
    word: Word<'a>,
    symbol: &'static str,
    class: &'static str,
    about: Word<'a>,
    label: String,
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
    word: Word<'a>,
}

/// Verdicts in the order of the page: name, sign, the outcome whose colours it takes, and the
/// messages with its word and with what it means.
const VERDICTS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "contradicted",
        "✕",
        "fail",
        "clause-contradicted",
        "clause-contradicted-about",
    ),
    (
        "unproven",
        "?",
        "unknown",
        "clause-unproven",
        "clause-unproven-about",
    ),
    (
        "supported",
        "✓",
        "pass",
        "clause-supported",
        "clause-supported-about",
    ),
    (
        "not_testable",
        "–",
        "not_applicable",
        "clause-not-testable",
        "clause-not-testable-about",
    ),
];

impl<'a> Promises<'a> {
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Self {
        let messages = words.messages();
        let of = |verdict: &'static str| {
            report
                .clauses
                .iter()
                .filter(move |clause| clause.verdict == verdict)
        };
        let groups = VERDICTS
            .iter()
            .map(|(name, symbol, class, word, about)| Group {
                word: messages.text(word),
                symbol,
                class,
                about: messages.text(about),
                label: messages.with(
                    "statements-label",
                    &[("verdict", messages.text(word).into())],
                ),
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
                        word: words.outcome(*outcome),
                    })
                    .collect(),
            })
            .collect();
        Self {
            about: messages.with(
                "promises-about",
                &[("edition", words.edition(&report.policy.edition).into())],
            ),
            groups,
            differences,
        }
    }
}
