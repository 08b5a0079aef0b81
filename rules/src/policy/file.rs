//! A policy file as it stands there. Several of them are laid over each other; see
//! [`layers`](super::layers).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::clause::Edition;
use crate::finding::Severity;
use crate::rule::Profile;
use crate::written::Spanned;

/// What a policy file says.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Policy")]
pub(crate) struct PolicyFile {
    /// The version of the file's format, 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    pub(super) format: Spanned<u32>,
    /// What the operator says the workspace is.
    #[schemars(with = "Option<Profile>")]
    pub(super) profile: Option<Spanned<Profile>>,
    /// The edition of the vendor's privacy policy to hold the workspace against.
    #[schemars(with = "Option<Edition>")]
    pub(super) edition: Option<Spanned<Edition>>,
    /// Packs of rules besides `base`.
    #[serde(default)]
    #[schemars(schema_with = "crate::schema::packs")]
    pub(super) packs: Vec<Spanned<String>>,
    /// Values for parameters.
    #[serde(default)]
    #[schemars(schema_with = "crate::schema::parameters")]
    pub(super) parameters: BTreeMap<String, Spanned<toml::Value>>,
    /// Severities that replace those of rules, by the rule's id.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Severity>")]
    pub(super) severities: BTreeMap<String, Spanned<Severity>>,
    /// Rules that are left out.
    #[serde(default, rename = "exclude")]
    #[schemars(with = "Vec<Exclusion>")]
    pub(super) excluded: Vec<Spanned<Exclusion>>,
    /// A folder with the site's own rules, relative to this file.
    #[schemars(with = "Option<String>")]
    pub(super) rules: Option<Spanned<String>>,
    /// Hours until the next report is due.
    #[schemars(with = "Option<u32>", range(min = 1, max = 8784))]
    pub(super) interval_hours: Option<Spanned<u32>>,
    /// Under which terms waivers count.
    #[serde(default)]
    pub(super) waivers: WaiverFileTerms,
    /// What a file that is laid over this one may not change.
    #[serde(default, rename = "lock")]
    #[schemars(with = "Vec<Lock>")]
    pub(super) locks: Vec<Spanned<Lock>>,
}

/// A rule that is left out, with the reason.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exclusion {
    /// The rule's id.
    pub(super) rule: String,
    /// Why it is left out.
    pub(super) reason: String,
}

/// Under which terms waivers count.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WaiverTerms")]
pub(super) struct WaiverFileTerms {
    /// The most days that a waiver may last; a longer one counts on none. 365 without it.
    #[schemars(with = "Option<u32>", range(min = 1, max = 3660))]
    pub(super) max_days: Option<Spanned<u32>>,
    /// From how many days before its end on a waiver or statement is announced. 30 without it.
    #[schemars(with = "Option<u32>", range(min = 0, max = 3660))]
    pub(super) warn_days: Option<Spanned<u32>>,
    /// A list of allowed signers, relative to this file. With it, waivers count only in a file that
    /// one of them signed.
    #[schemars(with = "Option<String>")]
    pub(super) signers: Option<Spanned<String>>,
    /// Keys that may no longer sign, relative to this file: public keys or fingerprints.
    #[schemars(with = "Option<String>")]
    pub(super) revoked: Option<Spanned<String>>,
    /// Whether waivers that nothing needs are no mistake.
    #[schemars(with = "Option<bool>")]
    pub(super) allow_unmatched: Option<Spanned<bool>>,
}

/// A key that no file after this one may change, with the reason.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    /// The key: a key of this file such as `profile` or `exclude`, or one below it such as
    /// `parameters.retention_days`, `severities.STAT-001` or `exclude.STAT-001`.
    pub(super) key: String,
    /// Why it may not be changed.
    pub(super) reason: String,
}
