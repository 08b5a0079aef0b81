//! What is another in a report than in one before it, and why.
//!
//! One comparison serves the page, the terminal, `diff` and the gate on what is new. It looks at the
//! two reports alone, so whoever has them gets the same answer. A cause is named only where the
//! reports show it; where nothing but the reason is another, that is what it says.

mod cause;
mod markdown;
mod text;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::assemble::outcome_name;
use crate::v1::{
    Cause, Clause, ClauseChange, Compared, Comparison, Finding, FindingChange, Flow, FlowChange,
    Outcome, Report, Severity,
};

pub use markdown::markdown;
pub(crate) use markdown::plain;
pub(crate) use text::sentence;
pub use text::{render, summary};

/// The classes of change of a rule, in the order in which they are shown. What is in no other is
/// `unchanged`.
pub const CLASSES: [&str; 9] = [
    "new",
    "returned",
    "worse",
    "better",
    "fixed",
    "changed",
    "added",
    "removed",
    "unchanged",
];

/// Why two reports are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum With {
    /// The one before in the chain.
    Previous,
    /// One that was named for the audit.
    Baseline,
    /// The same evidence as it is.
    Assumption,
    /// Both were named.
    Named,
}

impl With {
    fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Baseline => "baseline",
            Self::Assumption => "assumption",
            Self::Named => "named",
        }
    }
}

/// Whether two reports are on the same workspace, as far as they say.
#[must_use]
pub fn same_workspace(before: &Report, now: &Report) -> bool {
    let mark = |report: &Report| report.workspace.unique_id_fingerprint.clone();
    match (mark(before), mark(now)) {
        (Some(before), Some(now)) => before == now,
        _ => before.workspace.name == now.workspace.name,
    }
}

/// Compares two reports.
#[must_use]
pub fn compare(before: &Report, now: &Report, with: With) -> Comparison {
    let mut by_class: BTreeMap<String, u64> =
        CLASSES.iter().map(|name| ((*name).to_owned(), 0)).collect();
    let mut findings = Vec::new();
    let seen = (cause::seen(before), cause::seen(now));
    for (_, pair) in pairs(&before.findings, &now.findings, |it| &it.rule) {
        let class = class(before, pair);
        *by_class.entry(class.to_owned()).or_default() += 1;
        if class != "unchanged" {
            let causes = cause::of_a_finding(before, now, pair, (&seen.0, &seen.1));
            findings.extend(finding(pair, class, causes));
        }
    }
    findings.sort_by_key(|change| {
        let place = CLASSES.iter().position(|name| *name == change.class);
        (place, Reverse(change.severity), change.rule.clone())
    });
    let flows = pairs(&before.flows, &now.flows, |it| &it.id)
        .into_values()
        .filter_map(|pair| match pair {
            (Some(old), Some(new)) if old.state != new.state => Some(flow(old, new)),
            _ => None,
        })
        .collect();
    let changed: Vec<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
    let clauses = pairs(&before.clauses, &now.clauses, |it| &it.id)
        .into_values()
        .filter_map(|pair| match pair {
            (Some(old), Some(new)) if old.verdict != new.verdict => {
                Some(clause(old, new, &changed))
            }
            _ => None,
        })
        .collect();
    Comparison {
        with: with.name().to_owned(),
        before: compared(before),
        now: compared(now),
        differs: cause::of_the_whole(before, now),
        by_class,
        findings,
        flows,
        clauses,
    }
}

impl Comparison {
    /// Whether nothing is another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.flows.is_empty() && self.clauses.is_empty()
    }

    /// The failures, at or above a severity, that were not there before.
    pub fn new_failures(&self, least: Severity) -> impl Iterator<Item = &FindingChange> {
        self.findings
            .iter()
            .filter(move |it| it.severity >= least)
            .filter(|it| matches!(it.class.as_str(), "new" | "returned"))
    }

    /// The rules, at or above a severity, that can't be decided and could be before.
    pub fn newly_undecided(&self, least: Severity) -> impl Iterator<Item = &FindingChange> {
        let undecided =
            |name: &Option<String>| matches!(name.as_deref(), Some("unknown" | "error"));
        self.findings
            .iter()
            .filter(move |it| it.severity >= least)
            .filter(move |it| undecided(&it.now) && !undecided(&it.before))
    }

    /// The collections that can't be read and could be before.
    pub fn new_gaps(&self) -> impl Iterator<Item = &Cause> {
        let is_new = |it: &&Cause| it.kind == "gap" && !it.now.is_empty();
        self.differs.iter().filter(is_new)
    }
}

/// What has the same id in two lists.
type Pair<'a, T> = (Option<&'a T>, Option<&'a T>);

fn pairs<'a, T>(
    before: &'a [T],
    now: &'a [T],
    id: impl Fn(&'a T) -> &'a String,
) -> BTreeMap<&'a str, Pair<'a, T>> {
    let mut pairs: BTreeMap<&str, Pair<'a, T>> = BTreeMap::new();
    for item in before {
        pairs.entry(id(item)).or_default().0 = Some(item);
    }
    for item in now {
        pairs.entry(id(item)).or_default().1 = Some(item);
    }
    pairs
}

