//! The comparison for the terminal.

use std::fmt::Write as _;

use crate::assemble::severity_name;
use crate::text::{Style, WIDTH, line, wrap};
use crate::v1::{Cause, Comparison, FindingChange};
use crate::words;

/// What paints a piece of text.
type Paint<'a> = &'a dyn Fn(Style, &str) -> String;

/// The whole comparison. `paint` turns a text and what it is into what is shown.
#[must_use]
pub fn render(comparison: &Comparison, paint: Paint<'_>) -> String {
    let paint: Paint<'_> = &|style, text| paint(style, &words::plain(text));
    let mut out = String::new();
    let (before, now) = (&comparison.before, &comparison.now);
    let mark = |assumed| if assumed { " (what if)" } else { "" };
    line(
        &mut out,
        &format!(
            "{}  {}{} → {}{}",
            paint(Style::Strong, &now.workspace),
            words::plain(&before.judged_at),
            mark(before.assumed),
            words::plain(&now.judged_at),
            mark(now.assumed),
        ),
    );
    if before.workspace != now.workspace {
        let text = format!("The report before is of {}.", before.workspace);
        line(&mut out, &paint(Style::Doubtful, &text));
    }
    if before.verdict != now.verdict {
        let text = format!(
            "Verdict: {} → {}",
            before.verdict.name(),
            now.verdict.name()
        );
        line(&mut out, &paint(Style::Strong, &text));
    }
    line(&mut out, &counts(comparison));
    if !comparison.differs.is_empty() {
        line(&mut out, "");
        line(&mut out, &paint(Style::Strong, "Of the whole"));
        for cause in &comparison.differs {
            wrapped(&mut out, 2, &sentence(cause), paint);
        }
    }
    for change in &comparison.findings {
        line(&mut out, "");
        finding(&mut out, change, paint);
    }
    flows_and_clauses(&mut out, comparison, paint);
    out
}

/// The comparison in a few lines, for the end of an audit.
#[must_use]
pub fn summary(comparison: &Comparison, paint: Paint<'_>) -> String {
    /// How many rules are named.
    const NAMED: usize = 8;
    let paint: Paint<'_> = &|style, text| paint(style, &words::plain(text));
    let mut out = String::new();
    let title = match comparison.with.as_str() {
        "assumption" => "What would change".to_owned(),
        "baseline" => format!("Since the baseline of {}", comparison.before.judged_at),
        _ => format!("Since the report of {}", comparison.before.judged_at),
    };
    line(&mut out, &paint(Style::Strong, &title));
    if comparison.is_empty() {
        line(&mut out, "  Nothing changed.");
        return out;
    }
    line(&mut out, &format!("  {}", counts(comparison)));
    for change in comparison.findings.iter().take(NAMED) {
        let causes: Vec<String> = change.causes.iter().take(2).map(sentence).collect();
        let word = paint(style(change), &format!("{:<9}", change.class));
        let text = format!("{} {}", change.title, note(&causes));
        for (index, part) in wrap(&text, WIDTH - 24).iter().enumerate() {
            let lead = if index == 0 {
                format!("  {word} {:<10}", words::plain(&change.rule))
            } else {
                " ".repeat(22)
            };
            line(&mut out, &format!("{lead} {part}"));
        }
    }
    if let Some(more) = comparison.findings.len().checked_sub(NAMED)
        && more > 0
    {
        line(
            &mut out,
            &format!("  … and {more} more; 'rc-audit diff' shows all"),
        );
    }
    for flow in &comparison.flows {
        let text = format!(
            "{} {} ({} → {})",
            flow.id, flow.title, flow.before, flow.now
        );
        let text = words::plain(&text);
        line(&mut out, &format!("  {:<9} {text}", flow.class));
    }
    out
}

fn note(causes: &[String]) -> String {
    if causes.is_empty() {
        String::new()
    } else {
        format!("({})", causes.join("; "))
    }
}

/// How many rules are in each class that has any.
pub(super) fn counts(comparison: &Comparison) -> String {
    let counts: Vec<String> = super::CLASSES
        .iter()
        .filter_map(|name| {
            let count = comparison.by_class.get(*name)?;
            (*count > 0).then(|| format!("{count} {name}"))
        })
        .collect();
    let mut text = counts.join(", ");
    for (count, word) in [
        (comparison.flows.len(), "flows"),
        (comparison.clauses.len(), "clauses"),
    ] {
        if count > 0 {
            // Writing to a text can't fail.
            let _ = write!(text, "; {count} {word} changed");
        }
    }
    text
}

