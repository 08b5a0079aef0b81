//! Judging rules: a pure function of rules, policy and evidence.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::check::Judged;
use crate::evidence::Evidence;
use crate::fact;
use crate::finding::{Judgement, Observation, Outcome};
use crate::logic::Truth;
use crate::rule::{Answer, Rule};
use crate::value::Value;

/// Judges all rules, in their order, on as many threads as there are.
#[must_use]
pub fn evaluate(rules: &[Rule], evidence: &Evidence<'_>) -> Vec<Judgement> {
    rules
        .par_iter()
        .map(|rule| {
            // One rule that breaks is one line in the report, not the end of the audit.
            catch_unwind(AssertUnwindSafe(|| judge(rule, evidence))).unwrap_or_else(|_| {
                Judgement::plain(
                    Outcome::Error,
                    "judging this rule failed; this is a fault of the program, please report it",
                )
            })
        })
        .collect()
}

/// Judges one rule.
#[must_use]
pub fn judge(rule: &Rule, evidence: &Evidence<'_>) -> Judgement {
    if let Some(reason) = evidence.policy.excluded.get(&rule.id) {
        // A reader wants to know what an exclusion hides, and whether it hides anything.
        let hidden = weigh(rule, evidence);
        return Judgement {
            underlying: Some(hidden.outcome),
            ..Judgement::plain(
                Outcome::NotApplicable,
                format!("Excluded by the policy: {reason}"),
            )
        };
    }
    weigh(rule, evidence)
}

/// Judges one rule whether it is excluded or not.
fn weigh(rule: &Rule, evidence: &Evidence<'_>) -> Judgement {
    let policy = evidence.policy;
    let profile = evidence.profile;
    if !policy.includes(rule, profile) {
        let why = if rule.strict.contains(&profile) {
            format!("Applies in the profile {profile} only with the pack strict.")
        } else {
            format!("Does not apply in the profile {profile}.")
        };
        return Judgement::plain(Outcome::NotApplicable, why);
    }
    match rule.applies.holds(&evidence.server.version) {
        Truth::True => {}
        Truth::False => {
            return Judgement::plain(
                Outcome::NotApplicable,
                format!(
                    "Applies to Rocket.Chat {}; this is {}.",
                    rule.applies, evidence.server.version
                ),
            );
        }
        Truth::Unknown => {
            return Judgement::plain(
                Outcome::Unknown,
                format!(
                    "Applies to Rocket.Chat {}, and the version is known only as {}.",
                    rule.applies, evidence.server.version
                ),
            );
        }
    }
    let mut judgement = answer(rule, evidence);
    if let Some(reason) = &rule.unverified
        && judgement.outcome == Outcome::Fail
    {
        judgement.outcome = Outcome::Unknown;
        judgement.false_assurance = false;
        judgement.reason = format!(
            "{} Not held against the workspace: {reason}",
            judgement.reason
        );
    }
    judgement
}

fn answer(rule: &Rule, evidence: &Evidence<'_>) -> Judgement {
    if let Some(when) = &rule.when {
        let judged = when.judge(evidence);
        match judged.truth {
            Truth::True => {}
            Truth::False => {
                return Judgement {
                    observed: judged.observed,
                    ..Judgement::plain(
                        Outcome::NotApplicable,
                        format!("The question arises only if {when}."),
                    )
                };
            }
            Truth::Unknown => return undecided(judged),
        }
    }
    let check = match &rule.answer {
        Answer::Manual { question } => return manual(rule, question, evidence),
        Answer::Check(check) => check,
    };
    let judged = check.judge(evidence);
    let outcome = match judged.truth {
        Truth::True => Outcome::Pass,
        Truth::False => Outcome::Fail,
        Truth::Unknown => return undecided(judged),
    };
    for doubt in &rule.doubts {
        if doubt.instead_of != outcome {
            continue;
        }
        let doubted = doubt.when.judge(evidence);
        let outcome = match doubted.truth {
            Truth::False => continue,
            Truth::True => doubt.becomes,
            Truth::Unknown => Outcome::Unknown,
        };
        let mut observed = judged.observed;
        observed.extend(doubted.observed);
        return Judgement {
            observed,
            ..Judgement::plain(outcome, doubt.reason.clone())
        };
    }
    let hidden = rule
        .false_assurance
        .as_ref()
        .is_some_and(|condition| condition.judge(evidence).truth.is_true());
    Judgement {
        outcome,
        underlying: None,
        false_assurance: outcome == Outcome::Fail && (hidden || judged.seems_met),
        reason: reason(outcome, &judged),
        observed: judged.observed,
    }
}

