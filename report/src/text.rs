//! The summary for the terminal.

mod written;

use std::fmt::Write as _;

use crate::assemble::{outcome_name, severity_name};
use crate::diff;
use crate::messages::Language;
use crate::v1::{Destination, Outcome, Report};
use crate::words::{self, Words};

/// What a piece of the summary is, so that the caller can colour it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    /// A heading.
    Strong,
    /// Something bad.
    Bad,
    /// Something doubtful.
    Doubtful,
    /// Something good.
    Good,
    /// Something by the way.
    Quiet,
}

/// The width to which lines are wrapped, in characters.
pub(crate) const WIDTH: usize = 96;

/// The summary. `paint` turns a text and what it is into what is shown; texts from outside have
/// nothing left in them that a terminal would obey.
#[must_use]
pub fn render(report: &Report, paint: &dyn Fn(Style, &str) -> String) -> String {
    let paint: &dyn Fn(Style, &str) -> String = &|style, text| paint(style, &words::plain(text));
    let mut out = String::new();
    let workspace = &report.workspace;
    let words = &Words::new(Language::English);
    let style = match report.verdict {
        crate::v1::Verdict::Pass => Style::Good,
        crate::v1::Verdict::Fail => Style::Bad,
        _ => Style::Doubtful,
    };
    if let Some(assumption) = &report.assumption {
        let text = words
            .messages()
            .count("what-if", assumption.assumed.len() as u64);
        line(&mut out, &paint(Style::Doubtful, &text));
        line(&mut out, "");
    }
    line(
        &mut out,
        &format!(
            "{}  {}",
            paint(style, &words.verdict(report.verdict).to_uppercase()),
            paint(Style::Strong, &workspace.name)
        ),
    );
    for part in wrap(&words.verdict_sentence(report), WIDTH) {
        line(&mut out, &part);
    }
    line(&mut out, "");
    for (name, value) in [
        ("Rocket.Chat", words.version(workspace)),
        ("Judged as", words::profile(&report.policy)),
        ("Licence", words.licence(&workspace.licence)),
        (
            "Source",
            format!(
                "{} ({})",
                words.source(&workspace.source),
                workspace.database
            ),
        ),
    ] {
        line(
            &mut out,
            &format!(
                "{}  {}",
                paint(Style::Quiet, &format!("{name:<11}")),
                words::plain(&value)
            ),
        );
    }
    let confinement = &report.evidence.confinement;
    let style = match words::is_confined(confinement) {
        true => None,
        false if confinement.probes.iter().all(|probe| probe.refused) => Some(Style::Doubtful),
        false => Some(Style::Bad),
    };
    for (index, part) in wrap(&words::confinement(confinement), WIDTH - 13)
        .iter()
        .enumerate()
    {
        let lead = if index == 0 { "Confined" } else { "" };
        let lead = paint(Style::Quiet, &format!("{lead:<11}"));
        let part = style.map_or_else(|| part.clone(), |style| paint(style, part));
        line(&mut out, &format!("{lead}  {part}"));
    }
    table(&mut out, report, paint);
    failures(&mut out, report, paint);
    written::write(&mut out, report, words, paint);
    leaving(&mut out, report, words, paint);
    reached(&mut out, report, words, paint);
    if let Some(comparison) = &report.comparison {
        out.push_str(&diff::summary(comparison, paint));
        line(&mut out, "");
    }
    line(&mut out, &paint(Style::Strong, "How sure this is"));
    for sentence in words.how_sure(report) {
        for (index, part) in wrap(&sentence, WIDTH - 4).iter().enumerate() {
            line(
                &mut out,
                &format!("  {} {part}", if index == 0 { "-" } else { " " }),
            );
        }
    }
    out
}

/// The flows that let data out, or of which nobody knows.
fn leaving(
    out: &mut String,
    report: &Report,
    words: &Words,
    paint: &dyn Fn(Style, &str) -> String,
) {
    let flows: Vec<_> = report
        .flows
        .iter()
        .filter(|flow| words::leaves(&flow.state))
        .collect();
    if report.flows.is_empty() {
        return;
    }
    line(out, &paint(Style::Strong, "What can leave"));
    if flows.is_empty() {
        line(out, "  Nothing was found that can leave.");
    }
    for flow in flows {
        let (symbol, _) = words::state_sign(&flow.state);
        let word = words.state(&flow.state);
        let style = match flow.state.as_str() {
            "active" => Style::Bad,
            "dormant" => Style::Quiet,
            _ => Style::Doubtful,
        };
        let host = if flow.host.is_empty() {
            String::new()
        } else {
            format!(" ({})", flow.host)
        };
        let text = format!("{}: {}{host}", flow.title, flow.recipient);
        for (index, part) in wrap(&text, WIDTH - 22).iter().enumerate() {
            let lead = if index == 0 {
                let state = paint(style, &format!("{symbol} {word:<9}"));
                format!("  {state}  {:<4}", flow.id)
            } else {
                " ".repeat(19)
            };
            line(out, &format!("{lead} {part}"));
        }
    }
    line(out, "");
}

