//! The settings that releases of Rocket.Chat define: type, default, flags and life span of each.
//!
//! Source: the settings that eight releases from 3.18.2 to 8.3.0-develop wrote on their first
//! start, with and without a licence, and the dates of single changes read in the server's code.
//! Between two releases that were looked at, the moment of a change is known only as an interval,
//! and answers that hang on it are [`Truth::Unknown`].

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::logic::Truth;
use crate::value::Value;
use crate::version::{Release, RunningVersion};

/// The generated table.
mod table {
    #![expect(
        clippy::unreadable_literal,
        reason = "numbers are written as they stand in the data"
    )]
    use super::{Boundary, Default, Definition, Fixed, Span};
    use crate::version::Release;

    include!(concat!(env!("OUT_DIR"), "/settings.rs"));
}

use table::SETTINGS;

/// The first release line whose definitions nobody looked at; nothing is claimed of it.
pub const UNREAD: Release = Release::new(8, 7, 0);

/// One setting over all releases.
#[derive(Debug)]
pub struct Definition {
    /// The setting's id.
    pub id: &'static str,
    /// The group of the administration panel in the newest release that has the setting.
    pub group: &'static str,
    /// The section within the group.
    pub section: &'static str,
    /// What it was, release after release.
    pub spans: &'static [Span],
}

/// What a setting is between two releases.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are those of the server's own documents"
)]
#[derive(Debug)]
pub struct Span {
    /// First release with this definition.
    pub since: Boundary,
    /// First release without it.
    pub until: Option<Boundary>,
    /// The type, for example `boolean`.
    pub kind: &'static str,
    /// The value that a first start stores.
    pub default: Default,
    /// What the server itself makes of the default during its first start.
    pub after_start: Option<Fixed>,
    /// The keys of a `select`.
    pub options: &'static [&'static str],
    /// Hidden from the panel and refused by the REST settings route.
    pub hidden: bool,
    /// Sent to clients.
    pub public: bool,
    /// Flagged secret.
    pub secret: bool,
    /// Shown but not editable.
    pub readonly: bool,
    /// Not editable by anyone.
    pub blocked: bool,
    /// Registered only with a valid licence.
    pub licensed: bool,
    /// Effective only with a valid licence.
    pub enterprise: bool,
    /// The licence modules that it needs.
    pub modules: &'static [&'static str],
    /// The value that counts without them.
    pub invalid: Option<Fixed>,
    /// The group of the panel.
    pub group: &'static str,
    /// The section within the group.
    pub section: &'static str,
}

/// A moment in the sequence of releases.
#[derive(Clone, Copy, Debug)]
pub enum Boundary {
    /// Exactly this release.
    At(Release),
    /// This release or an earlier one.
    By(Release),
    /// After the first and at the latest in the second.
    Between(Release, Release),
}

impl Span {
    /// The releases with this definition, as bounds: from the first known to have it, to the first
    /// known to be without it.
    #[must_use]
    pub fn releases(&self) -> RunningVersion {
        let latest = |boundary: Boundary| match boundary {
            Boundary::At(release) | Boundary::By(release) | Boundary::Between(_, release) => {
                release
            }
        };
        RunningVersion {
            exact: None,
            at_least: Some(latest(self.since)),
            below: self.until.map(latest),
        }
    }
}

impl Boundary {
    /// Whether the running version lies at or behind this boundary.
    fn reached(self, running: &RunningVersion) -> Truth {
        match self {
            Self::At(release) => running.reached(release),
            Self::By(release) => match running.reached(release) {
                Truth::True => Truth::True,
                _ => Truth::Unknown,
            },
            Self::Between(after, by) => {
                // The definitions of a release were read from its pre-release where that is the
                // newest there was, so the tag of the second release itself does not matter here.
                let at_the_end = running
                    .exact
                    .as_ref()
                    .is_some_and(|version| version.release == by);
                if at_the_end || running.reached(by).is_true() {
                    Truth::True
                } else if is_at_most(running, after) {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
        }
    }
}

/// Whether the running version is `release` or an earlier one for certain.
fn is_at_most(running: &RunningVersion, release: Release) -> bool {
    match &running.exact {
        Some(version) => version.release <= release,
        None => running.below.is_some_and(|below| below <= release),
    }
}

/// The value that a first start stores.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// A known value.
    Value(Fixed),
    /// A long text, known by its SHA-256 in hexadecimal.
    Digest(&'static str),
    /// Made anew on each first start.
    Generated,
}

/// A value in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fixed {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that the server stores as a double.
    Double(f64),
    /// A text.
    Text(&'static str),
    /// A list or a document, as JSON.
    Json(&'static str),
}

impl From<Fixed> for Value {
    fn from(fixed: Fixed) -> Self {
        match fixed {
            Fixed::Null => Self::Null,
            Fixed::Bool(value) => Self::Bool(value),
            Fixed::Int(value) => Self::Int(value),
            Fixed::Double(value) => Self::Double(value),
            Fixed::Text(text) => Self::from(text),
            Fixed::Json(text) => serde_json::from_str(text).map_or(Self::Null, plain),
        }
    }
}

/// A JSON list or document as a value.
fn plain(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(plain).collect()),
        serde_json::Value::Object(map) => Value::Map(
            map.into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect::<BTreeMap<_, _>>(),
        ),
    }
}

/// What a setting is in the running version.
#[derive(Debug)]
pub enum Life {
    /// It exists, with this definition.
    Defined(&'static Span),
    /// It does not exist.
    Outside {
        /// Whether the running version comes before the setting; otherwise it comes after it.
        early: bool,
    },
    /// The version is not known well enough; these definitions are possible.
    Unsure(Vec<&'static Span>),
}

/// All settings, sorted by id.
#[must_use]
pub fn all() -> &'static [Definition] {
    SETTINGS
}

/// The settings that every release that was looked at registers, whatever its edition and licence.
pub fn everlasting() -> impl Iterator<Item = &'static Definition> {
    SETTINGS.iter().filter(|definition| {
        matches!(
            (definition.spans.first(), definition.spans.last()),
            (Some(first), Some(last))
                if matches!(first.since, Boundary::By(_)) && last.until.is_none()
        ) && !definition
            .spans
            .iter()
            .any(|span| span.enterprise || span.licensed)
    })
}

/// The setting with this id, or none if no release that was looked at has it.
#[must_use]
pub fn find(id: &str) -> Option<&'static Definition> {
    // Each setting of a workspace is looked up several times.
    static BY_ID: LazyLock<HashMap<&str, &Definition>> =
        LazyLock::new(|| SETTINGS.iter().map(|it| (it.id, it)).collect());
    BY_ID.get(id).copied()
}

