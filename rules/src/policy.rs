//! The policy: which profile is claimed, which rules count how much, and the parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use crate::clause::Edition;
use crate::finding::Severity;
use crate::logic::Truth;
use crate::parameter::{self, ParameterError, Parameters};
use crate::rule::{Profile, Rule};
use crate::server::Server;

/// Packs of rules by name: the second makes more rules apply.
pub const PACKS: &[(&str, &str)] = &[
    (
        "base",
        "The rules that follow from the vendor's policies and from the law.",
    ),
    ("strict", "Rules that go further than most sites need."),
];

/// What a policy file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// The version of the file's format, 1.
    pub format: u32,
    /// What the operator says the workspace is.
    pub profile: Option<Profile>,
    /// The edition of the vendor's privacy policy to hold the workspace against.
    #[serde(default)]
    pub edition: Edition,
    /// Packs besides `base`.
    #[serde(default)]
    pub packs: Vec<String>,
    /// Values for parameters.
    #[serde(default)]
    pub parameters: toml::Table,
    /// Severities that replace those of rules.
    #[serde(default)]
    pub severities: BTreeMap<String, Severity>,
    /// Rules that are left out.
    #[serde(default, rename = "exclude")]
    pub excluded: Vec<Exclusion>,
    /// A folder with the site's own rules, relative to the policy file.
    pub rules: Option<String>,
    /// Hours until the next report is due.
    pub interval_hours: Option<u32>,
}

/// A rule that is left out, with the reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The rule's id.
    pub rule: String,
    /// Why it is left out.
    pub reason: String,
}

/// What is wrong with a policy.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// The format is another one.
    #[error("format is {0}; this program reads format 1")]
    Format(u32),
    /// There is no such pack.
    #[error("there is no pack '{0}'; there are: base, strict")]
    Pack(String),
    /// A parameter is wrong.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A rule is named that does not exist.
    #[error("{place} names '{rule}', and there is no such rule")]
    Rule {
        /// Where it is named.
        place: &'static str,
        /// The name.
        rule: String,
    },
    /// An exclusion gives no reason.
    #[error("the exclusion of {0} gives no reason")]
    Reason(String),
    /// The interval is not usable.
    #[error("interval_hours is {0}; between 1 and 8784 is wanted")]
    Interval(u32),
}

/// A policy, checked.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What the operator says the workspace is.
    pub profile: Option<Profile>,
    /// The edition of the vendor's privacy policy that statements are taken from.
    pub edition: Edition,
    /// The packs in force.
    pub packs: BTreeSet<String>,
    /// The parameters.
    pub parameters: Parameters,
    /// Severities that replace those of rules.
    pub severities: BTreeMap<String, Severity>,
    /// Rules that are left out, with the reason.
    pub excluded: BTreeMap<String, String>,
    /// Hours until the next report is due.
    pub interval_hours: u32,
}

impl Policy {
    /// The policy without any file.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            packs: BTreeSet::from(["base".to_owned()]),
            interval_hours: 24,
            ..Self::default()
        }
    }

    /// Checks what a file says against the rules there are.
    pub fn from_file(file: &PolicyFile, rules: &[Rule]) -> Result<Self, PolicyError> {
        if file.format != 1 {
            return Err(PolicyError::Format(file.format));
        }
        let mut policy = Self::standard();
        policy.profile = file.profile;
        policy.edition = file.edition;
        for pack in &file.packs {
            if !PACKS.iter().any(|(name, _)| name == pack) {
                return Err(PolicyError::Pack(pack.clone()));
            }
            policy.packs.insert(pack.clone());
        }
        for (name, value) in &file.parameters {
            policy.parameters.set(name, value)?;
        }
        let known = |rule: &str| rules.iter().any(|it| it.id == rule);
        for (rule, severity) in &file.severities {
            if !known(rule) {
                return Err(PolicyError::Rule {
                    place: "[severities]",
                    rule: rule.clone(),
                });
            }
            policy.severities.insert(rule.clone(), *severity);
        }
        for exclusion in &file.excluded {
            if !known(&exclusion.rule) {
                return Err(PolicyError::Rule {
                    place: "[[exclude]]",
                    rule: exclusion.rule.clone(),
                });
            }
            if exclusion.reason.trim().is_empty() {
                return Err(PolicyError::Reason(exclusion.rule.clone()));
            }
            policy
                .excluded
                .insert(exclusion.rule.clone(), exclusion.reason.clone());
        }
        if let Some(hours) = file.interval_hours {
            if !(1..=8784).contains(&hours) {
                return Err(PolicyError::Interval(hours));
            }
            policy.interval_hours = hours;
        }
        Ok(policy)
    }

    pub(crate) fn for_case(
        profile: Option<Profile>,
        strict: bool,
        parameters: &Parameters,
    ) -> Self {
        let mut policy = Self::standard();
        policy.profile = profile;
        policy.parameters = parameters.clone();
        if strict {
            policy.packs.insert("strict".to_owned());
        }
        policy
    }

    /// Whether a rule applies under this policy to a workspace of this profile.
    #[must_use]
    pub fn includes(&self, rule: &Rule, profile: Profile) -> bool {
        rule.profiles.contains(&profile)
            || self.packs.contains("strict") && rule.strict.contains(&profile)
    }

    /// The severity of a rule under this policy.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.severities
            .get(&rule.id)
            .copied()
            .unwrap_or(rule.severity)
    }
}

