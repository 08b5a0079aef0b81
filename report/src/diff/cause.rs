//! Why something changed, as far as two reports show it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::diff::is_undecided;
use crate::messages::Language;
use crate::v1::{Cause, Finding, Flow, Observed, Outcome, Report, Workspace};
use crate::words::Words;

/// How many items of a list, and how many gaps, are named.
const NAMED: usize = 5;
/// The longest value that is shown whole, in characters.
const LONGEST: usize = 160;

fn cause(kind: &str, subject: &str, before: impl Into<String>, now: impl Into<String>) -> Cause {
    Cause {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        before: before.into(),
        now: now.into(),
    }
}

/// What is another of the whole.
pub(super) fn of_the_whole(before: &Report, now: &Report) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut differs = |kind: &str, subject: &str, before: String, now: String| {
        if before != now {
            causes.push(cause(kind, subject, before, now));
        }
    };
    let (old, new) = (&before.workspace, &now.workspace);
    differs("version", "Rocket.Chat", version(old), version(new));
    let tool = |report: &Report| format!("{} {}", report.tool.name, report.tool.version);
    differs("tool", "program", tool(before), tool(now));
    let rules = |report: &Report| short(&report.tool.rules);
    differs("rules", "rules", rules(before), rules(now));
    let (was, is) = (&before.policy, &now.policy);
    differs("policy", "profile", was.profile.clone(), is.profile.clone());
    differs("policy", "edition", was.edition.clone(), is.edition.clone());
    differs("policy", "packs", was.packs.join(", "), is.packs.join(", "));
    let count = |left_out: &BTreeMap<String, String>| {
        let rules: Vec<&str> = left_out.keys().map(String::as_str).collect();
        rules.join(", ")
    };
    differs(
        "policy",
        "excluded",
        count(&was.excluded),
        count(&is.excluded),
    );
    for name in was
        .parameters
        .keys()
        .chain(is.parameters.keys())
        .collect::<BTreeSet<_>>()
    {
        let value = |policy: &crate::v1::Policy| {
            let parameter = policy.parameters.get(name);
            parameter.map_or(Json::Null, |parameter| parameter.value.clone())
        };
        let (was, is) = values(&value(was), &value(is));
        differs("parameter", name, was, is);
    }
    let licence = |workspace: &Workspace| {
        let licence = &workspace.licence;
        format!("{} {}", licence.state, licence.modules.join(", "))
            .trim()
            .to_owned()
    };
    differs("licence", "licence", licence(old), licence(new));
    differs(
        "licence",
        "registration",
        old.registration.clone(),
        new.registration.clone(),
    );
    differs("source", "source", old.source.clone(), new.source.clone());
    let waivers = |report: &Report| {
        report
            .waivers
            .digest
            .as_deref()
            .map(short)
            .unwrap_or_default()
    };
    differs("waiver", "waivers", waivers(before), waivers(now));
    for kind in ["attestations", "environment"] {
        let digest = |report: &Report| attachment(report, kind);
        let name = if kind == "environment" {
            kind
        } else {
            "attestation"
        };
        differs(name, kind, digest(before), digest(now));
    }
    causes.extend(gaps(before, now));
    causes
}

