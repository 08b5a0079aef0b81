//! The part of the page about what people wrote: waivers, plans and statements.

use serde::Serialize;

use crate::alarms::{alarms, is_written};
use crate::messages::Messages;
use crate::v1::{self, Finding, Report};
use crate::words::{Word, Words};

/// The most rows of a table, and the most bars of the drawing.
const ROWS: usize = 200;
const BARS: usize = 40;
/// The height of a bar with its gap, and the lengths, in the units of the drawing.
const STEP: usize = 22;
const LENGTH: i64 = 380;

/// What needs attention, on the first screen.
#[derive(Debug, Serialize)]
pub(super) struct Attention<'a> {
    written: bool,
    lines: Vec<Line<'a>>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    text: String,
    items: Vec<Named<'a>>,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    id: &'a str,
    is_rule: bool,
    day: &'a str,
}

impl<'a> Attention<'a> {
    pub(super) fn new(report: &'a Report, words: &Words) -> Self {
        let line = |alarm: crate::alarms::Alarm<'a>| Line {
            text: alarm.text,
            items: alarm
                .items
                .into_iter()
                .take(ROWS)
                .map(|item| Named {
                    id: item.id,
                    is_rule: item.is_rule,
                    day: item.day,
                })
                .collect(),
        };
        Self {
            written: is_written(report),
            lines: alarms(report, words).into_iter().map(line).collect(),
        }
    }
}

/// Waivers, plans and statements.
#[derive(Debug, Serialize)]
pub(super) struct Book<'a> {
    chart: Option<Chart<'a>>,
    waivers: Vec<WaiverRow<'a>>,
    more: Option<String>,
    files: Vec<FileRow<'a>>,
    plans: Vec<PlanRow<'a>>,
    statements: Vec<StatementRow<'a>>,
}

/// The drawing of the days that are left.
#[derive(Debug, Serialize)]
struct Chart<'a> {
    words: String,
    height: usize,
    warn: i64,
    bars: Vec<Bar<'a>>,
}

#[derive(Debug, Serialize)]
struct Bar<'a> {
    rule: &'a str,
    class: &'static str,
    y: usize,
    text_y: usize,
    width: i64,
    end: i64,
    days: String,
}

#[derive(Debug, Serialize)]
struct WaiverRow<'a> {
    waiver: &'a v1::Waiver,
    is_rule: bool,
    class: &'static str,
    word: Word<'a>,
    accepted: String,
}

#[derive(Debug, Serialize)]
struct FileRow<'a> {
    file: &'a v1::WaiverFile,
    word: Word<'a>,
    class: &'static str,
}

#[derive(Debug, Serialize)]
struct PlanRow<'a> {
    plan: &'a v1::Plan,
    word: Word<'a>,
    class: &'static str,
}

#[derive(Debug, Serialize)]
struct StatementRow<'a> {
    statement: &'a v1::Statement,
    is_rule: bool,
    word: Word<'a>,
    class: &'static str,
    document: Option<Word<'a>>,
}

impl<'a> Book<'a> {
    /// What people wrote; none if nobody wrote anything.
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Option<Self> {
        if !is_written(report) {
            return None;
        }
        let messages = words.messages();
        let entries = &report.waivers.entries;
        let elsewhere = report.waivers.by_state.get("elsewhere").copied();
        let hidden = (entries.len().saturating_sub(ROWS) as u64)
            .saturating_add(report.waivers.not_listed)
            .saturating_add(elsewhere.unwrap_or(0));
        Some(Self {
            chart: chart(report, messages),
            waivers: entries
                .iter()
                .take(ROWS)
                .map(|it| waiver(it, words))
                .collect(),
            more: (hidden > 0).then(|| messages.count("waivers-more", hidden)),
            files: report
                .waivers
                .files
                .iter()
                .map(|it| file(it, words))
                .collect(),
            plans: report
                .plans
                .iter()
                .take(ROWS)
                .map(|it| plan(it, words))
                .collect(),
            statements: report
                .statements
                .iter()
                .take(ROWS)
                .map(|it| statement(it, words))
                .collect(),
        })
    }
}

fn chart<'a>(report: &'a Report, messages: &Messages) -> Option<Chart<'a>> {
    let mut applied: Vec<&v1::Waiver> = report
        .waivers
        .entries
        .iter()
        .filter(|waiver| waiver.state == "applied")
        .collect();
    applied.sort_by_key(|waiver| waiver.days_left);
    let first = *applied.first()?;
    let count = applied.len();
    applied.truncate(BARS);
    // A report may come from elsewhere, with numbers that nothing can be.
    let scale = i64::from(report.waivers.max_days).max(1);
    let length = |days: i64| days.clamp(0, scale) * LENGTH / scale;
    let bars = applied.iter().enumerate().map(|(index, waiver)| {
        let width = length(waiver.days_left).max(2);
        Bar {
            rule: &waiver.rule,
            class: if waiver.expiring { "unknown" } else { "waived" },
            y: index * STEP + 3,
            text_y: index * STEP + 15,
            width,
            end: 90 + width + 6,
            days: messages.with("days", &[("count", waiver.days_left.into())]),
        }
    });
    let arguments = [
        ("count", count.into()),
        ("until", first.until.as_str().into()),
    ];
    Some(Chart {
        words: messages.with("waivers-chart-words", &arguments),
        height: applied.len() * STEP,
        warn: 90 + length(i64::from(report.waivers.warn_days)),
        bars: bars.collect(),
    })
}