fn compared(report: &Report) -> Compared {
    Compared {
        id: report.id.clone(),
        workspace: report.workspace.name.clone(),
        judged_at: report.judged_at.clone(),
        verdict: report.verdict,
        assumed: report.assumption.is_some(),
    }
}

/// Whether a finding is there: it fails, whether that is accepted or not.
#[must_use]
pub(crate) fn is_open(finding: &Finding) -> bool {
    finding.outcome == Outcome::Fail
        || (finding.outcome == Outcome::Waived || finding.outcome == Outcome::NotApplicable)
            && finding.underlying == Some(Outcome::Fail)
}

/// Whether the evidence does not say if a finding is there.
#[must_use]
pub(crate) fn is_undecided(finding: &Finding) -> bool {
    let undecided = |outcome| matches!(outcome, Outcome::Unknown | Outcome::Error);
    undecided(finding.outcome) || finding.underlying.is_some_and(undecided)
}

/// How far an outcome is from a good one.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass | Outcome::NotApplicable => 0,
        Outcome::Waived => 1,
        Outcome::Manual => 2,
        Outcome::Fail | Outcome::Unknown | Outcome::Error => 3,
    }
}

fn class(before: &Report, pair: Pair<'_, Finding>) -> &'static str {
    let (old, new) = match pair {
        (Some(old), Some(new)) => (old, new),
        (None, Some(new)) if new.outcome == Outcome::Fail => return "new",
        (None, Some(_)) => return "added",
        (_, None) => return "removed",
    };
    match (old.outcome, new.outcome) {
        (Outcome::Fail, Outcome::Fail) => {
            // It was mended in a report between the two, and is there again.
            let mended = new.last_failed.is_some()
                && new.first_seen.as_deref() > Some(before.judged_at.as_str());
            if mended {
                "returned"
            } else if new.severity > old.severity {
                "worse"
            } else if new.severity < old.severity {
                "better"
            } else if cause::is_set_otherwise(old, new) {
                "changed"
            } else {
                "unchanged"
            }
        }
        // What was never known to be mended is no new failure.
        (Outcome::Unknown | Outcome::Error, Outcome::Fail) if old.first_seen.is_some() => "changed",
        (_, Outcome::Fail) => {
            let earlier = old.last_failed.as_ref().or(new.last_failed.as_ref());
            if earlier.is_some() || is_open(old) {
                "returned"
            } else {
                "new"
            }
        }
        (_, Outcome::Pass | Outcome::NotApplicable) if is_open(old) && !is_open(new) => "fixed",
        (old_outcome, new_outcome) => match rank(new_outcome).cmp(&rank(old_outcome)) {
            std::cmp::Ordering::Greater => "worse",
            std::cmp::Ordering::Less => "better",
            std::cmp::Ordering::Equal if old_outcome != new_outcome => "changed",
            std::cmp::Ordering::Equal if cause::is_set_otherwise(old, new) => "changed",
            std::cmp::Ordering::Equal => "unchanged",
        },
    }
}

fn finding(pair: Pair<'_, Finding>, class: &str, causes: Vec<Cause>) -> Option<FindingChange> {
    let (old, new) = pair;
    let shown = new.or(old)?;
    let outcome = |finding: &Finding| outcome_name(finding.outcome).to_owned();
    let last_failed = || {
        new.and_then(|it| it.last_failed.clone())
            .or_else(|| old.and_then(|it| it.last_failed.clone()))
    };
    Some(FindingChange {
        rule: shown.rule.clone(),
        title: shown.title.clone(),
        severity: shown.severity,
        class: class.to_owned(),
        before: old.map(outcome),
        now: new.map(outcome),
        last_failed: (class == "returned").then(last_failed).flatten(),
        causes,
    })
}

fn flow(old: &Flow, new: &Flow) -> FlowChange {
    let open = |flow: &Flow| matches!(flow.state.as_str(), "active" | "dormant");
    let class = match (open(old), open(new)) {
        (false, true) => "opened",
        (true, false) if new.state != "unknown" => "closed",
        _ => "changed",
    };
    FlowChange {
        id: new.id.clone(),
        title: new.title.clone(),
        class: class.to_owned(),
        before: old.state.clone(),
        now: new.state.clone(),
        causes: cause::of_a_flow(old, new),
    }
}

fn clause(old: &Clause, new: &Clause, changed: &[&str]) -> ClauseChange {
    let behind = new
        .findings
        .iter()
        .filter(|rule| changed.contains(&rule.as_str()));
    ClauseChange {
        id: new.id.clone(),
        paraphrase: new.paraphrase.clone(),
        before: old.verdict.clone(),
        now: new.verdict.clone(),
        findings: behind.cloned().collect(),
    }
}

#[cfg(test)]
mod tests;
