//! The licence: what its text says, and whether the running server grants a module.
//!
//! Settings with `enterprise: true` count only while a valid licence grants all their modules;
//! otherwise the server uses their `invalidValue` and leaves the stored value as it is. A licence
//! text since 6.5 is `RCV3_` and a signed, not encrypted, token whose payload reads offline. Older
//! texts do not. Source: `ee/packages/license` of the Rocket.Chat repository, 6.5 to 7.0.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::logic::Truth;

/// The prefix of a licence text that carries a readable token.
const READABLE: &str = "RCV3_";

/// A licence text, reduced to what decides about settings and flows. The text itself holds the
/// customer's name and is never kept.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LicenceText {
    /// There is none.
    #[default]
    Absent,
    /// There is one in an older format, or one that does not decode.
    Opaque,
    /// There is one whose claims could be read; its signature is not checked.
    Claims(Claims),
}

/// What a licence says of itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The modules it grants.
    pub modules: BTreeSet<String>,
    /// `information.offline`: meant for a workspace without a connection.
    pub offline: bool,
    /// When it counts.
    pub periods: Vec<Period>,
    /// `validation.statisticsReport.required`.
    pub report_required: Option<bool>,
    /// `validation.statisticsReport.allowedStaleInDays`.
    pub report_stale_days: Option<u32>,
}

/// A period in which a licence counts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Start, if it has one.
    pub from: Option<Timestamp>,
    /// End, if it has one.
    pub until: Option<Timestamp>,
    /// Whether the whole licence ends outside this period; otherwise only `modules` do.
    pub ends_licence: bool,
    /// The modules that end outside this period.
    pub modules: BTreeSet<String>,
}

impl Period {
    fn covers(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now <= until)
    }
}

impl LicenceText {
    /// Reduces the text of the setting `Enterprise_License`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Absent;
        }
        text.strip_prefix(READABLE)
            .and_then(claims)
            .map_or(Self::Opaque, Self::Claims)
    }
}

/// The claims of a token, or none if it is not one.
fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let token: Token = serde_json::from_slice(&json).ok()?;
    Some(Claims {
        modules: token
            .granted_modules
            .into_iter()
            .map(|granted| granted.module)
            .collect(),
        offline: token.information.offline,
        periods: token
            .validation
            .valid_periods
            .into_iter()
            .map(|period| Period {
                from: period.valid_from,
                until: period.valid_until,
                ends_licence: period.invalid_behavior.as_deref() != Some("disable_modules"),
                modules: period.modules.into_iter().collect(),
            })
            .collect(),
        report_required: token
            .validation
            .statistics_report
            .as_ref()
            .map(|r| r.required),
        report_stale_days: token
            .validation
            .statistics_report
            .and_then(|report| report.allowed_stale_in_days),
    })
}

/// The part of a version 3 licence that is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    #[serde(default)]
    information: Information,
    validation: Validation,
    #[serde(default)]
    granted_modules: Vec<Granted>,
}

#[derive(Default, Deserialize)]
struct Information {
    #[serde(default)]
    offline: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Validation {
    #[serde(default)]
    valid_periods: Vec<ValidPeriod>,
    statistics_report: Option<StatisticsReport>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ValidPeriod {
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    invalid_behavior: Option<String>,
    #[serde(default)]
    modules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatisticsReport {
    #[serde(default)]
    required: bool,
    allowed_stale_in_days: Option<u32>,
}

#[derive(Deserialize)]
struct Granted {
    module: String,
}

/// Whether a licence is in force.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LicenceState {
    /// There is none.
    None,
    /// One is in force.
    Valid,
    /// There is one that does not count.
    Invalid,
    /// The sources do not agree or do not say.
    Unknown,
}

impl LicenceState {
    /// The state as the report names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
        }
    }
}

/// The licence of the running server, as far as the database tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Licence {
    /// Whether one is in force.
    pub state: LicenceState,
    /// Modules that are granted for certain.
    pub granted: BTreeSet<String>,
    /// Modules that may be granted; none means that any module may be.
    pub possible: Option<BTreeSet<String>>,
    /// Whether it is flagged for offline use; none when its text does not say.
    pub offline: Option<bool>,
    /// When it ends, if it says so.
    pub ends: Option<Timestamp>,
    /// What the state rests on, one sentence.
    pub basis: String,
}

/// What the state of the licence is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The reduced text.
    pub text: &'a LicenceText,
    /// The value of `Enterprise_License_Status`.
    pub status: Option<&'a str>,
    /// `enterprise.modules` of the newest statistics document.
    pub reported: Option<&'a [&'a str]>,
    /// The moment to judge for.
    pub now: Timestamp,
}