/// A policy to begin with: every parameter with its meaning, its bounds and its default.
#[must_use]
pub fn shipped(profile: Profile, strict: bool) -> String {
    let mut text = format!(
        "# What the workspace is said to be, and what is asked of it.\nformat = 1\nprofile = \
         \"{profile}\"\n# The edition of the vendor's privacy policy: 2023-01 or 2023-10.\nedition = \
         \"{}\"\n",
        Edition::default().name()
    );
    for (name, about) in PACKS.iter().filter(|(name, _)| *name != "base") {
        let on = if strict { "" } else { "# " };
        let _ = write!(text, "# {about}\n{on}packs = [\"{name}\"]\n");
    }
    text.push_str(
        "\n# Rules that are left out, each with its reason.\n# [[exclude]]\n# rule = \"E2E-008\"\n# \
         reason = \"\"\n\n[parameters]\n",
    );
    for (name, parameter) in parameter::definitions() {
        let _ = write!(text, "\n{}", parameter.line(name));
    }
    text
}

/// The shipped policy with this name: a profile, with `-strict` or without.
#[must_use]
pub fn shipped_by_name(name: &str) -> Option<String> {
    let (profile, strict) = match name.strip_suffix("-strict") {
        Some(profile) => (profile, true),
        None => (name, false),
    };
    let profile = Profile::ALL.into_iter().find(|it| it.name() == profile)?;
    Some(shipped(profile, strict))
}

/// The profile that the database suggests, and from what.
#[must_use]
pub fn infer(server: &Server) -> (Profile, &'static str) {
    let offline = server.licence.offline == Some(true);
    match server.registered {
        Truth::True if offline => (
            Profile::Airgapped,
            "the workspace holds the vendor's credentials and its licence is flagged as offline",
        ),
        Truth::True => (
            Profile::Registered,
            "the workspace holds the vendor's credentials",
        ),
        Truth::False => (
            Profile::Unregistered,
            "the workspace does not hold the vendor's credentials",
        ),
        Truth::Unknown => (
            Profile::Unregistered,
            "nothing shows that the workspace holds the vendor's credentials",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    #[test]
    fn shipped_policies_say_what_would_hold_without_them() {
        let rules = RuleSet::shipped().unwrap();
        for profile in Profile::ALL {
            for strict in [false, true] {
                let suffix = if strict { "-strict" } else { "" };
                let text = shipped_by_name(&format!("{profile}{suffix}")).unwrap();
                let file: PolicyFile = toml::from_str(&text).unwrap();
                let policy = Policy::from_file(&file, rules.rules()).unwrap();
                assert_eq!(policy.profile, Some(profile));
                assert_eq!(policy.packs.contains("strict"), strict);
                let parameters = Parameters::default();
                assert_eq!(policy.parameters.values(), parameters.values());
            }
        }
        assert_eq!(shipped_by_name("airgaped"), None);
    }
}
