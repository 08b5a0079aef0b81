//! The part of the summary about what people wrote: what is waived, and what needs attention.

use super::{Style, WIDTH, line, wrap};
use crate::alarms::{alarms, is_written};
use crate::v1::{Outcome, Report};
use crate::words::Words;

/// How many things of a kind are named.
const NAMED: usize = 12;

/// What is accepted for now, and what needs attention.
pub(super) fn write(
    out: &mut String,
    report: &Report,
    words: &Words,
    paint: &dyn Fn(Style, &str) -> String,
) {
    if !is_written(report) {
        return;
    }
    let messages = words.messages();
    line(out, &paint(Style::Strong, &messages.text("alarms-title")));
    let accepted = report
        .findings
        .iter()
        .filter(|it| it.outcome == Outcome::Waived);
    for finding in accepted {
        let id = finding.waiver.as_deref().unwrap_or_default();
        let waiver = report.waivers.entries.iter().find(|it| it.id == id);
        let until = waiver.map_or("", |it| it.until.as_str());
        let text = format!("{} (waived to the end of {until}, UTC)", finding.title);
        for (index, part) in wrap(&text, WIDTH - 13).iter().enumerate() {
            let lead = if index == 0 {
                format!(
                    "  ~ {}",
                    paint(Style::Quiet, &format!("{:<9}", finding.rule))
                )
            } else {
                " ".repeat(13)
            };
            line(out, &format!("{lead}{part}"));
        }
    }
    let alarms = alarms(report, words);
    if alarms.is_empty() {
        line(out, &format!("  {}", messages.text("alarms-none")));
    }
    for alarm in alarms {
        let mut items: Vec<String> = alarm
            .items
            .iter()
            .take(NAMED)
            .map(|item| format!("{} ({})", item.id, item.day))
            .collect();
        if let Some(more) = alarm
            .items
            .len()
            .checked_sub(NAMED)
            .filter(|more| *more > 0)
        {
            items.push(format!("and {more} more"));
        }
        let text = format!("{} {}", alarm.text, items.join(", "));
        for (index, part) in wrap(&text, WIDTH - 4).iter().enumerate() {
            let lead = if index == 0 { "!" } else { " " };
            line(out, &format!("  {lead} {}", paint(Style::Doubtful, part)));
        }
    }
    line(out, "");
}
