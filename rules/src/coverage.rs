//! Which settings of the product are read by rules, and why the others are not.
//!
//! Every known setting is read, or stands in `settings/unread.toml` with a reason. A test holds that
//! list complete, so a release that brings a setting makes somebody decide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::{self, Definition};
use crate::check::Subject;
use crate::rule::Rule;

include!(concat!(env!("OUT_DIR"), "/read.rs"));

const UNREAD: &str = include_str!("../settings/unread.toml");

/// Why settings are not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why, one sentence.
    pub why: String,
    /// Whether a rule that reads them would be worth having.
    #[serde(default)]
    pub open: bool,
    /// Ids; `*` stands for anything.
    #[serde(default)]
    ids: Vec<String>,
    /// Groups of the panel.
    #[serde(default)]
    groups: Vec<String>,
    /// Sections of the panel, as `Group/Section`.
    #[serde(default)]
    sections: Vec<String>,
    /// Types.
    #[serde(default)]
    types: Vec<String>,
}

/// What becomes of the settings.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Settings that are read, each with the rules and files of code that do.
    pub read: BTreeMap<&'static str, BTreeSet<String>>,
    /// Settings that are not read, with the first reason that fits.
    pub unread: Vec<(&'static Reason, Vec<&'static str>)>,
    /// Settings that are not read and for which no reason is given.
    pub unexplained: Vec<&'static str>,
}

/// The reasons, in their order.
fn reasons() -> &'static [Reason] {
    static ALL: LazyLock<Vec<Reason>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        struct File {
            unread: Vec<Reason>,
        }
        toml::from_str::<File>(UNREAD).map_or_else(|_| Vec::new(), |file| file.unread)
    });
    &ALL
}

/// What rules and the code behind facts make of every known setting.
#[must_use]
pub fn of(rules: &[Rule]) -> Coverage {
    let mut read: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for rule in rules {
        for subject in rule.subjects() {
            if let Subject::Setting(id) | Subject::Stored(id) = subject
                && let Some(definition) = catalogue::find(&id)
            {
                read.entry(definition.id)
                    .or_default()
                    .insert(rule.id.clone());
            }
        }
    }
    for (text, file) in TEXTS_IN_CODE {
        for definition in catalogue::all() {
            if fits(text, definition.id, ('{', '}')) {
                let readers = read.entry(definition.id).or_default();
                readers.insert((*file).to_owned());
            }
        }
    }
    let mut unread: Vec<(&'static Reason, Vec<&'static str>)> = reasons()
        .iter()
        .map(|reason| (reason, Vec::new()))
        .collect();
    let mut unexplained = Vec::new();
    for definition in catalogue::all() {
        if read.contains_key(definition.id) {
            continue;
        }
        match unread
            .iter_mut()
            .find(|(reason, _)| reason.is_for(definition))
        {
            Some((_, ids)) => ids.push(definition.id),
            None => unexplained.push(definition.id),
        }
    }
    Coverage {
        read,
        unread,
        unexplained,
    }
}

impl Reason {
    fn is_for(&self, definition: &Definition) -> bool {
        let Some(span) = definition.newest() else {
            return false;
        };
        let section = format!("{}/{}", span.group, span.section);
        self.groups.iter().any(|group| group == span.group)
            || self.sections.contains(&section)
            || self.types.iter().any(|kind| kind == span.kind)
            || self
                .ids
                .iter()
                .any(|id| fits(id, definition.id, ('*', '*')))
    }
}

/// Whether an id fits a pattern in which what begins with the first character and ends with the
/// second stands for anything; without such a part they have to be equal.
fn fits(pattern: &str, id: &str, (open, close): (char, char)) -> bool {
    let Some((before, rest)) = pattern.split_once(open) else {
        return pattern == id;
    };
    let after = if open == close {
        rest
    } else {
        rest.split_once(close).map_or("", |(_, after)| after)
    };
    // Something has to be fixed, or a placeholder alone would fit everything.
    if before.is_empty() && after.is_empty() {
        return false;
    }
    let Some(rest) = id.strip_prefix(before) else {
        return false;
    };
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .filter_map(|at| rest.get(at..))
        .any(|rest| fits(after, rest, (open, close)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    #[test]
    fn every_setting_is_read_or_has_a_reason() {
        let rules = RuleSet::shipped().unwrap();
        let coverage = of(rules.rules());
        assert!(
            coverage.unexplained.is_empty(),
            "say in settings/unread.toml why no rule reads: {:?}",
            coverage.unexplained
        );
        for (reason, ids) in &coverage.unread {
            assert!(
                !ids.is_empty(),
                "this reason explains nothing: {}",
                reason.why
            );
        }
    }

    #[test]
    fn a_placeholder_stands_for_anything_and_never_alone() {
        assert!(fits("A_{x}_B", "A_1_B", ('{', '}')));
        assert!(fits("A_*", "A_long", ('*', '*')));
        assert!(fits("*_secret", "x_secret", ('*', '*')));
        assert!(!fits("A_{x}_B", "A_1_C", ('{', '}')));
        assert!(!fits("{x}", "anything", ('{', '}')));
        assert!(!fits("A", "AB", ('*', '*')));
    }

    #[test]
    fn settings_are_found_in_rules_and_in_code() {
        let rules = RuleSet::shipped().unwrap();
        let coverage = of(rules.rules());
        assert!(coverage.read["Statistics_reporting"].contains("STAT-001"));
        let readers = &coverage.read["RetentionPolicy_TTL_Channels"];
        assert!(readers.iter().any(|reader| reader.contains("retention")));
    }
}
