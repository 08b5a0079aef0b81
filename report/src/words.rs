//! The report in plain words, the same in the terminal and on the page.

use std::borrow::Cow;

use crate::v1::{Licence, Outcome, Policy, Remedy, Report, Verdict, Workspace};

/// A verdict as one or two words.
#[must_use]
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Passed",
        Verdict::Fail => "Failed",
        Verdict::Incomplete => "Incomplete",
        Verdict::NothingToJudge => "Nothing to judge",
    }
}

/// An outcome in words.
#[must_use]
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "failed",
        Outcome::Error => "broken rule",
        Outcome::Unknown => "not known",
        Outcome::Manual => "for a person",
        Outcome::Waived => "waived",
        Outcome::Pass => "passed",
        Outcome::NotApplicable => "not applicable",
    }
}

/// A sign for an outcome that does not depend on colour.
#[must_use]
pub fn symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "✕",
        Outcome::Error => "!",
        Outcome::Unknown => "?",
        Outcome::Manual => "✎",
        Outcome::Waived => "~",
        Outcome::Pass => "✓",
        Outcome::NotApplicable => "–",
    }
}

/// The verdict in one sentence for somebody who is no engineer.
#[must_use]
pub fn verdict_sentence(report: &Report) -> String {
    let count = |name: &str| report.summary.by_outcome.get(name).copied().unwrap_or(0);
    let failed = count("fail");
    let undecided = count("unknown") + count("error");
    let judged = report.findings.len() as u64 - count("not_applicable");
    let serious = report
        .summary
        .by_severity
        .get("critical")
        .copied()
        .unwrap_or(0)
        + report.summary.by_severity.get("high").copied().unwrap_or(0);
    if judged == 0 {
        return "No question applies to this workspace, so nothing was judged.".to_owned();
    }
    let questions = |number: u64| plural(number, "question", "questions");
    let mut parts = Vec::new();
    if failed > 0 {
        let gravity = match serious {
            0 => String::new(),
            it if it == failed && failed == 1 => ", and it is serious".to_owned(),
            it if it == failed => ", all of them serious".to_owned(),
            it => format!(", {it} of them serious"),
        };
        parts.push(format!(
            "Of {} that apply to this workspace, {failed} failed{gravity}.",
            questions(judged)
        ));
    } else {
        parts.push(format!(
            "None of the {} that apply to this workspace failed.",
            questions(judged)
        ));
    }
    if undecided > 0 {
        parts.push(format!(
            "{} could not be answered, and a failure may hide there.",
            plural(undecided, "more", "more")
        ));
    }
    parts.join(" ")
}

/// How far the verdict can be relied on, one sentence each.
#[must_use]
pub fn how_sure(report: &Report) -> Vec<String> {
    let count = |name: &str| report.summary.by_outcome.get(name).copied().unwrap_or(0);
    let mut lines: Vec<String> = report
        .evidence
        .chain
        .iter()
        .map(|notice| format!("The chain of reports: {}.", notice.text))
        .collect();
    if report.summary.false_assurances > 0 {
        lines.push(format!(
            "{} that the running server ignores.",
            plural(
                report.summary.false_assurances,
                "setting looks safe and has a value",
                "settings look safe and have values"
            )
        ));
    }
    if count("unknown") > 0 {
        lines.push(format!(
            "{} could not be answered from the evidence; the reason stands with each.",
            plural(count("unknown"), "question", "questions")
        ));
    }
    if count("error") > 0 {
        lines.push(format!(
            "{} broke; that is a fault of this program.",
            plural(count("error"), "rule", "rules")
        ));
    }
    if count("manual") > 0 {
        lines.push(format!(
            "{} a person's answer.",
            plural(count("manual"), "question needs", "questions need")
        ));
    }
    if !report.evidence.gaps.is_empty() {
        lines.push(format!(
            "{} could not be read.",
            plural(
                report.evidence.gaps.len() as u64,
                "part of the database",
                "parts of the database"
            )
        ));
    }
    if !report.policy.profile_declared {
        lines.push("No profile was declared, so one was inferred.".to_owned());
    }
    lines.extend(exclusions(report));
    let is_foreign = |finding: &&crate::v1::Finding| {
        finding.rule == "AUD-007" && finding.outcome == Outcome::Fail
    };
    if report.findings.iter().any(|finding| is_foreign(&finding)) {
        lines.push(
            "Settings are stored that no known release has (AUD-007). If this is a fork, what is said \
             by version holds for the release it was made from."
                .to_owned(),
        );
    }
    if let Some(conflict) = &report.workspace.version_conflict {
        lines.push(format!("The version is in doubt: {conflict}."));
    }
    lines.push(
        "Nothing in a database proves that no packet was sent; only a log of the network does."
            .to_owned(),
    );
    lines
}

/// What the policy's exclusions hide, one sentence for those that hide something and one for those
/// that hide nothing.
fn exclusions(report: &Report) -> Vec<String> {
    let excluded = |hides: bool| -> Vec<&str> {
        report
            .findings
            .iter()
            .filter(|finding| report.policy.excluded.contains_key(&finding.rule))
            .filter(|finding| {
                let nothing = matches!(
                    finding.underlying,
                    None | Some(Outcome::Pass | Outcome::NotApplicable)
                );
                nothing != hides
            })
            .map(|finding| finding.rule.as_str())
            .collect()
    };
    let mut lines = Vec::new();
    let (hiding, idle) = (excluded(true), excluded(false));
    if !hiding.is_empty() {
        lines.push(format!(
            "The policy leaves out what would not pass: {}.",
            hiding.join(", ")
        ));
    }
    if !idle.is_empty() {
        lines.push(format!(
            "The policy leaves out what would pass or does not apply, so that the exclusion is not \
             needed: {}.",
            idle.join(", ")
        ));
    }
    lines
}