impl Definition {
    /// What the setting is in the running version.
    #[must_use]
    pub fn life(&self, running: &RunningVersion) -> Life {
        let mut possible = Vec::new();
        let mut early = true;
        for span in self.spans {
            let begun = span.since.reached(running);
            let over = span
                .until
                .map_or_else(|| beyond_newest(running), |end| end.reached(running));
            match begun.and(!over) {
                Truth::True => return Life::Defined(span),
                Truth::Unknown => possible.push(span),
                Truth::False => {}
            }
            early &= begun.is_false();
        }
        if possible.is_empty() {
            Life::Outside { early }
        } else {
            Life::Unsure(possible)
        }
    }

    /// Whether the setting exists in every version that the running one can be.
    #[must_use]
    pub fn exists_throughout(&self, running: &RunningVersion) -> bool {
        let begun = self
            .spans
            .first()
            .is_some_and(|span| span.since.reached(running).is_true());
        let over = self.spans.last().map_or(Truth::Unknown, |span| {
            span.until
                .map_or_else(|| beyond_newest(running), |end| end.reached(running))
        });
        begun && over.is_false()
    }

    /// The definition in the newest release that has the setting.
    #[must_use]
    pub fn newest(&self) -> Option<&'static Span> {
        self.spans.last()
    }
}

/// Whether a setting without a known end may be gone because the running version is newer than
/// anything that was looked at. Never true: the answer is at most unknown.
fn beyond_newest(running: &RunningVersion) -> Truth {
    let looked_at = match &running.exact {
        Some(version) => version.release < UNREAD,
        None => running.below.is_some_and(|below| below <= UNREAD),
    };
    if looked_at {
        Truth::False
    } else {
        Truth::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(text: &str) -> RunningVersion {
        RunningVersion::exactly(text.parse().unwrap())
    }

    fn span(id: &str, version: &str) -> &'static Span {
        match find(id).unwrap().life(&exactly(version)) {
            Life::Defined(span) => span,
            other => panic!("{id} in {version}: {other:?}"),
        }
    }

    fn default(id: &str, version: &str) -> Value {
        match span(id, version).default {
            Default::Value(value) => value.into(),
            other => panic!("{id}: {other:?}"),
        }
    }

    #[test]
    fn the_table_is_sorted_and_found_in() {
        assert!(all().is_sorted_by(|a, b| a.id < b.id));
        for definition in all() {
            assert!(std::ptr::eq(find(definition.id).unwrap(), definition));
        }
        assert!(find("No_Such_Setting").is_none());
    }

    #[test]
    fn a_default_follows_the_version() {
        let id = "Block_Multiple_Failed_Logins_Enabled";
        assert_eq!(default(id, "6.5.0"), Value::Bool(false));
        assert_eq!(default(id, "6.5.1"), Value::Bool(true));
        let id = "E2E_Allow_Unencrypted_Messages";
        assert_eq!(default(id, "6.13.0"), Value::Bool(true));
        assert_eq!(default(id, "7.0.0"), Value::Bool(false));
    }

    #[test]
    fn flags_follow_the_version() {
        assert!(!span("Statistics_reporting", "6.5.0").hidden);
        assert!(span("Statistics_reporting", "6.5.1").hidden);
        let push = span("Push_request_content_from_server", "6.13.0");
        assert!(push.enterprise);
        assert_eq!(push.modules, ["push-privacy"]);
        assert_eq!(push.invalid, Some(Fixed::Bool(false)));
    }

    #[test]
    fn outside_its_life_span_a_setting_does_not_exist() {
        let early = find("RetentionPolicy_TTL_DMs").unwrap();
        assert!(matches!(
            early.life(&exactly("6.9.9")),
            Life::Outside { early: true }
        ));
        let late = find("Apps_Framework_enabled").unwrap();
        assert!(matches!(
            late.life(&exactly("6.0.0")),
            Life::Outside { early: false }
        ));
    }

    #[test]
    fn between_two_releases_that_were_read_the_moment_is_unknown() {
        let otr = find("OTR_Enable").unwrap();
        assert!(matches!(otr.life(&exactly("7.7.1")), Life::Defined(_)));
        assert!(matches!(otr.life(&exactly("8.0.0")), Life::Unsure(_)));
        assert!(matches!(
            otr.life(&exactly("8.3.0-develop")),
            Life::Outside { early: false }
        ));
    }

    #[test]
    fn nothing_is_claimed_of_a_release_nobody_looked_at() {
        let setting = find("E2E_Enable").unwrap();
        assert!(matches!(setting.life(&exactly("8.6.1")), Life::Defined(_)));
        assert!(matches!(setting.life(&exactly("9.1.0")), Life::Unsure(_)));
        assert!(matches!(
            setting.life(&RunningVersion::default()),
            Life::Unsure(_)
        ));
    }
}