/// What decided, in words: the comparisons of a failure, or of a pass.
fn reason(outcome: Outcome, judged: &Judged) -> String {
    let decides = |seen: &&Observation| match outcome {
        Outcome::Pass => seen.met == Some(true),
        _ => seen.met != Some(true),
    };
    let mut parts: Vec<String> = judged
        .observed
        .iter()
        .filter(decides)
        .map(|seen| {
            let is = statement(seen);
            match (outcome, &seen.note) {
                (Outcome::Pass, _) => is,
                (_, Some(note)) => format!("{is}, but {note}"),
                (_, None) => format!("{is} (wanted: {})", seen.expected),
            }
        })
        .collect();
    parts.dedup();
    if parts.is_empty() {
        parts.push("Decided by the version alone".to_owned());
    }
    format!("{}.", parts.join("; "))
}

/// What was seen, as a person would say it: a fact by what it says, anything else by its name.
pub(crate) fn statement(seen: &Observation) -> String {
    /// How many items of a list are named.
    const NAMED: usize = 12;
    let Some(spec) = fact::find(&seen.subject) else {
        return format!("{} is {}", seen.subject, seen.found);
    };
    let about = spec.about.trim_end_matches('.');
    let Some(items) = seen.value.as_ref().and_then(Value::as_texts) else {
        return format!("{about}: {}", seen.found);
    };
    let mut named: Vec<String> = items
        .iter()
        .take(NAMED)
        .map(|item| Value::from(*item).to_string().trim_matches('\'').to_owned())
        .collect();
    match items.len().checked_sub(NAMED) {
        Some(more) if more > 0 => named.push(format!("and {more} more")),
        _ if named.is_empty() => named.push("none".to_owned()),
        _ => {}
    }
    format!("{about}: {}", named.join("; "))
}

/// The judgement where evidence is missing, or where the question does not arise.
fn undecided(judged: Judged) -> Judgement {
    let (outcome, mut reasons) = if judged.unknown.is_empty() && !judged.not_applicable.is_empty() {
        (Outcome::NotApplicable, judged.not_applicable)
    } else {
        (Outcome::Unknown, judged.unknown)
    };
    reasons.dedup();
    let reason = if reasons.is_empty() {
        "The comparison could not be made on what was read.".to_owned()
    } else {
        format!("{}.", sentence(&reasons.join("; ")))
    };
    Judgement {
        observed: judged.observed,
        ..Judgement::plain(outcome, reason)
    }
}

fn manual(rule: &Rule, question: &str, evidence: &Evidence<'_>) -> Judgement {
    if let Some(statement) = evidence.attestations.answer(&rule.id, evidence.now) {
        return Judgement::plain(
            Outcome::Pass,
            format!(
                "Stated by {} until {}: {}",
                statement.by, statement.until, statement.text
            ),
        );
    }
    let lapsed = evidence
        .attestations
        .lapsed(&rule.id, evidence.now)
        .map_or_else(String::new, |statement| {
            format!(" A statement by {} does not cover this day.", statement.by)
        });
    Judgement::plain(Outcome::Manual, format!("{question}{lapsed}"))
}

/// The text with a capital first letter.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        // Ids of settings keep their spelling.
        Some(first) if first.is_lowercase() && !text.contains('_') => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}
