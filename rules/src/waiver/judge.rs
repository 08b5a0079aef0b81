//! Which waivers count: a pure function of findings, waivers, policy and the moment judged for.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ANY, Waiver};
use crate::acceptance::Acceptance;
use crate::finding::{Judgement, Outcome};
use crate::rule::Rule;

/// The workspace that is judged, by the names under which waivers may know it.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The name of the database.
    pub database: &'a str,
    /// The name in reports.
    pub name: &'a str,
    /// The fingerprint of the unique id.
    pub unique_id: Option<&'a str>,
}

impl Scope<'_> {
    /// Whether a text names it.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        text == self.database || text == self.name || Some(text) == self.unique_id
    }
}

/// Under which terms waivers count.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The most days that a waiver may last, both ends among them.
    pub max_days: i64,
    /// From how many days before its end on a waiver is announced.
    pub warn_days: i64,
    /// Why no waiver of a file counts, for each file; none where they do.
    pub refused: &'a [Option<String>],
    /// The moment to judge for.
    pub now: Timestamp,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum State {
    /// A failure is waived by it.
    Applied,
    /// It would, but another one does already.
    Spare,
    /// The rule fails with something else than what was accepted.
    OtherValue,
    /// The outcome is none that can be waived: not known, a person's to answer, or the rule broke.
    NotApplied,
    /// The rule does not fail.
    Unmatched,
    /// There is no such rule.
    UnknownRule,
    /// Its last day is over.
    Expired,
    /// Its first day is to come.
    NotYetValid,
    /// It lasts longer than the policy allows, so it counts on no day.
    TooLong,
    /// The signature of its file is not what is demanded, so it counts on no day.
    NotSigned,
    /// It is for another workspace.
    Elsewhere,
}

impl State {
    /// All of them, in the order in which a report names them.
    pub const ALL: [Self; 11] = [
        Self::Applied,
        Self::Spare,
        Self::OtherValue,
        Self::NotApplied,
        Self::Unmatched,
        Self::UnknownRule,
        Self::Expired,
        Self::NotYetValid,
        Self::TooLong,
        Self::NotSigned,
        Self::Elsewhere,
    ];

    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Spare => "spare",
            Self::OtherValue => "other_value",
            Self::NotApplied => "not_applied",
            Self::Unmatched => "unmatched",
            Self::UnknownRule => "unknown_rule",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::TooLong => "too_long",
            Self::NotSigned => "not_signed",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Whether nothing here has a use for it, which is a mistake unless it is meant for later.
    #[must_use]
    pub fn is_idle(self) -> bool {
        matches!(self, Self::Unmatched | Self::UnknownRule | Self::Elsewhere)
    }
}

/// How a waiver stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// What became of it.
    pub state: State,
    /// Why, one sentence.
    pub why: String,
    /// Whether a failure is waived by it that will be back soon.
    pub expiring: bool,
    /// Another one, by its number, with the same rule, a workspace in common and a day in common.
    pub overlaps: Option<usize>,
}

/// What became of all waivers.
#[derive(Clone, Debug, Default)]
pub struct Ruling {
    /// One for each waiver, in their order.
    pub standings: Vec<Standing>,
    /// What made each failed rule fail, waived or not, by rule.
    pub found: BTreeMap<String, Acceptance>,
    /// The waiver of each waived rule, by its number.
    pub by_rule: BTreeMap<String, usize>,
}

/// Waives failures: what was failed and is accepted becomes waived, and keeps its outcome as the
/// underlying one. `judgements` are those of `rules`, in the same order.
#[must_use]
pub fn apply(
    waivers: &[Waiver],
    terms: &Terms<'_>,
    scope: &Scope<'_>,
    rules: &[Rule],
    judgements: &mut [Judgement],
) -> Ruling {
    let found: BTreeMap<String, Acceptance> = rules
        .iter()
        .zip(&*judgements)
        .filter(|(_, judgement)| judgement.outcome == Outcome::Fail)
        .map(|(rule, judgement)| (rule.id.clone(), Acceptance::of(rule, judgement)))
        .collect();
    let mut outcomes: BTreeMap<&str, &mut Judgement> = rules
        .iter()
        .zip(judgements)
        .map(|(rule, judgement)| (rule.id.as_str(), judgement))
        .collect();
    let mut by_rule: BTreeMap<String, usize> = BTreeMap::new();
    let overlaps = overlaps(waivers);
    let mut standings = Vec::with_capacity(waivers.len());
    for (number, waiver) in waivers.iter().enumerate() {
        let judgement = outcomes.get_mut(waiver.rule.as_str());
        let before = by_rule.get(&waiver.rule).copied();
        let outcome = judgement
            .as_ref()
            .map(|it| it.underlying.unwrap_or(it.outcome));
        let excluded = judgement
            .as_ref()
            .is_some_and(|it| it.outcome == Outcome::NotApplicable && it.underlying.is_some());
        let (state, why) = stand(
            waiver,
            terms,
            scope,
            outcome.filter(|_| !excluded),
            excluded,
        )
        .unwrap_or_else(|| match found.get(&waiver.rule) {
            Some(found) => match waiver.accepted.covers(found) {
                Err(why) => (State::OtherValue, format!("{why}.")),
                Ok(()) => match before {
                    Some(other) => (
                        State::Spare,
                        format!("W{} waives the same failure.", other + 1),
                    ),
                    None => (State::Applied, String::new()),
                },
            },
            None => (State::Unmatched, "The rule did not fail.".to_owned()),
        });
        if state == State::Applied
            && let Some(judgement) = judgement
        {
            judgement.underlying = Some(judgement.outcome);
            judgement.outcome = Outcome::Waived;
            by_rule.insert(waiver.rule.clone(), number);
        }
        standings.push(Standing {
            state,
            why,
            expiring: state == State::Applied
                && waiver.period.days_left(terms.now) <= terms.warn_days,
            overlaps: overlaps.get(number).copied().flatten(),
        });
    }
    Ruling {
        standings,
        found,
        by_rule,
    }
}

