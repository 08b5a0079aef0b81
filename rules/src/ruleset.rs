//! The rules that are shipped, and a site's own.

use std::collections::BTreeMap;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::rule::{AREAS, Rule};
use crate::written::Mistake;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Rules in the order of their ids, areas first.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    digests: BTreeMap<String, [u8; 32]>,
}

/// A rule file: its path and its text.
pub type RuleFile<'a> = (&'a str, &'a str);

impl RuleSet {
    /// The shipped rules, for judging.
    pub fn shipped() -> Result<Self, Vec<Mistake>> {
        let rules = RULE_FILES
            .par_iter()
            .map(|(name, text, packed)| (Rule::unpack(name, packed), *text));
        let mut set = Self::default();
        set.take(rules.collect())?;
        Ok(set)
    }

    /// The shipped rules with their cases.
    pub fn shipped_with_cases() -> Result<Self, Vec<Mistake>> {
        let mut set = Self::default();
        let files = RULE_FILES.iter().map(|(name, text, _)| (*name, *text));
        set.add(&files.collect::<Vec<_>>())?;
        Ok(set)
    }

    /// Adds rule files. All of them are read before errors are returned.
    pub fn add(&mut self, files: &[RuleFile<'_>]) -> Result<(), Vec<Mistake>> {
        let rules = files
            .par_iter()
            .map(|(name, text)| (Rule::parse(name, text), *text));
        self.take(rules.collect())
    }

    /// Takes what was read, each with the text that it stands for.
    fn take(&mut self, read: Vec<(Result<Rule, Mistake>, &str)>) -> Result<(), Vec<Mistake>> {
        let mut errors = Vec::new();
        for (result, text) in read {
            match result {
                Ok(rule) => {
                    if self.digests.contains_key(&rule.id) {
                        let by = self.find(&rule.id).map_or("another file", |it| &it.source);
                        errors.push(Mistake {
                            message: format!("the id {} is taken by {by}", rule.id),
                            file: rule.source,
                            place: None,
                        });
                    } else {
                        self.digests
                            .insert(rule.id.clone(), Sha256::digest(text).into());
                        self.rules.push(rule);
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        self.rules.sort_by_cached_key(order);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The SHA-256 over the ids and texts of all rules, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (id, text) in &self.digests {
            digest.update(id.as_bytes());
            digest.update([0]);
            digest.update(text);
        }
        hex::encode(digest.finalize())
    }
}

/// Shipped areas in their order, then a site's own; within an area by id.
fn order(rule: &Rule) -> (usize, String) {
    let area = AREAS
        .iter()
        .position(|(letters, _)| *letters == rule.area())
        .unwrap_or(AREAS.len());
    (area, rule.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;

    fn shipped() -> RuleSet {
        RuleSet::shipped_with_cases().unwrap_or_else(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        })
    }

    #[test]
    fn what_the_build_packed_of_a_rule_is_the_rule_without_cases() {
        let (whole, packed) = (shipped(), RuleSet::shipped().unwrap());
        assert_eq!(whole.rules().len(), packed.rules().len());
        for (rule, judged) in whole.rules().iter().zip(packed.rules()) {
            let mut rule = rule.clone();
            assert!(!rule.cases.is_empty(), "{}", rule.id);
            rule.cases.clear();
            assert_eq!(format!("{rule:?}"), format!("{judged:?}"));
        }
    }

    #[test]
    fn every_case_of_every_rule_gives_what_it_says_and_every_comparison_matters() {
        let set = shipped();
        let complaints: Vec<String> = set
            .rules()
            .par_iter()
            .flat_map_iter(|rule| {
                case::test(rule)
                    .into_iter()
                    .map(|complaint| format!("{}: {complaint:?}", rule.id))
            })
            .collect();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    #[test]
    fn every_setting_has_a_case_without_it_and_one_of_a_wrong_type() {
        let set = shipped();
        let missing: Vec<String> = set
            .rules()
            .iter()
            .flat_map(|rule| {
                case::missing_kinds(rule)
                    .into_iter()
                    .map(|what| format!("{}: {what}", rule.id))
            })
            .collect();
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn an_id_is_taken_once() {
        let (name, text, _) = *RULE_FILES.first().unwrap();
        let mut set = shipped();
        let copy = format!("site/{}", name.rsplit('/').next().unwrap());
        let errors = set.add(&[(&copy, text)]).unwrap_err();
        assert!(errors[0].message.contains("taken"), "{}", errors[0]);
    }

    #[test]
    fn the_digest_changes_with_any_text() {
        let set = shipped();
        assert_eq!(set.digest().len(), 64);
        let mut more = shipped();
        let (_, text, _) = *RULE_FILES.first().unwrap();
        let first = set
            .rules()
            .iter()
            .find(|rule| text.contains(&format!("\"{}\"", rule.id)));
        let changed = text.replace(&first.unwrap().id, "SITE-001");
        more.add(&[("site/SITE-001.toml", &changed)]).unwrap();
        assert_ne!(set.digest(), more.digest());
    }
}
