//! The policy: which profile is claimed, which rules count how much, and the parameters.

pub(crate) mod file;
mod layers;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::clause::Edition;
use crate::finding::Severity;
use crate::logic::Truth;
use crate::parameter::{self, Parameters};
use crate::rule::{Profile, Rule};
use crate::server::Server;

pub use layers::{Layer, Locked};
pub use show::effective;

/// Packs of rules by name: the second makes more rules apply.
pub const PACKS: &[(&str, &str)] = &[
    (
        "base",
        "The rules that follow from the vendor's policies and from the law.",
    ),
    ("strict", "Rules that go further than most sites need."),
];

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
    /// Under which terms waivers count.
    pub waivers: WaiverTerms,
    /// The names of the files that it was made of, in their order.
    pub layers: Vec<String>,
    /// Which of them set a key, for each that one of them set: `parameters.retention_days`.
    pub origins: BTreeMap<String, String>,
    /// Keys that no further layer may change.
    pub locks: BTreeMap<String, Locked>,
}

/// Under which terms waivers count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WaiverTerms {
    /// The most days that a waiver may last, both ends among them.
    pub max_days: u32,
    /// From how many days before its end on a waiver or a statement is announced.
    pub warn_days: u32,
    /// The list of those who may sign waivers: the number of the layer that names it, and its path
    /// relative to that file. With it a file of waivers counts only if one of them signed it.
    pub signers: Option<(usize, String)>,
    /// The list of keys that may no longer sign, likewise.
    pub revoked: Option<(usize, String)>,
    /// Whether waivers that nothing needs are no mistake.
    pub allow_unmatched: bool,
}

impl Default for WaiverTerms {
    fn default() -> Self {
        Self {
            max_days: 365,
            warn_days: 30,
            signers: None,
            revoked: None,
            allow_unmatched: false,
        }
    }
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

    /// Sets the profile from the command line, which goes over all layers but for a lock.
    pub fn declare(&mut self, profile: Profile) -> Result<(), String> {
        if self.profile == Some(profile) {
            return Ok(());
        }
        if let Some(lock) = self.locked("profile") {
            return Err(format!(
                "the profile is locked by {}: {}",
                lock.layer, lock.reason
            ));
        }
        self.profile = Some(profile);
        let origin = "the command line".to_owned();
        self.origins.insert("profile".to_owned(), origin);
        Ok(())
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
         reason = \"\"\n\n# What a policy laid over this one may not change, each with its reason.\n# \
         [[lock]]\n# key = \"profile\"\n# reason = \"\"\n\n[waivers]\n# The most days that a waiver may \
         last; a longer one counts on none.\nmax_days = 365\n# From how many days before its end on it is \
         announced.\nwarn_days = 30\n# Only waivers in a file that one of these signed count.\n# signers = \
         \"allowed_signers\"\n# Whether waivers that nothing needs are no mistake.\nallow_unmatched = \
         false\n\n[parameters]\n",
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
mod tests;