fn style(change: &FindingChange) -> Style {
    match change.class.as_str() {
        "new" | "returned" => Style::Bad,
        "worse" => Style::Doubtful,
        "better" | "fixed" => Style::Good,
        _ => Style::Quiet,
    }
}

fn finding(out: &mut String, change: &FindingChange, paint: Paint<'_>) {
    line(
        out,
        &format!(
            "{} {} {} {}",
            paint(style(change), &format!("{:<9}", change.class)),
            paint(
                Style::Quiet,
                &format!("{:<8}", severity_name(change.severity))
            ),
            words::plain(&change.rule),
            paint(Style::Strong, &change.title),
        ),
    );
    let none = || "no such rule".to_owned();
    let outcome = |name: &Option<String>| name.clone().map_or_else(none, |it| it.replace('_', " "));
    let (before, now) = (outcome(&change.before), outcome(&change.now));
    if before != now {
        wrapped(out, 10, &format!("{before} → {now}"), paint);
    }
    if let Some(time) = &change.last_failed {
        wrapped(out, 10, &format!("it failed before, last on {time}"), paint);
    }
    for cause in &change.causes {
        wrapped(out, 10, &sentence(cause), paint);
    }
}

fn flows_and_clauses(out: &mut String, comparison: &Comparison, paint: Paint<'_>) {
    if !comparison.flows.is_empty() {
        line(out, "");
        line(out, &paint(Style::Strong, "Ways out"));
    }
    for flow in &comparison.flows {
        let style = match flow.class.as_str() {
            "opened" => Style::Bad,
            "closed" => Style::Good,
            _ => Style::Doubtful,
        };
        let word = paint(style, &format!("{:<9}", flow.class));
        let text = format!("{} {}: {} → {}", flow.id, flow.title, flow.before, flow.now);
        line(
            out,
            &format!("{word} {}", words::plain(&text.replace('_', " "))),
        );
        for cause in &flow.causes {
            wrapped(out, 10, &sentence(cause), paint);
        }
    }
    if !comparison.clauses.is_empty() {
        line(out, "");
        line(out, &paint(Style::Strong, "Statements of the vendor"));
    }
    for clause in &comparison.clauses {
        let behind = if clause.findings.is_empty() {
            String::new()
        } else {
            format!(" ({})", clause.findings.join(", "))
        };
        let text = format!(
            "{} {} → {}{behind}: {}",
            clause.id, clause.before, clause.now, clause.paraphrase
        );
        wrapped(out, 0, &text.replace('_', " "), paint);
    }
}

fn wrapped(out: &mut String, indent: usize, text: &str, paint: Paint<'_>) {
    for part in wrap(text, WIDTH - indent) {
        line(
            out,
            &format!("{:indent$}{}", "", paint(Style::Quiet, &part)),
        );
    }
}

/// A cause as a sentence without its end.
pub(crate) fn sentence(cause: &Cause) -> String {
    let Cause {
        subject,
        before,
        now,
        ..
    } = cause;
    let arrow = match (before.is_empty(), now.is_empty()) {
        (false, false) => format!("{before} → {now}"),
        (true, false) => format!("now {now}"),
        (false, true) => format!("no longer {before}"),
        (true, true) => return subject.clone(),
    };
    match cause.kind.as_str() {
        "gap" if now.is_empty() => format!("{subject} can be read again (before: {before})"),
        "gap" => format!("{subject} can't be read: {now}"),
        "environment" => format!("{subject}: {arrow} (from the server's environment)"),
        "default" => format!("{subject}: {arrow} (what the release brings)"),
        "licence" if subject != "licence" && subject != "registration" => {
            format!("{subject}: {arrow} (by the licence)")
        }
        "parameter" => {
            let subject = subject.strip_prefix("parameter ").unwrap_or(subject);
            format!("policy, {subject}: {arrow}")
        }
        "policy" => format!("policy, {subject}: {arrow}"),
        "rule" if subject == "rule" && before.is_empty() => format!("the rule is new ({now})"),
        "rule" if subject == "rule" && now.is_empty() => format!("the rule is gone ({before})"),
        "basis" => format!("because {arrow}"),
        "evidence" => format!("reason: {arrow}"),
        _ => format!("{subject}: {arrow}"),
    }
}