/// Why a rule changed.
pub(super) fn of_a_finding(
    before: &Report,
    now: &Report,
    (old, new): (Option<&Finding>, Option<&Finding>),
    everything: (&Seen<'_>, &Seen<'_>),
) -> Vec<Cause> {
    let mut causes = Vec::new();
    let (Some(old), Some(new)) = (old, new) else {
        let revision = |it: Option<&Finding>| {
            it.map_or_else(String::new, |it| format!("revision {}", it.revision))
        };
        causes.push(cause("rule", "rule", revision(old), revision(new)));
        causes.extend(of_the_tool(before, now));
        return causes;
    };
    if old.revision != new.revision {
        let revision = |it: &Finding| format!("revision {}", it.revision);
        causes.push(cause("rule", "rule", revision(old), revision(new)));
    }
    let excluded = |report: &Report| {
        let why = report.policy.excluded.get(&new.rule);
        why.map_or_else(String::new, |why| cut(why))
    };
    if excluded(before) != excluded(now) {
        causes.push(cause("policy", "excluded", excluded(before), excluded(now)));
    }
    if old.severity != new.severity {
        let severity = |it: &Finding| crate::assemble::severity_name(it.severity);
        let kind = if old.revision == new.revision {
            "policy"
        } else {
            "rule"
        };
        causes.push(cause(kind, "severity", severity(old), severity(new)));
    }
    causes.extend(of_a_waiver(before, now, old, new));
    let (seen, by_release) = of_what_was_seen(old, new, everything);
    causes.extend(seen);
    causes.extend(of_the_frame(
        before,
        now,
        old,
        new,
        causes.is_empty(),
        by_release,
    ));
    if is_undecided(old) || is_undecided(new) {
        let gaps = gaps_behind(before, now, old, new);
        if !gaps.is_empty() {
            // What was counted there is not known any more, or again; that is the same once more.
            causes.retain(|cause| cause.kind != "data");
        }
        causes.extend(gaps);
    }
    let answered = |it: &Finding| it.outcome == Outcome::Manual;
    let attested = |report: &Report| attachment(report, "attestations");
    if (answered(old) || answered(new)) && attested(before) != attested(now) {
        causes.push(cause(
            "attestation",
            "attestations",
            attested(before),
            attested(now),
        ));
    }
    if causes.is_empty() {
        causes.extend(of_the_tool(before, now));
    }
    if causes.is_empty() && old.reason != new.reason {
        causes.push(cause(
            "evidence",
            "reason",
            cut(&old.reason),
            cut(&new.reason),
        ));
    }
    causes
}

/// What a flow rests on that it did not rest on before, and the other way round.
pub(super) fn of_a_flow(old: &Flow, new: &Flow) -> Vec<Cause> {
    let only = |these: &Flow, others: &Flow| {
        let others: BTreeSet<&String> = others.basis.iter().collect();
        let lines = these.basis.iter().filter(|line| !others.contains(line));
        let lines: Vec<&str> = lines.take(NAMED).map(String::as_str).collect();
        cut(&lines.join("; "))
    };
    let (before, now) = (only(old, new), only(new, old));
    if before == now {
        return Vec::new();
    }
    vec![cause("basis", "basis", before, now)]
}

/// Whether a setting or a permission behind a rule is another, whatever the rule makes of it. Numbers
/// of things in the database change each day, and are none.
pub(super) fn is_set_otherwise(old: &Finding, new: &Finding) -> bool {
    let set = |it: &Observed| it.origin != "data" || it.subject.starts_with("permission ");
    let before = by_subject(old);
    new.observed.iter().filter(|it| set(it)).any(|new| {
        let old = before.get(new.subject.as_str());
        old.is_some_and(|old| set(old) && old.found != new.found)
    })
}

fn by_subject(finding: &Finding) -> BTreeMap<&str, &Observed> {
    let mut seen = BTreeMap::new();
    for observed in &finding.observed {
        seen.entry(observed.subject.as_str()).or_insert(observed);
    }
    seen
}

/// What every rule of a report saw. A rule that stops at one thing does not look at the next, and then
/// another rule of the same report may have.
pub(super) type Seen<'a> = BTreeMap<&'a str, &'a Observed>;

pub(super) fn seen(report: &Report) -> Seen<'_> {
    let mut all = Seen::new();
    for observed in report.findings.iter().flat_map(|it| &it.observed) {
        all.entry(observed.subject.as_str()).or_insert(observed);
    }
    all
}

