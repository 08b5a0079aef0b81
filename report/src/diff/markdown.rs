//! The comparison as Markdown, for a ticket or a mail. Texts of a report are shown as they are: what
//! Markdown would take for its own is escaped.

use std::fmt::Write as _;

use super::text::{counts, sentence};
use crate::assemble::severity_name;
use crate::v1::Comparison;
use crate::words;

/// The comparison.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut out = String::new();
    let (before, now) = (&comparison.before, &comparison.now);
    let mark = |assumed| if assumed { " (what if)" } else { "" };
    // Writing to a text can't fail.
    let _ = writeln!(out, "# What changed: {}\n", plain(&now.workspace));
    let _ = writeln!(
        out,
        "From the report of {}{} ({}) to that of {}{} ({}): {}.",
        plain(&before.judged_at),
        mark(before.assumed),
        before.verdict.name(),
        plain(&now.judged_at),
        mark(now.assumed),
        now.verdict.name(),
        counts(comparison)
    );
    if before.workspace != now.workspace {
        let _ = writeln!(
            out,
            "\nThe report before is of {}.",
            plain(&before.workspace)
        );
    }
    if !comparison.differs.is_empty() {
        out.push_str("\n## Of the whole\n\n");
        for cause in &comparison.differs {
            let _ = writeln!(out, "- {}", plain(&sentence(cause)));
        }
    }
    if !comparison.findings.is_empty() {
        out.push_str(
            "\n## Rules\n\n| | severity | rule | before | now | why |\n|---|---|---|---|---|---|\n",
        );
    }
    for change in &comparison.findings {
        let outcome = |name: &Option<String>| name.as_deref().unwrap_or("–").replace('_', " ");
        let mut why: Vec<String> = change.causes.iter().map(sentence).collect();
        if let Some(time) = &change.last_failed {
            why.insert(0, format!("it failed before, last on {time}"));
        }
        let _ = writeln!(
            out,
            "| {} | {} | **{}** {} | {} | {} | {} |",
            plain(&change.class),
            severity_name(change.severity),
            plain(&change.rule),
            plain(&change.title),
            plain(&outcome(&change.before)),
            plain(&outcome(&change.now)),
            plain(&why.join("; ")),
        );
    }
    if !comparison.flows.is_empty() {
        out.push_str("\n## Ways out\n\n");
    }
    for flow in &comparison.flows {
        let why: Vec<String> = flow.causes.iter().map(sentence).collect();
        let text = format!(
            "{} {} {}: {} → {}. {}",
            flow.class,
            flow.id,
            flow.title,
            flow.before,
            flow.now,
            why.join("; ")
        );
        let _ = writeln!(out, "- {}", plain(text.replace('_', " ").trim_end()));
    }
    if !comparison.clauses.is_empty() {
        out.push_str("\n## Statements of the vendor\n\n");
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
        let _ = writeln!(out, "- {}", plain(&text.replace('_', " ")));
    }
    out
}

/// A text on one line in which nothing has a meaning of its own. What means nothing inside of a word is
/// left as it is, so that names of settings stay readable.
pub(crate) fn plain(text: &str) -> String {
    let text = words::plain(text);
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let in_a_word = before.is_alphanumeric() && next.is_alphanumeric();
        match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '&' => {
                plain.push('\\');
                plain.push(character);
            }
            '_' if !in_a_word => plain.push_str("\\_"),
            '\n' | '\r' | '\t' => plain.push(' '),
            other => plain.push(other),
        }
        before = character;
    }
    plain
}