impl Licence {
    /// A workspace without licence.
    #[must_use]
    pub fn none(basis: &str) -> Self {
        Self {
            state: LicenceState::None,
            granted: BTreeSet::new(),
            possible: Some(BTreeSet::new()),
            offline: Some(false),
            ends: None,
            basis: basis.to_owned(),
        }
    }

    /// Draws the state from its sources.
    #[must_use]
    pub fn resolve(sources: Sources<'_>) -> Self {
        let status = sources.status.map(str::trim);
        let reported: Option<BTreeSet<String>> = sources
            .reported
            .map(|modules| modules.iter().map(|&module| module.to_owned()).collect());
        let server_says_modules = reported.as_ref().is_some_and(|modules| !modules.is_empty());
        match sources.text {
            LicenceText::Absent if status != Some("Valid") && !server_says_modules => {
                Self::none("the setting Enterprise_License is empty")
            }
            LicenceText::Absent => Self::doubtful(
                "Enterprise_License is empty, yet the status or the newest statistics speak of one",
            ),
            _ if status == Some("Invalid") => Self::invalid("Enterprise_License_Status is Invalid"),
            LicenceText::Claims(claims) => Self::from_claims(claims, status, reported, sources.now),
            LicenceText::Opaque if status == Some("Valid") => Self {
                state: LicenceState::Valid,
                granted: reported.clone().unwrap_or_default(),
                offline: None,
                ends: None,
                basis: format!(
                    "Enterprise_License_Status is Valid; the text is in a format that cannot be \
                     read offline, {}",
                    if reported.is_some() {
                        "so its modules come from the newest statistics"
                    } else {
                        "and no statistics document of the last week names its modules"
                    }
                ),
                possible: reported,
            },
            LicenceText::Opaque => Self::doubtful(
                "there is a licence text, but no status says whether the server accepted it",
            ),
        }
    }

    fn from_claims(
        claims: &Claims,
        status: Option<&str>,
        reported: Option<BTreeSet<String>>,
        now: Timestamp,
    ) -> Self {
        let ends = claims
            .periods
            .iter()
            .filter(|period| period.ends_licence)
            .filter_map(|period| period.until)
            .min();
        let outside = |period: &&Period| !period.covers(now);
        if claims
            .periods
            .iter()
            .filter(outside)
            .any(|period| period.ends_licence)
        {
            return Self {
                ends,
                offline: Some(claims.offline),
                ..Self::invalid("the moment of the audit lies outside the licence's period")
            };
        }
        let ended: BTreeSet<&String> = claims
            .periods
            .iter()
            .filter(outside)
            .flat_map(|period| &period.modules)
            .collect();
        let claimed: BTreeSet<String> = claims
            .modules
            .iter()
            .filter(|module| !ended.contains(module))
            .cloned()
            .collect();
        let accepted = status == Some("Valid");
        let (granted, possible, basis) = match reported {
            Some(reported) => (
                claimed.intersection(&reported).cloned().collect(),
                claimed.union(&reported).cloned().collect(),
                "the licence text, its status and the newest statistics",
            ),
            None if accepted => (
                claimed.clone(),
                claimed,
                "the licence text and Enterprise_License_Status",
            ),
            None => (BTreeSet::new(), claimed, "the licence text alone"),
        };
        Self {
            state: if accepted {
                LicenceState::Valid
            } else {
                LicenceState::Unknown
            },
            granted,
            possible: Some(possible),
            offline: Some(claims.offline),
            ends,
            basis: format!("{basis}; the signature is not checked"),
        }
    }

    fn invalid(basis: &str) -> Self {
        Self {
            state: LicenceState::Invalid,
            ..Self::none(basis)
        }
    }

    pub(crate) fn doubtful(basis: &str) -> Self {
        Self {
            state: LicenceState::Unknown,
            granted: BTreeSet::new(),
            possible: None,
            offline: None,
            ends: None,
            basis: basis.to_owned(),
        }
    }