/// What was compared and is another, and whether one of it is what a release brings.
fn of_what_was_seen(
    old: &Finding,
    new: &Finding,
    (before, now): (&Seen<'_>, &Seen<'_>),
) -> (Vec<Cause>, bool) {
    let mut causes: Vec<Cause> = Vec::new();
    let mut by_release = false;
    let (olds, news) = (by_subject(old), by_subject(new));
    let subjects: BTreeSet<&str> = olds.keys().chain(news.keys()).copied().collect();
    for subject in subjects {
        let earlier = olds.get(subject).or_else(|| before.get(subject));
        let seen = news.get(subject).or_else(|| now.get(subject));
        let (Some(&earlier), Some(&seen)) = (earlier, seen) else {
            continue;
        };
        if earlier.found != seen.found {
            by_release |= earlier.origin == "default" || seen.origin == "default";
            let kind = if seen.subject.starts_with("parameter ") {
                "parameter"
            } else if earlier.origin == "licence" || seen.origin == "licence" {
                "licence"
            } else if seen.origin == "environment" {
                "environment"
            } else if earlier.origin == "default" && seen.origin == "default" {
                "default"
            } else if seen.origin == "data" && !seen.subject.starts_with("permission ") {
                "data"
            } else {
                "value"
            };
            let (before, now) = values(&earlier.found, &seen.found);
            causes.push(cause(kind, &seen.subject, before, now));
        } else if earlier.expected != seen.expected
            && old.revision == new.revision
            && olds.contains_key(subject)
            && news.contains_key(subject)
        {
            let wanted = |it: &Observed| cut(&format!("wanted {}", it.expected));
            causes.push(cause(
                "parameter",
                &seen.subject,
                wanted(earlier),
                wanted(seen),
            ));
        }
    }
    (causes, by_release)
}

/// What of the workspace and the policy decides whether and how a rule applies.
fn of_the_frame(
    before: &Report,
    now: &Report,
    old: &Finding,
    new: &Finding,
    unexplained: bool,
    by_release: bool,
) -> Vec<Cause> {
    let mut causes = Vec::new();
    let applies = |it: &Finding| it.outcome != Outcome::NotApplicable;
    let turned = applies(old) != applies(new);
    let (was, is) = (version(&before.workspace), version(&now.workspace));
    if was != is && (unexplained || turned || by_release) {
        causes.push(cause("version", "Rocket.Chat", was, is));
    }
    let (was, is) = (&before.policy, &now.policy);
    if unexplained || turned {
        if was.profile != is.profile {
            causes.push(cause("policy", "profile", &was.profile, &is.profile));
        }
        if was.packs != is.packs {
            causes.push(cause(
                "policy",
                "packs",
                was.packs.join(", "),
                is.packs.join(", "),
            ));
        }
        let (was, is) = (&before.workspace.licence, &now.workspace.licence);
        if (&was.state, &was.modules) != (&is.state, &is.modules) {
            let modules = |state: &str, modules: &[String]| {
                cut(format!("{state} {}", modules.join(", ")).trim())
            };
            let before = modules(&was.state, &was.modules);
            causes.push(cause(
                "licence",
                "licence",
                before,
                modules(&is.state, &is.modules),
            ));
        }
        let (was, is) = (&before.workspace.registration, &now.workspace.registration);
        if was != is {
            causes.push(cause("licence", "registration", was, is));
        }
    }
    let (was, is) = (
        attachment(before, "environment"),
        attachment(now, "environment"),
    );
    if was != is && unexplained && causes.is_empty() {
        causes.push(cause("environment", "attached file", was, is));
    }
    causes
}

/// What of the exceptions is another for a rule: the one that it is waived by, or why none counts.
fn of_a_waiver(before: &Report, now: &Report, old: &Finding, new: &Finding) -> Option<Cause> {
    let waived = |it: &Finding| it.outcome == Outcome::Waived;
    if !waived(old) && !waived(new) {
        return None;
    }
    let words = |report: &Report, finding: &Finding| {
        let mut entries = report.waivers.entries.iter();
        if !waived(finding) {
            // Of one that waives nothing, only that of this very rule is told, with the reason.
            let lost = entries.find(|it| it.rule == finding.rule && it.state != "unmatched");
            return lost.map_or_else(String::new, |it| cut(&it.why));
        }
        let id = finding.waiver.as_deref().unwrap_or("waived");
        let entry = entries.find(|it| it.id == id);
        entry.map_or_else(
            || id.to_owned(),
            |it| {
                cut(&format!(
                    "{} ({}, until {})",
                    it.reason, it.approver, it.until
                ))
            },
        )
    };
    let (was, is) = (words(before, old), words(now, new));
    (was != is).then(|| cause("waiver", "waiver", was, is))
}

