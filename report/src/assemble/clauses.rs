//! The vendor's statements against what was judged.

use std::collections::BTreeMap;

use rc_audit_rules::clause::{self, Edition};
use rc_audit_rules::finding::{Judgement, Outcome};
use rc_audit_rules::rule::{Profile, Rule};

use super::outcome;
use crate::v1;

/// The outcomes of rules by id, without those that the policy leaves out.
pub(super) struct Outcomes<'a>(BTreeMap<&'a str, Outcome>);

impl<'a> Outcomes<'a> {
    pub(super) fn new(rules: &'a [Rule], judgements: &[Judgement]) -> Self {
        Self(
            rules
                .iter()
                .zip(judgements)
                .filter(|(_, judgement)| {
                    judgement.outcome != Outcome::NotApplicable || judgement.underlying.is_none()
                })
                .map(|(rule, judgement)| (rule.id.as_str(), judgement.outcome))
                .collect(),
        )
    }

    /// Every statement with its verdict.
    pub(super) fn clauses(&self, edition: Edition, profile: Profile) -> Vec<v1::Clause> {
        let other = match edition {
            Edition::January => Edition::October,
            Edition::October => Edition::January,
        };
        let entry = |clause: &clause::Clause| {
            let ruling = clause.judge(profile, |rule| self.0.get(rule).copied());
            let says = clause.says(edition);
            v1::Clause {
                id: clause.id.clone(),
                policy: clause.place.clone(),
                paraphrase: says.or(clause.says(other)).unwrap_or_default().to_owned(),
                in_edition: says.is_some(),
                verdict: ruling.verdict.name().to_owned(),
                reason: ruling.reason,
                note: clause.note.clone(),
                findings: ruling.because,
            }
        };
        clause::all().iter().map(entry).collect()
    }

    /// Every difference between the editions, with what this workspace does about it.
    pub(super) fn differences(&self) -> Vec<v1::Difference> {
        let entry = |difference: &clause::Difference| v1::Difference {
            id: difference.id.clone(),
            topic: difference.topic.clone(),
            january: difference.january.clone(),
            october: difference.october.clone(),
            note: difference.note.clone(),
            shown_by: difference
                .shown_by
                .iter()
                .filter_map(|rule| Some((rule.clone(), outcome(*self.0.get(rule.as_str())?))))
                .collect(),
        };
        clause::differences().iter().map(entry).collect()
    }
}