/// A number with the word that fits it.
#[must_use]
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The version in words.
#[must_use]
pub fn version(workspace: &Workspace) -> String {
    match (
        &workspace.version,
        &workspace.version_at_least,
        &workspace.version_below,
    ) {
        (Some(version), ..) => version.clone(),
        (None, Some(low), Some(high)) => format!("{low} or later, before {high}"),
        (None, Some(low), None) => format!("{low} or later"),
        (None, None, Some(high)) => format!("before {high}"),
        (None, None, None) => "unknown".to_owned(),
    }
}

/// The licence in words.
#[must_use]
pub fn licence(licence: &Licence) -> String {
    let mut text = licence.state.clone();
    if licence.offline == Some(true) {
        text.push_str(", for offline use");
    }
    if let Some(ends) = &licence.ends {
        text.push_str(", ends ");
        text.push_str(ends);
    }
    text
}

/// The registration in words.
#[must_use]
pub fn registration(state: &str) -> &'static str {
    match state {
        "registered" => "registered",
        "registered_offline" => "registered offline",
        "unregistered" => "not registered",
        _ => "unknown",
    }
}

/// The profile in words.
#[must_use]
pub fn profile(policy: &Policy) -> String {
    format!("{} ({})", policy.profile, policy.profile_basis)
}

/// The states of flows: name, word, sign, and the class whose colours it takes.
pub const STATES: [(&str, &str, &str, &str); 5] = [
    ("active", "active", "→", "fail"),
    ("dormant", "dormant", "⇢", "waived"),
    ("unknown", "not known", "?", "unknown"),
    ("off", "off", "✓", "pass"),
    (
        "not_applicable",
        "not in this workspace",
        "–",
        "not_applicable",
    ),
];

/// The kinds of data: name and word, in the order of the vendor's tables.
pub const KINDS: [(&str, &str); 6] = [
    ("account", "Account"),
    ("usage", "Usage"),
    ("app", "Apps"),
    ("content", "Content"),
    ("tracking", "Tracking"),
    ("location", "Location"),
];

/// A state of a flow, as in [`STATES`].
#[must_use]
pub fn state(name: &str) -> (&'static str, &'static str, &'static str, &'static str) {
    STATES
        .into_iter()
        .find(|(state, ..)| *state == name)
        .unwrap_or(("unknown", "not known", "?", "unknown"))
}

/// Whether a flow in this state can let data out, or nobody knows.
#[must_use]
pub fn leaves(state: &str) -> bool {
    matches!(state, "active" | "dormant" | "unknown")
}

/// A kind of data in words.
#[must_use]
pub fn kind(name: &str) -> &'static str {
    KINDS
        .into_iter()
        .find(|(kind, _)| *kind == name)
        .map_or("other", |(_, word)| word)
}

/// Kinds of data in words, in the order of the vendor's tables.
#[must_use]
pub fn kinds(names: &[String]) -> String {
    let words: Vec<&str> = KINDS
        .into_iter()
        .filter(|(kind, _)| names.iter().any(|name| name == kind))
        .map(|(_, word)| word)
        .collect();
    words.join(", ")
}

/// Whose a host is, in words.
#[must_use]
pub fn place(place: &str) -> &'static str {
    match place {
        "this_server" => "this server",
        "own_network" => "own network",
        "approved" => "approved by the policy",
        "vendor" => "the vendor",
        _ => "somebody else",
    }
}

/// The class of a workspace in words.
#[must_use]
pub fn class(class: &str) -> &'static str {
    match class {
        "registered_online" => "registered with the vendor, online",
        "registered_offline" => "registered with the vendor for offline use",
        "unregistered" => "not registered with the vendor",
        _ => "of an unknown class",
    }
}

/// The edition of the vendor's privacy policy in words.
#[must_use]
pub fn edition(edition: &str) -> &'static str {
    match edition {
        "2023-01" => "5 January 2023",
        _ => "20 October 2023",
    }
}

/// The kind of source in words.
#[must_use]
pub fn source(kind: &str) -> &'static str {
    match kind {
        "server" => "a running MongoDB",
        "dump_folder" => "a folder written by mongodump",
        "dump_archive" => "an archive written by mongodump",
        _ => "a file with the settings alone",
    }
}

/// The origin of a value in words.
#[must_use]
pub fn origin(origin: &str) -> &'static str {
    match origin {
        "stored" => "stored",
        "default" => "built-in default",
        "environment" => "environment variable",
        "licence" => "replaced, not licensed",
        _ => "read from the data",
    }
}

/// Whether a terminal, or whoever shows a text, would take a character for more than a sign:
/// controls but line ends, and marks that turn the direction of what follows.
#[must_use]
pub fn is_obeyed(character: char) -> bool {
    character != '\n' && character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text from outside that can be shown: a sign of replacement stands for what would be obeyed.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(is_obeyed) {
        Cow::Owned(text.replace(is_obeyed, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A value of the report in words.
#[must_use]
pub fn value(value: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match value {
        Json::String(text) if text.is_empty() => "(empty)".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) if items.is_empty() => "(none)".to_owned(),
        Json::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join("; "),
        Json::Object(map) => map.get("secret").and_then(Json::as_str).map_or_else(
            || "a document".to_owned(),
            |state| format!("secret, {state}"),
        ),
        other => other.to_string(),
    }
}

/// The way to mend something that comes first: panel, environment, call, or the note.
#[must_use]
pub fn first_step(remedy: &Remedy) -> &str {
    [&remedy.ui, &remedy.env, &remedy.api, &remedy.note]
        .into_iter()
        .find(|step| !step.is_empty())
        .map_or("", String::as_str)
}
