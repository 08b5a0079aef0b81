//! Effective values: what the running server makes of what is stored.
//!
//! The database keeps the wish. What counts depends on the version (does the setting exist, what
//! is its default), on the licence (enterprise settings fall to `invalidValue`) and on where the
//! value came from. Every answer says which of these decided it.

use std::collections::BTreeMap;

use crate::catalogue::{self, Default, Definition, Life};
use crate::licence::Licence;
use crate::logic::Truth;
use crate::snapshot::StoredSetting;
use crate::value::Value;
use crate::version::RunningVersion;

/// The settings of one workspace.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    stored: &'a BTreeMap<String, StoredSetting>,
    running: &'a RunningVersion,
    licence: &'a Licence,
    whole: bool,
}

/// Where an effective value comes from.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Origin {
    /// The document in the database.
    Stored,
    /// The built-in default of the running version.
    Default,
    /// The document, last written from an environment variable at a start.
    Environment,
    /// The document's `invalidValue`, because the licence does not cover the setting.
    Licence,
    /// Counted or read from other collections.
    Data,
}

impl Origin {
    /// The origin as the report names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Default => "default",
            Self::Environment => "environment",
            Self::Licence => "licence",
            Self::Data => "data",
        }
    }
}

/// What the running server uses.
#[derive(Clone, Debug, PartialEq)]
pub enum Effective {
    /// This value.
    Value(Value),
    /// Nothing: the running version does not have the setting.
    NotInVersion {
        /// Why, one sentence.
        why: String,
    },
    /// The evidence does not decide it.
    Unknown {
        /// Why, one sentence.
        why: String,
    },
}

/// A setting with what is stored and what counts.
#[derive(Clone, Debug)]
pub struct Resolved<'a> {
    /// The id.
    pub id: String,
    /// The document, if there is one.
    pub stored: Option<&'a StoredSetting>,
    /// What counts.
    pub effective: Effective,
    /// Where that comes from.
    pub origin: Origin,
    /// The type that the value should have.
    pub kind: Option<&'a str>,
}

impl<'a> Settings<'a> {
    /// The settings as stored, to be resolved for a version and a licence.
    #[must_use]
    pub fn new(
        stored: &'a BTreeMap<String, StoredSetting>,
        running: &'a RunningVersion,
        licence: &'a Licence,
    ) -> Self {
        Self {
            stored,
            running,
            licence,
            whole: true,
        }
    }

    /// The same where the evidence holds only a part of the settings: what is not in it may well be
    /// in the database, so no default is taken for it.
    #[must_use]
    pub fn of_a_part(self) -> Self {
        Self {
            whole: false,
            ..self
        }
    }

    /// Why a setting without a document is not known to be without one, if it isn't.
    #[must_use]
    pub fn left_out(&self, id: &str) -> Option<String> {
        (!self.whole && !self.stored.contains_key(id)).then(|| {
            format!("{id} is not in the evidence, which holds only a part of the settings")
        })
    }

