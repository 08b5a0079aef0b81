//! Releases of Rocket.Chat, ranges of them, and what is known about the one that runs.
//!
//! Source of the numbering: the server's own `version` field, which is a semantic version with an
//! optional pre-release tag (`6.5.0-rc.3`, `8.3.0-develop`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::logic::Truth;

/// Why a text is not a version or a range of versions.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VersionError {
    /// The text is not `MAJOR.MINOR.PATCH` with an optional `-TAG`.
    #[error("'{0}' is not a version; write MAJOR.MINOR.PATCH, for example 6.5.1")]
    Version(String),
    /// The text is not a range.
    #[error("'{0}' is not a range; write '*', '>=6.5.1', '<7.0.0' or '>=6.5.1, <7.0.0'")]
    Range(String),
}

/// A release without its pre-release tag.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Release {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

impl Release {
    /// The release `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Release {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let wrong = || VersionError::Version(text.to_owned());
        let mut numbers = text.split('.').map(|part| {
            // `parse` would also take a sign.
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                part.parse::<u32>().ok()
            } else {
                None
            }
        });
        let mut next = || numbers.next().flatten();
        let (Some(major), Some(minor), Some(patch)) = (next(), next(), next()) else {
            return Err(wrong());
        };
        if numbers.next().is_some() {
            return Err(wrong());
        }
        Ok(Self::new(major, minor, patch))
    }
}

impl TryFrom<String> for Release {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<Release> for String {
    fn from(release: Release) -> Self {
        release.to_string()
    }
}

/// A version as a server reports it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// The three numbers.
    pub release: Release,
    /// What follows the first dash, for example `rc.3` or `develop`.
    pub tag: Option<String>,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.release.fmt(f)?;
        match &self.tag {
            Some(tag) => write!(f, "-{tag}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let text = text.trim();
        let (numbers, tag) = match text.split_once('-') {
            Some((numbers, tag)) => (numbers, Some(tag)),
            None => (text, None),
        };
        let tag_is_plain = tag.is_none_or(|tag| {
            !tag.is_empty()
                && tag.len() <= 64
                && tag
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
        });
        if !tag_is_plain {
            return Err(VersionError::Version(text.to_owned()));
        }
        Ok(Self {
            release: numbers.parse()?,
            tag: tag.map(str::to_owned),
        })
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

/// A half-open range of releases, as a rule's `applies` states it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct VersionRange {
    /// First release inside, if there is a lower end.
    pub at_least: Option<Release>,
    /// First release outside, if there is an upper end.
    pub below: Option<Release>,
}

impl VersionRange {
    /// Whether the running version lies inside.
    #[must_use]
    pub fn holds(&self, running: &RunningVersion) -> Truth {
        let lower = self
            .at_least
            .map_or(Truth::True, |release| running.reached(release));
        let upper = self
            .below
            .map_or(Truth::True, |release| !running.reached(release));
        lower.and(upper)
    }

    /// The range in a sentence: `6.5.1 or later, before 7.0.0`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (self.at_least, self.below) {
            (None, None) => "any".to_owned(),
            (Some(low), None) => format!("{low} or later"),
            (None, Some(high)) => format!("before {high}"),
            (Some(low), Some(high)) => format!("{low} or later, before {high}"),
        }
    }

    /// Whether a given release lies inside.
    #[must_use]
    pub fn contains(&self, release: Release) -> bool {
        self.at_least.is_none_or(|low| release >= low)
            && self.below.is_none_or(|high| release < high)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.below) {
            (None, None) => f.write_str("*"),
            (Some(low), None) => write!(f, ">={low}"),
            (None, Some(high)) => write!(f, "<{high}"),
            (Some(low), Some(high)) => write!(f, ">={low}, <{high}"),
        }
    }
}

impl FromStr for VersionRange {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let wrong = || VersionError::Range(text.to_owned());
        let mut range = Self::default();
        if text.trim() == "*" {
            return Ok(range);
        }
        for part in text.split(',') {
            let part = part.trim();
            let (end, number) = if let Some(number) = part.strip_prefix(">=") {
                (&mut range.at_least, number)
            } else if let Some(number) = part.strip_prefix('<') {
                (&mut range.below, number)
            } else {
                return Err(wrong());
            };
            if end.is_some() {
                return Err(wrong());
            }
            *end = Some(number.trim().parse().map_err(|_| wrong())?);
        }
        if let (Some(low), Some(high)) = (range.at_least, range.below)
            && low >= high
        {
            return Err(wrong());
        }
        Ok(range)
    }
}

