//! Facts about who else vouches for people: OAuth services, SAML, CAS, Crowd, a frame, a directory.
//!
//! A switch that holds anything but a boolean false counts as on. The server leaves an OAuth service
//! as it was when its switch is no boolean, so nothing shows that it is off.

use super::{Absent, Context, Family, Kind, Spec, decided, unknown};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// The first part of the ids of all switches for OAuth services.
const PREFIX: &str = "Accounts_OAuth_";

/// The built-in OAuth services, by the last part of their switch.
const BUILT_IN: &[&str] = &[
    "Apple",
    "Dolphin",
    "Drupal",
    "Facebook",
    "GitHub_Enterprise",
    "Github",
    "Gitlab",
    "Google",
    "Linkedin",
    "Meteor",
    "Nextcloud",
    "Tokenpass",
    "Twitter",
    "Wordpress",
];

/// Other ways in which a remote party signs people in: switch, name.
const REMOTE: &[(&str, &str)] = &[
    ("Accounts_iframe_enabled", "iframe"),
    ("CAS_enabled", "CAS"),
    ("CROWD_Enable", "Crowd"),
];

/// This family.
pub const FAMILY: Family = Family {
    queries: |_: &Settings<'_>| Vec::new(),
    facts: &[
        Spec {
            id: "identity_provider.oauth",
            kind: Kind::List,
            about: "OAuth services that are switched on, own ones as Custom-<name>.",
            derive: |context| Ok(oauth(context)?.into_iter().collect()),
        },
        Spec {
            id: "identity_provider.remote",
            kind: Kind::List,
            about: "Sign-in by iframe, CAS or Crowd, as far as switched on.",
            derive: |context| Ok(remote(context)?.into_iter().collect()),
        },
        Spec {
            id: "identity_provider.in_use",
            kind: Kind::Flag,
            about: "Whether any identity provider or directory is switched on.",
            derive: |context| {
                let mut any = !oauth(context)?.is_empty() || !remote(context)?.is_empty();
                for id in ["LDAP_Enable", "SAML_Custom_Default"] {
                    any |= is_on(context, id)?;
                }
                Ok(Value::Bool(any))
            },
        },
        Spec {
            id: "identity_provider.saml_certificate",
            kind: Kind::Flag,
            about: "Whether there is a certificate to check SAML signatures with.",
            derive: |context| {
                let id = "SAML_Custom_Default_cert";
                match context.settings.get(id).effective {
                    Effective::Value(value @ (Value::Text(_) | Value::Withheld(_))) => {
                        Ok(Value::Bool(value.is_set()))
                    }
                    // The server can't check a signature with anything but a text.
                    Effective::Value(_) => Ok(Value::Bool(false)),
                    Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
                }
            },
        },
    ],
};

/// Whether a switch is anything but off.
fn is_on(context: &Context<'_>, id: &str) -> Result<bool, Absent> {
    match context.settings.get(id).effective {
        Effective::Value(value) => Ok(value != Value::Bool(false)),
        Effective::NotInVersion { .. } => Ok(false),
        Effective::Unknown { .. } => decided(crate::logic::Truth::Unknown, || {
            format!("whether {id} is on could not be decided")
        }),
    }
}

/// The names of the OAuth services that are on.
fn oauth(context: &Context<'_>) -> Result<Vec<String>, Absent> {
    let stored = context.settings.stored();
    let others = stored
        .range(PREFIX.to_owned()..)
        .map_while(|(id, setting)| Some((id.strip_prefix(PREFIX)?, setting)))
        .filter(|(name, setting)| {
            let boolean = setting.kind.as_deref() == Some("boolean")
                || matches!(setting.value, Some(Value::Bool(_)));
            boolean && is_switch(name) && !BUILT_IN.contains(name)
        })
        .map(|(name, _)| name);
    let mut found = Vec::new();
    for name in BUILT_IN.iter().copied().chain(others) {
        if is_on(context, &format!("{PREFIX}{name}"))? {
            found.push(name.to_owned());
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Whether the last part of an id names a service and not one of a service's own settings, which add
/// a word after a dash or, for the built-in ones, after an underscore.
fn is_switch(name: &str) -> bool {
    match name.strip_prefix("Custom-") {
        Some(own) => !own.is_empty() && !own.contains('-'),
        None => !name.contains(['-', '_']),
    }
}

fn remote(context: &Context<'_>) -> Result<Vec<&'static str>, Absent> {
    let mut found = Vec::new();
    for (id, name) in REMOTE {
        if is_on(context, id)? {
            found.push(*name);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::given::Given;
    use super::*;

    const ON: &str = r#"{"value":true,"type":"boolean"}"#;
    const OFF: &str = r#"{"value":false,"type":"boolean"}"#;

    #[test]
    fn services_are_told_from_their_own_settings() {
        let given = Given::new()
            .stored("Accounts_OAuth_Google", ON)
            .stored("Accounts_OAuth_Github", OFF)
            .stored("Accounts_OAuth_GitHub_Enterprise", ON)
            .stored("Accounts_OAuth_Gitlab_merge_users", ON)
            .stored("Accounts_OAuth_Custom-Key_cloak", ON)
            .stored("Accounts_OAuth_Custom-Key_cloak-show_button", ON)
            .stored("Accounts_OAuth_Custom-Old", OFF)
            .stored(
                "Accounts_OAuth_Proxy_host",
                r#"{"value":"x","type":"string"}"#,
            );
        assert_eq!(
            given.list("identity_provider.oauth"),
            ["Custom-Key_cloak", "GitHub_Enterprise", "Google"]
        );
        assert_eq!(
            given.derive("identity_provider.in_use"),
            Ok(Value::Bool(true))
        );
        assert!(Given::new().list("identity_provider.oauth").is_empty());
        assert_eq!(
            Given::new().derive("identity_provider.in_use"),
            Ok(Value::Bool(false))
        );
    }

    #[test]
    fn a_text_in_a_switch_is_not_off() {
        let text = r#"{"value":"false","type":"boolean"}"#;
        let given = Given::new()
            .stored("Accounts_OAuth_Google", text)
            .stored("CAS_enabled", text);
        assert_eq!(given.list("identity_provider.oauth"), ["Google"]);
        assert_eq!(given.list("identity_provider.remote"), ["CAS"]);
    }

    #[test]
    fn a_leftover_of_an_older_version_is_off() {
        let given = Given::new()
            .version("8.3.0")
            .stored("Accounts_OAuth_Tokenpass", ON);
        assert!(given.list("identity_provider.oauth").is_empty());
    }

    #[test]
    fn a_directory_and_saml_are_providers_too() {
        for id in ["LDAP_Enable", "SAML_Custom_Default", "CROWD_Enable"] {
            let given = Given::new().stored(id, ON);
            assert_eq!(
                given.derive("identity_provider.in_use"),
                Ok(Value::Bool(true)),
                "{id}"
            );
        }
    }

    #[test]
    fn only_a_text_is_a_certificate() {
        let derive = |json: &str| {
            Given::new()
                .stored("SAML_Custom_Default_cert", json)
                .derive("identity_provider.saml_certificate")
        };
        let set = r#"{"value":{"$withheld":{"set":true,"long":true,"is_default":false}}}"#;
        let unset = r#"{"value":{"$withheld":{"set":false,"long":false,"is_default":true}}}"#;
        assert_eq!(derive(set), Ok(Value::Bool(true)));
        assert_eq!(derive(unset), Ok(Value::Bool(false)));
        assert_eq!(derive(r#"{"value":true}"#), Ok(Value::Bool(false)));
    }
}