/// Why a waiver does not come to be held against what was found; none if it does.
fn stand(
    waiver: &Waiver,
    terms: &Terms<'_>,
    scope: &Scope<'_>,
    outcome: Option<Outcome>,
    excluded: bool,
) -> Option<(State, String)> {
    if !waiver.is_for(scope) {
        let why = format!(
            "It is for the workspace '{}', and this one is {}.",
            waiver.workspace, scope.name
        );
        return Some((State::Elsewhere, why));
    }
    if outcome.is_none() && !excluded {
        return Some((
            State::UnknownRule,
            format!("There is no rule '{}'.", waiver.rule),
        ));
    }
    if let Some(why) = terms.refused.get(waiver.file).and_then(Option::as_ref) {
        return Some((State::NotSigned, format!("{why}.")));
    }
    let days = waiver.period.length();
    if days > terms.max_days {
        let why = format!(
            "It lasts {days} days, and the policy allows {}, so it counts on none.",
            terms.max_days
        );
        return Some((State::TooLong, why));
    }
    if !waiver.period.covers(terms.now) {
        return Some(if waiver.period.days_left(terms.now) < 0 {
            let why = format!("It ended with {} (UTC).", waiver.period.until);
            (State::Expired, why)
        } else {
            let why = format!("It begins with {} (UTC).", waiver.period.from);
            (State::NotYetValid, why)
        });
    }
    if excluded {
        let why = "The policy leaves the rule out, so there is nothing to waive.";
        return Some((State::Unmatched, why.to_owned()));
    }
    let state = match outcome? {
        Outcome::Fail => return None,
        Outcome::Unknown | Outcome::Error | Outcome::Manual => (
            State::NotApplied,
            "Only a failure can be waived, and here nobody knows.",
        ),
        Outcome::Pass => (State::Unmatched, "The rule passed."),
        Outcome::NotApplicable => (State::Unmatched, "The question does not arise."),
        Outcome::Waived => (State::Unmatched, "The rule did not fail."),
    };
    Some((state.0, state.1.to_owned()))
}

impl Waiver {
    /// For each waiver another one, by its number, with the same rule, a workspace in common and a
    /// day in common.
    #[must_use]
    pub fn overlaps(all: &[Self]) -> Vec<Option<usize>> {
        overlaps(all)
    }
}

/// In a time that grows little more than the number of waivers.
fn overlaps(waivers: &[Waiver]) -> Vec<Option<usize>> {
    /// The waiver that ends last among those seen of a rule and workspace.
    type Last = Option<usize>;
    let mut order: Vec<usize> = (0..waivers.len()).collect();
    let at = |number: usize| waivers.get(number);
    order.sort_by_key(|number| at(*number).map(|it| (it.rule.as_str(), it.period.from)));
    let mut found = vec![None; waivers.len()];
    let mut note = |one: usize, other: usize| {
        for (mine, theirs) in [(one, other), (other, one)] {
            if let Some(place) = found.get_mut(mine).filter(|place| place.is_none()) {
                *place = Some(theirs);
            }
        }
    };
    let mut rule = "";
    let (mut all, mut any): (Last, Last) = (None, None);
    let mut by_workspace: BTreeMap<&str, usize> = BTreeMap::new();
    for number in order {
        let Some(waiver) = at(number) else { continue };
        if waiver.rule != rule {
            rule = &waiver.rule;
            (all, any) = (None, None);
            by_workspace.clear();
        }
        let workspace = waiver.workspace.as_str();
        let is_any = workspace == ANY;
        let candidates = if is_any {
            [all, None]
        } else {
            [any, by_workspace.get(workspace).copied()]
        };
        // They come in the order of their first days, so the one that ends last decides.
        let until = |number: usize| at(number).map(|it| it.period.until);
        for other in candidates.into_iter().flatten() {
            if until(other) >= Some(waiver.period.from) {
                note(number, other);
            }
        }
        let later = |last: Last| match last {
            Some(other) if until(other) >= Some(waiver.period.until) => other,
            _ => number,
        };
        all = Some(later(all));
        if is_any {
            any = Some(later(any));
        } else {
            let last = later(by_workspace.get(workspace).copied());
            by_workspace.insert(workspace, last);
        }
    }
    found
}