    /// Whether the running server grants a module.
    #[must_use]
    pub fn grants(&self, module: &str) -> Truth {
        if self.granted.contains(module) {
            Truth::True
        } else if self
            .possible
            .as_ref()
            .is_some_and(|possible| !possible.contains(module))
        {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether the running server grants all of the modules. A setting that names none is never
    /// granted: the server asks for at least one.
    #[must_use]
    pub fn grants_all<'a>(&self, modules: impl IntoIterator<Item = &'a str>) -> Truth {
        let mut modules = modules.into_iter().peekable();
        if modules.peek().is_none() {
            return Truth::False;
        }
        Truth::all(modules.map(|module| self.grants(module)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(json: &str) -> String {
        format!("RCV3_e30.{}.c2ln", URL_SAFE_NO_PAD.encode(json))
    }

    const JSON: &str = r#"{"version":"3.0","information":{"offline":true,"grantedTo":{"name":"x"}},
        "validation":{"validPeriods":[{"validUntil":"2027-01-01T00:00:00Z","invalidBehavior":"invalidate_license"}],
        "statisticsReport":{"required":true,"allowedStaleInDays":5}},
        "grantedModules":[{"module":"push-privacy"},{"module":"auditing"}]}"#;

    fn resolve(text: &LicenceText, status: &str, reported: Option<&[&str]>, now: &str) -> Licence {
        Licence::resolve(Sources {
            text,
            status: Some(status),
            reported,
            now: now.parse().unwrap(),
        })
    }

    #[test]
    fn a_token_gives_its_claims_and_nothing_of_the_customer() {
        let LicenceText::Claims(claims) = LicenceText::read(&token(JSON)) else {
            panic!("not read");
        };
        assert!(claims.offline);
        assert_eq!(claims.report_stale_days, Some(5));
        assert!(claims.modules.contains("push-privacy"));
        assert!(
            !serde_json::to_string(&claims)
                .unwrap()
                .contains("grantedTo")
        );
    }

    #[test]
    fn other_texts_are_opaque() {
        for text in ["V3_a.b.c", "RCV3_", "RCV3_a.!!.c", "QUJD", &token("[]")] {
            assert_eq!(LicenceText::read(text), LicenceText::Opaque, "{text}");
        }
        assert_eq!(LicenceText::read("  "), LicenceText::Absent);
    }

    #[test]
    fn a_valid_licence_grants_its_modules_until_it_ends() {
        let text = LicenceText::read(&token(JSON));
        let valid = resolve(&text, "Valid", None, "2026-06-01T00:00:00Z");
        assert_eq!(valid.state, LicenceState::Valid);
        assert_eq!(valid.grants("push-privacy"), Truth::True);
        assert_eq!(valid.grants("federation"), Truth::False);
        let over = resolve(&text, "Valid", None, "2027-06-01T00:00:00Z");
        assert_eq!(over.state, LicenceState::Invalid);
        assert_eq!(over.grants("push-privacy"), Truth::False);
    }

    #[test]
    fn a_module_that_only_one_source_names_is_in_doubt() {
        let text = LicenceText::read(&token(JSON));
        let licence = resolve(&text, "Valid", Some(&["auditing"]), "2026-06-01T00:00:00Z");
        assert_eq!(licence.grants("auditing"), Truth::True);
        assert_eq!(licence.grants("push-privacy"), Truth::Unknown);
        assert_eq!(licence.grants("federation"), Truth::False);
    }

    #[test]
    fn a_text_that_cannot_be_read_leaves_its_modules_open() {
        let licence = resolve(&LicenceText::Opaque, "Valid", None, "2026-06-01T00:00:00Z");
        assert_eq!(licence.state, LicenceState::Valid);
        assert_eq!(licence.grants("push-privacy"), Truth::Unknown);
        let reported = resolve(
            &LicenceText::Opaque,
            "Valid",
            Some(&["a"]),
            "2026-06-01T00:00:00Z",
        );
        assert_eq!(reported.grants("a"), Truth::True);
        assert_eq!(reported.grants("b"), Truth::False);
    }

    #[test]
    fn no_text_is_no_licence_unless_the_server_says_otherwise() {
        let none = resolve(&LicenceText::Absent, "", None, "2026-06-01T00:00:00Z");
        assert_eq!(none.state, LicenceState::None);
        assert_eq!(none.grants("push-privacy"), Truth::False);
        let odd = resolve(
            &LicenceText::Absent,
            "",
            Some(&["a"]),
            "2026-06-01T00:00:00Z",
        );
        assert_eq!(odd.state, LicenceState::Unknown);
        assert_eq!(odd.grants("a"), Truth::Unknown);
    }

    #[test]
    fn a_setting_without_modules_is_never_granted() {
        let licence = resolve(&LicenceText::Opaque, "Valid", None, "2026-06-01T00:00:00Z");
        assert_eq!(licence.grants_all([]), Truth::False);
    }
}