fn of_the_tool(before: &Report, now: &Report) -> Option<Cause> {
    let (was, is) = (&before.tool, &now.tool);
    if was.version != is.version {
        return Some(cause("tool", "program", &was.version, &is.version));
    }
    if was.rules != is.rules {
        return Some(cause("rules", "rules", short(&was.rules), short(&is.rules)));
    }
    None
}

/// What could be read in only one of the reports.
fn gaps(before: &Report, now: &Report) -> Vec<Cause> {
    let queries = |report: &'_ Report| -> BTreeSet<String> {
        let gaps = report.evidence.gaps.iter();
        gaps.map(|gap| gap.query.clone()).collect()
    };
    let (was, is) = (queries(before), queries(now));
    let lost = now.evidence.gaps.iter();
    let lost = lost.filter(|gap| !was.contains(&gap.query));
    let lost = lost.map(|gap| cause("gap", &gap.collection, "", cut(&gap.detail)));
    let found = before.evidence.gaps.iter();
    let found = found.filter(|gap| !is.contains(&gap.query));
    let found = found.map(|gap| cause("gap", &gap.collection, cut(&gap.detail), ""));
    let mut causes: Vec<Cause> = lost.chain(found).collect();
    causes.dedup();
    causes
}

/// The gaps that a rule names as its reason; those of the whole report if it names none.
fn gaps_behind(before: &Report, now: &Report, old: &Finding, new: &Finding) -> Vec<Cause> {
    let all = gaps(before, now);
    let mentions = |finding: &Finding, gap: &Cause| {
        let seen = finding.observed.iter();
        finding.reason.contains(&gap.subject)
            || seen
                .filter_map(|it| it.found.as_str())
                .any(|text| text.contains(&gap.subject))
    };
    let named: Vec<Cause> = all
        .iter()
        .filter(|gap| mentions(old, gap) || mentions(new, gap))
        .cloned()
        .collect();
    let mut found = if named.is_empty() { all } else { named };
    found.truncate(NAMED);
    found
}

/// The version of a workspace, as exactly as it is known.
fn version(workspace: &Workspace) -> String {
    if let Some(version) = &workspace.version {
        return version.clone();
    }
    match (&workspace.version_at_least, &workspace.version_below) {
        (Some(least), Some(below)) => format!("{least} to below {below}"),
        (Some(least), None) => format!("{least} or later"),
        (None, Some(below)) => format!("below {below}"),
        (None, None) => "not known".to_owned(),
    }
}

fn attachment(report: &Report, kind: &str) -> String {
    let mut attachments = report.evidence.attachments.iter();
    let found = attachments.find(|it| it.kind == kind);
    found.map_or_else(String::new, |it| short(&it.digest))
}

/// The beginning of a digest.
fn short(digest: &str) -> String {
    digest.chars().take(19).collect()
}

/// A text that is not without end.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// Two values in words; of two lists, what is only in one.
fn values(before: &Json, now: &Json) -> (String, String) {
    let words = Words::new(Language::English);
    let whole = |value: &Json| words.value(value);
    let (was, is) = (whole(before), whole(now));
    let is_short = |text: &str| text.chars().count() <= LONGEST;
    let (Json::Array(old), Json::Array(new)) = (before, now) else {
        return (cut(&was), cut(&is));
    };
    if is_short(&was) && is_short(&is) {
        return (was, is);
    }
    let old: BTreeSet<String> = old.iter().map(whole).collect();
    let new: BTreeSet<String> = new.iter().map(whole).collect();
    (only(&old, &new, "gone"), only(&new, &old, "new"))
}

/// How many there are, and which of them are not among the others.
fn only(these: &BTreeSet<String>, others: &BTreeSet<String>, word: &str) -> String {
    let items: Vec<&String> = these.difference(others).collect();
    let mut named: Vec<String> = items.iter().take(NAMED).map(|it| cut(it)).collect();
    if let Some(more) = items.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("and {more} more"));
    }
    if named.is_empty() {
        return format!("{} items", these.len());
    }
    format!("{} items, {word}: {}", these.len(), named.join("; "))
}