/// Whom the server reached, where logs of the network say it.
fn reached(
    out: &mut String,
    report: &Report,
    words: &Words,
    paint: &dyn Fn(Style, &str) -> String,
) {
    /// How many destinations are named.
    const NAMED: usize = 12;
    let Some(contacts) = &report.contacts else {
        return;
    };
    line(
        out,
        &paint(
            Style::Strong,
            "Whom the server reached, by the operator's logs",
        ),
    );
    for name in words::STANDINGS {
        let Some(count) = contacts.by_standing.get(name) else {
            continue;
        };
        let word = words.standing(name);
        let (_, class) = words::standing_sign(name);
        let style = if class == "fail" {
            Style::Bad
        } else {
            Style::Quiet
        };
        line(out, &paint(style, &format!("  {count:>6}  {word}")));
    }
    let open = |it: &&Destination| words::standing_sign(&it.standing).1 == "fail";
    let open: Vec<_> = contacts.destinations.iter().filter(open).collect();
    for it in open.iter().take(NAMED) {
        let port = it
            .port
            .map_or_else(String::new, |port| format!(" port {port}"));
        let flows = if it.flows.is_empty() {
            String::new()
        } else {
            format!(" ({})", it.flows.join(", "))
        };
        let last = it
            .last
            .as_ref()
            .map_or_else(String::new, |last| format!(", last {last}"));
        let count = it.count;
        line(
            out,
            &paint(
                Style::Bad,
                &format!("  ✕ {}{port}{flows}: {count} ×{last}", it.name),
            ),
        );
    }
    if open.len() > NAMED {
        line(
            out,
            &format!("  … and {} more, in the page", open.len() - NAMED),
        );
    }
    for log in &contacts.logs {
        let digest: String = log.digest.chars().take(19).collect();
        let text = format!("{}, {digest}…, {}", log.format, words.log_lines(log));
        for (index, part) in wrap(&text, WIDTH - 4).iter().enumerate() {
            let lead = if index == 0 { "-" } else { " " };
            line(out, &paint(Style::Quiet, &format!("  {lead} {part}")));
        }
    }
    line(out, "");
}

/// Rules by area and outcome.
fn table(out: &mut String, report: &Report, paint: &dyn Fn(Style, &str) -> String) {
    const COLUMNS: [(Outcome, &str); 6] = [
        (Outcome::Fail, "failed"),
        (Outcome::Unknown, "unknown"),
        (Outcome::Manual, "person"),
        (Outcome::Waived, "waived"),
        (Outcome::Pass, "passed"),
        (Outcome::NotApplicable, "n/a"),
    ];
    line(out, "");
    let mut head = String::new();
    for (_, name) in COLUMNS {
        // Writing to a text can't fail.
        let _ = write!(head, "{name:>9}");
    }
    line(out, &paint(Style::Quiet, &format!("{:<34}{head}", "")));
    let mut last = "";
    for finding in &report.findings {
        if finding.area == last {
            continue;
        }
        last = &finding.area;
        let counts = report.summary.by_area.get(&finding.area);
        let cells: String = COLUMNS
            .iter()
            .map(|(outcome, _)| {
                let mut count = counts
                    .and_then(|counts| counts.get(outcome_name(*outcome)))
                    .copied()
                    .unwrap_or(0);
                if *outcome == Outcome::Unknown {
                    count += counts
                        .and_then(|counts| counts.get("error"))
                        .copied()
                        .unwrap_or(0);
                }
                let cell = if count == 0 {
                    format!("{:>9}", "·")
                } else {
                    format!("{count:>9}")
                };
                match (outcome, count) {
                    (_, 0) => paint(Style::Quiet, &cell),
                    (Outcome::Fail, _) => paint(Style::Bad, &cell),
                    (Outcome::Unknown | Outcome::Manual, _) => paint(Style::Doubtful, &cell),
                    (Outcome::Pass, _) => paint(Style::Good, &cell),
                    _ => cell,
                }
            })
            .collect();
        line(out, &format!("{:<34}{cells}", finding.area_title));
    }
    line(out, "");
}

/// The failed rules, worst first, each with its reason and first step.
fn failures(out: &mut String, report: &Report, paint: &dyn Fn(Style, &str) -> String) {
    for finding in report.failures() {
        let mark = if finding.false_assurance {
            format!("  {}", paint(Style::Doubtful, "looks safe, is not"))
        } else {
            String::new()
        };
        line(
            out,
            &format!(
                "{} {} {}{mark}",
                paint(
                    Style::Bad,
                    &format!("{:<8}", severity_name(finding.severity))
                ),
                paint(Style::Quiet, &format!("{:<9}", finding.rule)),
                paint(Style::Strong, &finding.title)
            ),
        );
        for part in wrap(&finding.reason, WIDTH - 19) {
            line(out, &format!("{:19}{part}", ""));
        }
        let step = words::first_step(&finding.remedy);
        for (index, part) in wrap(step, WIDTH - 22).iter().enumerate() {
            let lead = if index == 0 { "→ " } else { "  " };
            line(
                out,
                &format!("{:19}{}", "", paint(Style::Quiet, &format!("{lead}{part}"))),
            );
        }
        line(out, "");
    }
}

pub(crate) fn line(out: &mut String, text: &str) {
    // Writing to a text can't fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

/// A text in lines of at most `width` characters, broken at blanks.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words::plain(text).split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