impl TryFrom<String> for VersionRange {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<VersionRange> for String {
    fn from(range: VersionRange) -> Self {
        range.to_string()
    }
}

/// What is known about the version that runs: exactly one, or bounds, or nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RunningVersion {
    /// The version, when a source states it and nothing contradicts it.
    pub exact: Option<Version>,
    /// The version is this release or a later one.
    pub at_least: Option<Release>,
    /// The version is older than this release.
    pub below: Option<Release>,
}

impl RunningVersion {
    /// A version that is known for certain.
    #[must_use]
    pub fn exactly(version: Version) -> Self {
        Self {
            exact: Some(version),
            at_least: None,
            below: None,
        }
    }

    /// Whether the running version is `release` or later.
    ///
    /// A pre-release of `release` itself is unknown: it may or may not hold the change that
    /// the release is named for.
    #[must_use]
    pub fn reached(&self, release: Release) -> Truth {
        if let Some(version) = &self.exact {
            if version.tag.is_some() && version.release == release {
                return Truth::Unknown;
            }
            return (version.release >= release).into();
        }
        if self.at_least.is_some_and(|low| low >= release) {
            Truth::True
        } else if self.below.is_some_and(|high| high <= release) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// The oldest release this can be.
    #[must_use]
    pub fn lowest(&self) -> Option<Release> {
        self.exact
            .as_ref()
            .map(|version| version.release)
            .or(self.at_least)
    }
}

impl fmt::Display for RunningVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.exact, self.at_least, self.below) {
            (Some(version), _, _) => version.fmt(f),
            (None, Some(low), Some(high)) => write!(f, "{low} or later, before {high}"),
            (None, Some(low), None) => write!(f, "{low} or later"),
            (None, None, Some(high)) => write!(f, "before {high}"),
            (None, None, None) => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(text: &str) -> RunningVersion {
        RunningVersion::exactly(text.parse().unwrap())
    }

    #[test]
    fn a_version_round_trips_and_nonsense_is_refused() {
        for text in ["6.5.1", "6.5.0-rc.3", "8.3.0-develop", "3.18.2"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "6.5",
            "6.5.1.2",
            "v6.5.1",
            "6.5.+1",
            "6.5.1-",
            "6.5.1-a b",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_round_trips_and_nonsense_is_refused() {
        for text in ["*", ">=6.5.1", "<6.5.1", ">=6.5.1, <7.0.0"] {
            assert_eq!(text.parse::<VersionRange>().unwrap().to_string(), text);
        }
        for text in [
            "",
            ">6.5.1",
            "<=6.5.1",
            ">=6.5",
            ">=7.0.0, <6.0.0",
            "<6.0.0, <7.0.0",
        ] {
            assert!(text.parse::<VersionRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_patch_number_decides() {
        let honoured: VersionRange = "<6.5.1".parse().unwrap();
        assert_eq!(honoured.holds(&exactly("6.5.0")), Truth::True);
        assert_eq!(honoured.holds(&exactly("6.5.1")), Truth::False);
        assert_eq!(honoured.holds(&exactly("6.4.8")), Truth::True);
        assert_eq!(honoured.holds(&exactly("6.10.0")), Truth::False);
    }

    #[test]
    fn a_pre_release_of_the_boundary_is_undecided() {
        let since: VersionRange = ">=6.5.1".parse().unwrap();
        assert_eq!(since.holds(&exactly("6.5.1-rc.0")), Truth::Unknown);
        assert_eq!(since.holds(&exactly("6.5.2-rc.0")), Truth::True);
        assert_eq!(since.holds(&exactly("6.5.0-rc.0")), Truth::False);
    }

    #[test]
    fn bounds_decide_what_they_cover() {
        let running = RunningVersion {
            exact: None,
            at_least: Some(Release::new(6, 5, 1)),
            below: Some(Release::new(6, 10, 0)),
        };
        assert_eq!(running.reached(Release::new(6, 5, 1)), Truth::True);
        assert_eq!(running.reached(Release::new(6, 10, 0)), Truth::False);
        assert_eq!(running.reached(Release::new(6, 8, 0)), Truth::Unknown);
        let nothing = RunningVersion::default();
        assert_eq!(nothing.reached(Release::new(3, 18, 2)), Truth::Unknown);
        assert_eq!(VersionRange::default().holds(&nothing), Truth::True);
    }
}
