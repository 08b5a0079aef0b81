//! What changed since another report, and why; or what would change.

use serde::Serialize;

use crate::assemble::severity_name;
use crate::diff;
use crate::v1::{Cause, Comparison, Report};
use crate::words::{self, Word, Words};

/// The section on what changed.
#[derive(Debug, Serialize)]
pub(super) struct Changed<'a> {
    title: Word<'a>,
    intro: String,
    /// What was taken to be otherwise.
    assumed: Vec<Taken<'a>>,
    differs: Vec<Why<'a>>,
    findings: Vec<Row<'a>>,
    flows: Vec<Row<'a>>,
    clauses: Vec<Row<'a>>,
}

/// Something that was taken to be otherwise.
#[derive(Debug, Serialize)]
struct Taken<'a> {
    subject: &'a str,
    found: String,
    assumed: String,
}

/// A rule, flow or statement that changed.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    /// Whether the page has something under this id.
    linked: bool,
    title: &'a str,
    class: &'static str,
    word: Word<'a>,
    severity: &'static str,
    before: String,
    now: String,
    last_failed: Option<&'a str>,
    behind: Vec<&'a str>,
    why: Vec<Why<'a>>,
}

/// A cause.
#[derive(Debug, Serialize)]
struct Why<'a> {
    kind: Word<'a>,
    text: String,
}

impl<'a> Changed<'a> {
    /// The section; none if there was nothing to compare with, or nothing is another.
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Option<Self> {
        let comparison = report.comparison.as_ref()?;
        let assumption = report.assumption.as_ref();
        if comparison.is_empty() && comparison.differs.is_empty() && assumption.is_none() {
            return None;
        }
        let messages = words.messages();
        let (title, intro) = match comparison.with.as_str() {
            "assumption" => ("compared-assumption", "compared-intro-assumption"),
            "baseline" => ("compared-title", "compared-intro-baseline"),
            _ => ("compared-title", "compared-intro-previous"),
        };
        Some(Self {
            title: messages.text(title),
            intro: messages.with(
                intro,
                &[("date", comparison.before.judged_at.as_str().into())],
            ),
            assumed: assumption
                .into_iter()
                .flat_map(|it| &it.assumed)
                .map(|it| Taken {
                    subject: &it.subject,
                    found: words.value(&it.found),
                    assumed: words.value(&it.assumed),
                })
                .collect(),
            differs: why(&comparison.differs, words),
            findings: findings(comparison, words),
            flows: flows(comparison, words),
            clauses: clauses(comparison, words),
        })
    }
}

fn findings<'a>(comparison: &'a Comparison, words: &'a Words) -> Vec<Row<'a>> {
    let outcome = |name: &Option<String>| match name.as_deref() {
        None => "–".to_owned(),
        Some(name) => words.outcome_named(name).into_owned(),
    };
    comparison
        .findings
        .iter()
        .map(|change| Row {
            id: &change.rule,
            linked: change.now.is_some(),
            title: &change.title,
            class: colour(&change.class),
            word: words.change(&change.class),
            severity: severity_name(change.severity),
            before: outcome(&change.before),
            now: outcome(&change.now),
            last_failed: change.last_failed.as_deref(),
            behind: Vec::new(),
            why: why(&change.causes, words),
        })
        .collect()
}

fn flows<'a>(comparison: &'a Comparison, words: &'a Words) -> Vec<Row<'a>> {
    let flows = comparison.flows.iter().map(|change| Row {
        id: &change.id,
        linked: true,
        title: &change.title,
        class: colour(&change.class),
        word: words.change(&change.class),
        severity: "",
        before: words.state(&change.before).into_owned(),
        now: words.state(&change.now).into_owned(),
        last_failed: None,
        behind: Vec::new(),
        why: why(&change.causes, words),
    });
    flows.collect()
}

fn clauses<'a>(comparison: &'a Comparison, words: &'a Words) -> Vec<Row<'a>> {
    let clauses = comparison.clauses.iter().map(|change| Row {
        id: &change.id,
        linked: true,
        title: &change.paraphrase,
        class: "not_applicable",
        word: words.change("changed"),
        severity: "",
        before: words.clause(&change.before).into_owned(),
        now: words.clause(&change.now).into_owned(),
        last_failed: None,
        behind: change.findings.iter().map(String::as_str).collect(),
        why: Vec::new(),
    });
    clauses.collect()
}

/// The outcome whose colours a class of change takes.
fn colour(class: &str) -> &'static str {
    match class {
        "new" | "returned" | "opened" => "fail",
        "worse" => "unknown",
        "better" | "fixed" | "closed" => "pass",
        _ => "not_applicable",
    }
}

fn why<'a>(causes: &'a [Cause], words: &'a Words) -> Vec<Why<'a>> {
    causes
        .iter()
        .map(|cause| Why {
            kind: words.cause(&cause.kind),
            text: words::plain(&diff::sentence(cause)).into_owned(),
        })
        .collect()
}
