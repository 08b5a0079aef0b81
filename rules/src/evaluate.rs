//! Judging rules: a pure function of rules, policy and evidence.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::attestation::State;
use crate::check::{Judged, in_words};
use crate::evidence::Evidence;
use crate::fact::{self, Kind};
use crate::finding::{Judgement, Observation, Outcome};
use crate::logic::Truth;
use crate::rule::{Answer, Rule};
use crate::value::Value;

/// Judges all rules, in their order, on as many threads as there are.
#[must_use]
pub fn evaluate(rules: &[Rule], evidence: &Evidence<'_>) -> Vec<Judgement> {
    rules
        .par_iter()
        .with_min_len(fact::AT_ONCE)
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
                    "Applies to releases {}; this one is {}.",
                    rule.applies.in_words(),
                    evidence.server.version
                ),
            );
        }
        Truth::Unknown => {
            return Judgement::plain(
                Outcome::Unknown,
                format!(
                    "Applies to releases {}, and this one is known only as {}.",
                    rule.applies.in_words(),
                    evidence.server.version
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
                let reason = does_not_arise(&judged, evidence);
                return Judgement {
                    observed: judged.observed,
                    ..Judgement::plain(Outcome::NotApplicable, reason)
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
        reason: reason(outcome, &judged, evidence),
        observed: judged.observed,
    }
}

/// What decided, in words: the comparisons of a failure, or of a pass.
fn reason(outcome: Outcome, judged: &Judged, evidence: &Evidence<'_>) -> String {
    let wanted_met = Some(outcome == Outcome::Pass);
    // Where nothing failed outright, what is not known stood in for it.
    let any = judged.observed.iter().any(|seen| seen.met == wanted_met);
    let decides = |seen: &&Observation| seen.met == if any { wanted_met } else { None };
    // Each thing once, with all that would have done.
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for seen in judged.observed.iter().filter(decides) {
        let mut is = statement(seen, evidence);
        let mut wanted = None;
        if outcome != Outcome::Pass {
            match &seen.note {
                Some(note) => is = format!("{is}, but {note}"),
                None => wanted = Some(wish(seen)),
            }
        }
        match parts.iter_mut().find(|(said, _)| *said == is) {
            Some((_, wishes)) => {
                wishes.extend(wanted.filter(|wanted| {
                    !wishes
                        .iter()
                        .any(|wish| match wish.strip_prefix("one of ") {
                            Some(list) => list.split(", ").any(|item| item == wanted),
                            None => wish == wanted,
                        })
                }));
            }
            None => parts.push((is, wanted.into_iter().collect())),
        }
    }
    if parts.is_empty() {
        return "Decided by the release alone.".to_owned();
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(is, wishes)| {
            if wishes.is_empty() {
                is
            } else {
                format!("{is} (wanted: {})", wishes.join(" or "))
            }
        })
        .collect();
    format!("{}.", parts.join("; "))
}

/// Why a question does not arise: what would have to be otherwise.
fn does_not_arise(judged: &Judged, evidence: &Evidence<'_>) -> String {
    let mut parts: Vec<String> = judged
        .observed
        .iter()
        .filter(|seen| seen.met == Some(false))
        .map(|seen| statement(seen, evidence))
        .collect();
    parts.dedup();
    if parts.is_empty() {
        return "The question does not arise in this release.".to_owned();
    }
    format!("The question does not arise here. {}.", parts.join("; "))
}

/// What was seen, as a person would say it: a fact by what it says, anything else by its name.
pub(crate) fn statement(seen: &Observation, evidence: &Evidence<'_>) -> String {
    /// How many items of a list are named.
    const NAMED: usize = 12;
    let found = match &seen.value {
        Some(value @ (Value::List(_) | Value::Text(_))) if *value == Value::from("") => {
            "empty".to_owned()
        }
        Some(value @ Value::List(_)) => in_words(value),
        _ => seen.found.clone(),
    };
    if let Some(permission) = seen.subject.strip_prefix("permission ") {
        return match found.as_str() {
            "none" => format!("No role holds the permission {permission}"),
            "unknown" | "not applicable" => format!("{} is {found}", seen.subject),
            roles => format!("The permission {permission} is held by {roles}"),
        };
    }
    if let Some(name) = seen.subject.strip_prefix("parameter ") {
        return format!("The policy's {name} is {found}");
    }
    let Some(spec) = fact::find(&seen.subject) else {
        return format!("{} is {found}", seen.subject);
    };
    let about = with_limits(spec.about.trim_end_matches('.'), evidence);
    match &seen.value {
        Some(Value::Bool(is)) => format!("{about}: {}", if *is { "yes" } else { "no" }),
        Some(Value::List(items)) => {
            let mut named: Vec<String> = items.iter().take(NAMED).map(in_words).collect();
            match items.len().checked_sub(NAMED) {
                Some(more) if more > 0 => named.push(format!("and {more} more")),
                _ if named.is_empty() => named.push("none".to_owned()),
                _ => {}
            }
            format!("{about}: {}", named.join("; "))
        }
        Some(value @ Value::Text(_)) => format!("{about}: {}", in_words(value)),
        _ => match spec.kind {
            // Of what a number counts, the statement says.
            Kind::Number(unit @ ("days" | "hours" | "percent")) if seen.value.is_some() => {
                format!("{about}: {} {unit}", seen.found)
            }
            _ => format!("{about}: {}", seen.found),
        },
    }
}

/// What was wanted of it, in the words in which it is stated.
fn wish(seen: &Observation) -> String {
    let is_flag = matches!(seen.value, Some(Value::Bool(_))) && fact::find(&seen.subject).is_some();
    let is_list = matches!(seen.value, Some(Value::List(_)));
    match seen.expected.as_str() {
        "empty" if is_list => "none".to_owned(),
        "not empty" if is_list => "at least one".to_owned(),
        "true" | "not false" if is_flag => "yes".to_owned(),
        "false" | "not true" if is_flag => "no".to_owned(),
        expected => expected.to_owned(),
    }
}

/// A text in which each number of the policy is named with its value: `livechat_days (365)`.
fn with_limits<'a>(text: &'a str, evidence: &Evidence<'_>) -> Cow<'a, str> {
    // Every name has one.
    if !text.contains('_') {
        return Cow::Borrowed(text);
    }
    let limit = |word: &str| {
        let name = word.trim_end_matches([',', ';']);
        let known = crate::parameter::definitions().contains_key(name);
        let number = known.then(|| evidence.policy.parameters.get(name).as_int())??;
        Some(word.replacen(name, &format!("{name} ({number})"), 1))
    };
    let words: Vec<Cow<'_, str>> = text
        .split(' ')
        .map(|word| limit(word).map_or(Cow::Borrowed(word), Cow::Owned))
        .collect();
    Cow::Owned(words.join(" "))
}

/// The judgement where evidence is missing, or where the question does not arise.
fn undecided(judged: Judged) -> Judgement {
    let (outcome, mut reasons) = if judged.unknown.is_empty() && !judged.not_applicable.is_empty() {
        (Outcome::NotApplicable, judged.not_applicable)
    } else {
        (Outcome::Unknown, judged.unknown)
    };
    let mut said = std::collections::BTreeSet::new();
    reasons.retain(|reason| said.insert(reason.clone()));
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
                statement.by, statement.period.until, statement.text
            ),
        );
    }
    let lapsed = evidence
        .attestations
        .lapsed(&rule.id, evidence.now)
        .map_or_else(String::new, |statement| {
            let by = &statement.by;
            match statement.state(evidence.now) {
                State::EvidenceDiffers => format!(
                    " The document behind the statement by {by} is another one than was stated."
                ),
                State::Expired => {
                    let until = statement.period.until;
                    format!(" The statement by {by} ended with {until}.")
                }
                _ => format!(" A statement by {by} does not cover this day."),
            }
        });
    Judgement::plain(Outcome::Manual, format!("{question}{lapsed}"))
}

