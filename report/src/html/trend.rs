//! What changed since the report before, and how it went before that.

use serde::Serialize;

use crate::history;
use crate::v1::{Change, Past, Report};
use crate::words::{Word, Words};

/// What changed, one line each.
#[derive(Debug, Serialize)]
pub(super) struct Changes<'a> {
    intro: String,
    lines: Vec<Line<'a>>,
}

/// Changes of one kind: what they are, and the rules or flows.
#[derive(Debug, Serialize)]
struct Line<'a> {
    text: Word<'a>,
    ids: Vec<&'a str>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Self {
        let messages = words.messages();
        if report.assumption.is_some() {
            return Self {
                intro: messages.with(
                    "compared-intro-assumption",
                    &[("date", report.judged_at.as_str().into())],
                ),
                lines: Vec::new(),
            };
        }
        let Some(history) = &report.history else {
            let mut chain = report.evidence.chain.iter();
            let intro = if chain.any(|notice| notice.kind == "history_missing") {
                "changes-missing"
            } else {
                "changes-first"
            };
            return Self {
                intro: messages.text(intro).into_owned(),
                lines: Vec::new(),
            };
        };
        let lines: Vec<Line<'_>> = lines(&history.outcomes, &history.flows)
            .into_iter()
            .filter(|(_, ids)| !ids.is_empty())
            .map(|(message, ids)| Line {
                text: messages.text(message),
                ids,
            })
            .collect();
        let intro = if lines.is_empty() {
            "changes-none"
        } else {
            "changes-since"
        };
        let date = history.previous.judged_at.as_str();
        Self {
            intro: messages.with(intro, &[("date", date.into())]),
            lines,
        }
    }
}

/// The kinds of changes: a message, and what changed so.
pub(super) fn lines<'a>(
    outcomes: &'a [Change],
    flows: &'a [Change],
) -> [(&'static str, Vec<&'a str>); 6] {
    let undecided = |outcome: &str| matches!(outcome, "unknown" | "error");
    let leaves = |state: &str| matches!(state, "active" | "dormant");
    let outcomes = |is: &dyn Fn(&Change) -> bool| ids(outcomes, is);
    let flows = |is: &dyn Fn(&Change) -> bool| ids(flows, is);
    [
        ("changes-failed", outcomes(&|it| it.now == "fail")),
        (
            "changes-mended",
            outcomes(&|it| it.before == "fail" && !undecided(&it.now)),
        ),
        ("changes-unknown", outcomes(&|it| undecided(&it.now))),
        (
            "changes-other",
            outcomes(&|it| it.now != "fail" && it.before != "fail" && !undecided(&it.now)),
        ),
        (
            "changes-opened",
            flows(&|it| leaves(&it.now) && !leaves(&it.before)),
        ),
        (
            "changes-closed",
            flows(&|it| leaves(&it.before) && !leaves(&it.now)),
        ),
    ]
}

fn ids<'a>(changes: &'a [Change], is: &dyn Fn(&Change) -> bool) -> Vec<&'a str> {
    let changes = changes.iter().filter(|change| is(change));
    changes.map(|change| change.id.as_str()).collect()
}

/// The drawing of the last reports, in its own units.
#[derive(Debug, Serialize)]
pub(super) struct Trend {
    words: String,
    width: usize,
    bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
struct Bar {
    date: String,
    failed: u64,
    unknown: u64,
    x: usize,
    failed_y: u64,
    failed_height: u64,
    unknown_y: u64,
    unknown_height: u64,
}

/// How far apart the bars are, and how high the drawing is.
const STEP: usize = 12;
const HEIGHT: u64 = 60;

impl Trend {
    /// The trend up to this report; none before there are two.
    pub(super) fn new(report: &Report, words: &Words) -> Option<Self> {
        let history = report.history.as_ref()?;
        let now = history::past(report);
        let all: Vec<&Past> = history.trend.iter().chain([&now]).collect();
        let most = all
            .iter()
            .map(|past| past.failed.saturating_add(past.unknown))
            .max()?
            .max(1);
        let (first, last) = (all.first()?, all.last()?);
        let bars = all
            .iter()
            .enumerate()
            .map(|(index, past)| {
                let failed_height = past.failed.saturating_mul(HEIGHT) / most;
                let unknown_height = past.unknown.saturating_mul(HEIGHT) / most;
                Bar {
                    date: past.judged_at.chars().take(10).collect(),
                    failed: past.failed,
                    unknown: past.unknown,
                    x: index * STEP,
                    failed_y: HEIGHT - failed_height,
                    failed_height,
                    unknown_y: (HEIGHT - failed_height).saturating_sub(unknown_height),
                    unknown_height,
                }
            })
            .collect();
        Some(Self {
            words: words.messages().with(
                "trend-words",
                &[
                    ("count", all.len().into()),
                    ("first", first.failed.into()),
                    ("last", last.failed.into()),
                ],
            ),
            width: all.len() * STEP,
            bars,
        })
    }
}