fn waiver<'a>(waiver: &'a v1::Waiver, words: &'a Words) -> WaiverRow<'a> {
    let (word, class) = match waiver.state.as_str() {
        "applied" if waiver.expiring => ("waiver-applied", "unknown"),
        "applied" => ("waiver-applied", "waived"),
        "spare" => ("waiver-spare", "not_applicable"),
        "other_value" => ("waiver-other-value", "fail"),
        "not_applied" => ("waiver-not-applied", "unknown"),
        "unmatched" => ("waiver-unmatched", "not_applicable"),
        "unknown_rule" => ("waiver-unknown-rule", "fail"),
        "expired" => ("waiver-expired", "fail"),
        "not_yet_valid" => ("waiver-not-yet-valid", "not_applicable"),
        "too_long" => ("waiver-too-long", "fail"),
        "not_signed" => ("waiver-not-signed", "fail"),
        _ => ("unknown", "unknown"),
    };
    WaiverRow {
        waiver,
        is_rule: waiver.state != "unknown_rule",
        class,
        word: words.messages().text(word),
        accepted: match &waiver.accepted {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    }
}

fn file<'a>(file: &'a v1::WaiverFile, words: &'a Words) -> FileRow<'a> {
    let word = match file.signature.as_str() {
        "none" => "signature-none",
        "trusted" => "signature-trusted",
        "not_trusted" => "signature-not-trusted",
        _ => "signature-bad",
    };
    FileRow {
        file,
        word: words.messages().text(word),
        class: match (file.counts, file.signature.as_str()) {
            (false, _) => "fail",
            (true, "trusted") => "pass",
            _ => "not_applicable",
        },
    }
}

fn plan<'a>(plan: &'a v1::Plan, words: &'a Words) -> PlanRow<'a> {
    let (word, class) = match plan.state.as_str() {
        "overdue" => ("plan-overdue", "fail"),
        "done" => ("plan-done", "pass"),
        _ => ("plan-open", "waived"),
    };
    PlanRow {
        plan,
        word: words.messages().text(word),
        class,
    }
}

fn statement<'a>(statement: &'a v1::Statement, words: &'a Words) -> StatementRow<'a> {
    let (word, class) = match statement.state.as_str() {
        "in_force" if statement.expiring => ("statement-in-force", "unknown"),
        "in_force" => ("statement-in-force", "pass"),
        "expired" => ("waiver-expired", "fail"),
        "not_yet_valid" => ("waiver-not-yet-valid", "not_applicable"),
        _ => ("statement-evidence-differs", "fail"),
    };
    let document = statement.evidence.as_ref().map(|document| {
        words.messages().text(match document.found.as_str() {
            "same" => "document-same",
            "differs" => "document-differs",
            _ => "document-not-beside",
        })
    });
    StatementRow {
        statement,
        is_rule: statement.kind == "rule",
        word: words.messages().text(word),
        class,
        document,
    }
}

/// What a card says of its waiver and its plan.
#[derive(Debug, Serialize)]
pub(super) struct Note<'a> {
    text: String,
    said: &'a str,
}

/// The waiver of a finding, with what the outcome would be without it.
pub(super) fn waiver_note<'a>(
    report: &'a Report,
    finding: &Finding,
    words: &Words,
) -> Option<Note<'a>> {
    let id = finding.waiver.as_ref()?;
    let waiver = report.waivers.entries.iter().find(|it| it.id == *id)?;
    let underlying = finding.underlying.map(|outcome| words.outcome(outcome));
    Some(Note {
        text: words.messages().with(
            "card-waived",
            &[
                ("until", waiver.until.as_str().into()),
                ("count", waiver.days_left.into()),
                ("approver", waiver.approver.as_str().into()),
                ("ticket", waiver.ticket.as_str().into()),
                ("outcome", underlying.unwrap_or_default().into()),
            ],
        ),
        said: &waiver.reason,
    })
}

/// The plan of a finding.
pub(super) fn plan_note<'a>(
    report: &'a Report,
    finding: &Finding,
    words: &Words,
) -> Option<Note<'a>> {
    let plan = report.plans.iter().find(|it| it.rule == finding.rule)?;
    let message = if plan.state == "overdue" {
        "card-plan-overdue"
    } else {
        "card-plan"
    };
    Some(Note {
        text: words.messages().with(
            message,
            &[
                ("owner", plan.owner.as_str().into()),
                ("due", plan.due.as_str().into()),
            ],
        ),
        said: &plan.note,
    })
}