/// The text with a capital first letter, unless it begins with the id of a setting, which keeps its
/// spelling.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first)
            if first.is_lowercase()
                && !text.split(' ').next().unwrap_or_default().contains('_') =>
        {
            first.to_uppercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::ruleset::RuleSet;

    /// What a rule with this check says of its first case.
    fn reason(check: &str, case: &str) -> String {
        let text = format!(
            r#"
format = 1
id = "SITE-001"
revision = 1
since = "0.1.0"
title = "Something holds"
severity = "low"
severity_reason = "it is a test"
applies = ">=4.0.0"
rationale = "None."
remedy.note = "None."
{check}
[[case]]
name = "asked"
version = "6.13.0"
expect = "fail"
{case}
[[case]]
name = "other"
expect = "pass"
"#
        );
        let mut rules = RuleSet::default();
        rules.add(&[("SITE-001.toml", &text)]).unwrap();
        let rule = &rules.rules()[0];
        rule.cases[0].judge(rule).reason
    }

    #[test]
    fn a_thing_is_said_once_with_all_that_would_do() {
        let either = r#"check.any = [
            { setting = "Accounts_RegistrationForm", is = "Disabled" },
            { setting = "Accounts_RegistrationForm", is = "Secret URL" },
        ]"#;
        assert_eq!(
            reason(either, ""),
            "Accounts_RegistrationForm is 'Public' (wanted: Disabled or Secret URL)."
        );
    }

    #[test]
    fn facts_permissions_and_parameters_read_as_sentences() {
        assert_eq!(
            reason(
                r#"check = { fact = "retention.on", is = true }"#,
                "settings = { RetentionPolicy_Enabled = false }"
            ),
            "Whether the server prunes messages at all: no (wanted: yes)."
        );
        assert_eq!(
            reason(
                r#"check = { permission = "view-outside-room", within = "$directory_roles" }"#,
                r#"permissions = { "view-outside-room" = ["admin", "user"] }"#
            ),
            "The permission view-outside-room is held by admin, user \
             (wanted: nothing beyond admin (directory_roles))."
        );
        assert_eq!(
            reason(
                r#"check = { parameter = "rights_by_request", contains = "erasure" }"#,
                ""
            ),
            "The policy's rights_by_request is none (wanted: containing erasure)."
        );
    }

    #[test]
    fn a_limit_is_named_with_its_value() {
        let text = reason(
            r#"check = { fact = "livechat.old_records", at_most = 0 }"#,
            r#"facts = { "livechat.old_records" = 3 }"#,
        );
        assert!(text.contains("older than livechat_days (365): 3"), "{text}");
    }

    #[test]
    fn what_does_not_arise_says_what_was_found() {
        let when = r#"
            check = { setting = "OTR_Enable", is = true }
            when = { setting = "LDAP_Enable", is = true }
        "#;
        assert_eq!(
            reason(when, ""),
            "The question does not arise here. LDAP_Enable is false."
        );
    }
}