    /// The documents by id.
    #[must_use]
    pub fn stored(&self) -> &'a BTreeMap<String, StoredSetting> {
        self.stored
    }

    /// What the running server uses for `id`.
    #[must_use]
    pub fn get(&self, id: &str) -> Resolved<'a> {
        let stored = self.stored.get(id);
        let definition = catalogue::find(id);
        let life = definition.map(|definition| definition.life(self.running));
        let kind = stored
            .and_then(|document| document.kind.as_deref())
            .or_else(|| {
                definition
                    .and_then(Definition::newest)
                    .map(|span| span.kind)
            });
        let (effective, origin) = match (&life, stored) {
            (Some(Life::Outside { early }), _) => (
                self.not_in_version(id, *early, stored.is_some()),
                Origin::Stored,
            ),
            (_, Some(document)) => self.of_document(id, document),
            (_, None) if !self.whole => (
                unknown(self.left_out(id).unwrap_or_default()),
                Origin::Default,
            ),
            (Some(Life::Defined(span)), None) => self.of_default(id, span),
            (Some(Life::Unsure(spans)), None) => {
                let certain = definition.is_some_and(|it| it.exists_throughout(self.running));
                match common_default(spans) {
                    Some(span) if certain => self.of_default(id, span),
                    _ => (
                        unknown(format!(
                            "{id} is not in the database, and its default depends on the release, \
                             which is known only as {}",
                            self.running
                        )),
                        Origin::Default,
                    ),
                }
            }
            (None, None) => (
                unknown(format!(
                    "{id} is neither in the database nor in the catalogue of releases"
                )),
                Origin::Default,
            ),
        };
        Resolved {
            id: id.to_owned(),
            stored,
            effective,
            origin,
            kind,
        }
    }

    /// Whether a setting without a document is off whether the release has it or not: the release is
    /// not known well enough to tell, and every default that it could have is one for no.
    #[must_use]
    pub fn off_in_any_case(&self, id: &str) -> bool {
        let no = |fixed: catalogue::Fixed| !Value::from(fixed).truthy();
        let life = catalogue::find(id).map(|definition| definition.life(self.running));
        let Some(Life::Unsure(spans)) = life else {
            return false;
        };
        // Of releases that nobody looked at, no default is known.
        let looked_at = !self.running.reached(catalogue::UNREAD).is_true();
        self.whole
            && looked_at
            && !self.stored.contains_key(id)
            && spans.iter().all(|span| {
                span.after_start.is_none_or(no)
                    && span.invalid.is_none_or(no)
                    && matches!(span.default, Default::Value(default) if no(default))
            })
    }

    /// Whether the server's own `if` takes the setting for true.
    #[must_use]
    pub fn truthy(&self, id: &str) -> Truth {
        if self.off_in_any_case(id) {
            return Truth::False;
        }
        match self.get(id).effective {
            Effective::Value(value) => value.truthy().into(),
            // JavaScript sees `undefined`.
            Effective::NotInVersion { .. } => Truth::False,
            Effective::Unknown { .. } => Truth::Unknown,
        }
    }

    /// Whether something is in the setting.
    #[must_use]
    pub fn is_set(&self, id: &str) -> Truth {
        match self.get(id).effective {
            Effective::Value(value) => value.is_set().into(),
            Effective::NotInVersion { .. } => Truth::False,
            Effective::Unknown { .. } => Truth::Unknown,
        }
    }

    /// The effective text, if it is known and a text that was read.
    #[must_use]
    pub fn text(&self, id: &str) -> Option<String> {
        match self.get(id).effective {
            Effective::Value(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn not_in_version(&self, id: &str, early: bool, leftover: bool) -> Effective {
        let when = if early {
            "does not have yet"
        } else {
            "no longer has"
        };
        let rest = if leftover {
            "; the document in the database is a leftover without effect"
        } else {
            ""
        };
        Effective::NotInVersion {
            why: format!(
                "{id} is a setting that this release ({}) {when}{rest}",
                self.running
            ),
        }
    }

    fn of_document(&self, id: &str, document: &StoredSetting) -> (Effective, Origin) {
        let Some(value) = &document.value else {
            return (
                unknown(format!("the document {id} has no field 'value'")),
                Origin::Stored,
            );
        };
        if document.enterprise {
            let granted = self
                .licence
                .grants_all(document.modules.iter().map(String::as_str));
            // Without licence and with one, the same value comes out: the licence does not matter.
            if granted.is_true() || document.equals_invalid == Some(true) {
                return (Effective::Value(value.clone()), stored_origin(document));
            }
            let wanted = document.modules.join(", ");
            return match (&document.invalid_value, granted) {
                (Some(invalid), Truth::False) => {
                    (Effective::Value(invalid.clone()), Origin::Licence)
                }
                (None, Truth::False) => (
                    unknown(format!(
                        "{id} is an enterprise setting without 'invalidValue', so an unlicensed \
                         server has no defined value for it"
                    )),
                    Origin::Licence,
                ),
                _ => (
                    unknown(format!(
                        "{id} counts only with a licence for {wanted}, and whether there is one \
                         could not be decided ({})",
                        self.licence.basis
                    )),
                    Origin::Licence,
                ),
            };
        }
        (Effective::Value(value.clone()), stored_origin(document))
    }

    fn of_default(&self, id: &str, span: &'static catalogue::Span) -> (Effective, Origin) {
        if span.enterprise {
            match (
                self.licence.grants_all(span.modules.iter().copied()),
                span.invalid,
            ) {
                (Truth::True, _) => {}
                (Truth::False, Some(_)) if span.licensed => {
                    return (
                        Effective::NotInVersion {
                            why: format!(
                                "{id} is registered only with a licence, and there is none"
                            ),
                        },
                        Origin::Licence,
                    );
                }
                (Truth::False, Some(invalid)) => {
                    return (Effective::Value(invalid.into()), Origin::Licence);
                }
                _ => {
                    return (
                        unknown(format!(
                            "{id} is not in the database and depends on the licence ({})",
                            self.licence.basis
                        )),
                        Origin::Licence,
                    );
                }
            }
        }
        let effective = match (span.after_start, span.default) {
            (Some(value), _) | (None, Default::Value(value)) => Effective::Value(value.into()),
            (None, Default::Digest(_) | Default::Generated) => unknown(format!(
                "{id} is not in the database and its default is not a fixed value"
            )),
        };
        (effective, Origin::Default)
    }
}

fn unknown(why: String) -> Effective {
    Effective::Unknown { why }
}

/// The first of several possible definitions, if all have the same default and licence terms.
fn common_default(spans: &[&'static catalogue::Span]) -> Option<&'static catalogue::Span> {
    let (first, rest) = spans.split_first()?;
    let key = |span: &catalogue::Span| match span.default {
        Default::Value(value) => Some((value, span.after_start, span.enterprise, span.invalid)),
        Default::Digest(_) | Default::Generated => None,
    };
    let wanted = key(first)?;
    rest.iter()
        .all(|span| key(span) == Some(wanted) && span.modules == first.modules)
        .then_some(*first)
}

/// Whether the stored value still is the one that an environment variable once gave.
fn stored_origin(document: &StoredSetting) -> Origin {
    let from_environment = document.source.as_deref() == Some("processEnvValue");
    if from_environment && document.equals_environment != Some(false) {
        Origin::Environment
    } else {
        Origin::Stored
    }
}

impl Resolved<'_> {
    /// What is wrong with the BSON type of the effective value, if anything, in words.
    #[must_use]
    pub fn type_problem(&self) -> Option<String> {
        let Effective::Value(value) = &self.effective else {
            return None;
        };
        let wanted = match self.kind? {
            "boolean" if value.as_bool().is_none() => "a boolean",
            "int" | "timespan" | "range" if value.as_int().is_none() => "a whole number",
            _ => return None,
        };
        Some(format!(
            "the value is a {} where {wanted} belongs",
            value.kind()
        ))
    }

    /// The stored value, if there is one.
    #[must_use]
    pub fn stored_value(&self) -> Option<&Value> {
        self.stored.and_then(|document| document.value.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::licence::{Licence, LicenceText, Sources};

    fn stored(json: &str) -> BTreeMap<String, StoredSetting> {
        serde_json::from_str(json).unwrap()
    }

    fn get(json: &str, version: &str, licence: &Licence, id: &str) -> (Effective, Origin) {
        let stored = stored(json);
        let running = RunningVersion::exactly(version.parse().unwrap());
        let resolved = Settings::new(&stored, &running, licence).get(id);
        (resolved.effective, resolved.origin)
    }

    fn licensed(modules: &[&str]) -> Licence {
        Licence::resolve(Sources {
            text: &LicenceText::Opaque,
            status: Some("Valid"),
            reported: Some(modules),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        })
    }

    const PUSH: &str = "Push_request_content_from_server";
    const PUSH_JSON: &str = r#"{"Push_request_content_from_server":
        {"value":true,"enterprise":true,"modules":["push-privacy"],"invalid_value":false,"equals_invalid":false}}"#;

    #[test]
    fn an_enterprise_setting_falls_to_its_invalid_value() {
        let none = Licence::none("test");
        assert_eq!(
            get(PUSH_JSON, "6.13.0", &none, PUSH),
            (Effective::Value(Value::Bool(false)), Origin::Licence)
        );
        assert_eq!(
            get(PUSH_JSON, "6.13.0", &licensed(&["push-privacy"]), PUSH),
            (Effective::Value(Value::Bool(true)), Origin::Stored)
        );
        assert_eq!(
            get(PUSH_JSON, "6.13.0", &licensed(&["auditing"]), PUSH),
            (Effective::Value(Value::Bool(false)), Origin::Licence)
        );
    }

    #[test]
    fn a_doubtful_licence_matters_only_where_it_changes_the_value() {
        let doubtful = Licence::resolve(Sources {
            text: &LicenceText::Opaque,
            status: Some("Valid"),
            reported: None,
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        });
        let (effective, _) = get(PUSH_JSON, "6.13.0", &doubtful, PUSH);
        assert!(matches!(effective, Effective::Unknown { .. }));
        let off = PUSH_JSON
            .replace("\"value\":true", "\"value\":false")
            .replace("\"equals_invalid\":false", "\"equals_invalid\":true");
        let (effective, _) = get(&off, "6.13.0", &doubtful, PUSH);
        assert_eq!(effective, Effective::Value(Value::Bool(false)));
    }

    #[test]
    fn a_missing_invalid_value_is_unknown() {
        let json = PUSH_JSON.replace(",\"invalid_value\":false,\"equals_invalid\":false", "");
        let (effective, _) = get(&json, "6.13.0", &Licence::none("test"), PUSH);
        assert!(matches!(effective, Effective::Unknown { .. }));
    }

    #[test]
    fn an_absent_setting_takes_the_default_of_the_version() {
        let none = Licence::none("test");
        let id = "Block_Multiple_Failed_Logins_Enabled";
        let (effective, origin) = get("{}", "6.5.0", &none, id);
        assert_eq!(
            (effective, origin),
            (Effective::Value(Value::Bool(false)), Origin::Default)
        );
        let (effective, _) = get("{}", "6.5.1", &none, id);
        assert_eq!(effective, Effective::Value(Value::Bool(true)));
        let (effective, _) = get("{}", "9.3.0", &none, id);
        assert!(matches!(effective, Effective::Unknown { .. }));
    }

    #[test]
    fn of_a_part_of_the_settings_no_default_is_taken() {
        let stored = stored(r#"{"E2E_Enable":{"value":true}}"#);
        let running = RunningVersion::exactly("6.13.0".parse().unwrap());
        let licence = Licence::none("test");
        let part = Settings::new(&stored, &running, &licence).of_a_part();
        assert_eq!(part.truthy("E2E_Enable"), Truth::True);
        assert_eq!(part.truthy("OTR_Enable"), Truth::Unknown);
        // What the version lacks has no effect, wherever its document is.
        assert!(matches!(
            part.get("Apps_Framework_enabled").effective,
            Effective::NotInVersion { .. }
        ));
    }

    #[test]
    fn a_switch_that_is_off_in_every_release_needs_none() {
        let stored = BTreeMap::new();
        let running = RunningVersion {
            exact: None,
            at_least: Some(crate::version::Release::new(6, 13, 0)),
            below: Some(crate::version::Release::new(7, 0, 0)),
        };
        let licence = Licence::none("test");
        let settings = Settings::new(&stored, &running, &licence);
        let id = "VoIP_TeamCollab_Enabled";
        assert!(matches!(
            settings.get(id).effective,
            Effective::Unknown { .. }
        ));
        assert_eq!(settings.truthy(id), Truth::False);
        assert_eq!(settings.of_a_part().truthy(id), Truth::Unknown);
    }

    #[test]
    fn a_leftover_has_no_effect() {
        let json = r#"{"Apps_Framework_enabled":{"value":false}}"#;
        let (effective, _) = get(
            json,
            "6.13.0",
            &Licence::none("test"),
            "Apps_Framework_enabled",
        );
        let Effective::NotInVersion { why } = effective else {
            panic!("{effective:?}");
        };
        assert!(why.contains("leftover"), "{why}");
    }

    #[test]
    fn the_environment_is_an_origin_until_an_administrator_edits() {
        let none = Licence::none("test");
        let json = r#"{"Show_Setup_Wizard":{"value":"completed","source":"processEnvValue","equals_environment":true}}"#;
        assert_eq!(
            get(json, "6.13.0", &none, "Show_Setup_Wizard").1,
            Origin::Environment
        );
        let json = json.replace("true", "false");
        assert_eq!(
            get(&json, "6.13.0", &none, "Show_Setup_Wizard").1,
            Origin::Stored
        );
    }

    #[test]
    fn wrong_types_are_named() {
        let running = RunningVersion::exactly("6.4.8".parse().unwrap());
        let licence = Licence::none("test");
        let stored = stored(
            r#"{"Statistics_reporting":{"value":"false","type":"boolean"},
                "RetentionPolicy_MaxAge_DMs":{"value":{"$double":"30"},"type":"int"}}"#,
        );
        let settings = Settings::new(&stored, &running, &licence);
        let problem = settings.get("Statistics_reporting").type_problem().unwrap();
        assert!(problem.contains("string"), "{problem}");
        assert_eq!(
            settings.get("RetentionPolicy_MaxAge_DMs").type_problem(),
            None
        );
        assert_eq!(settings.truthy("Statistics_reporting"), Truth::True);
    }
}
