//! Facts about who else vouches for people: OAuth services, SAML, CAS, Crowd, a frame, a directory.
//!
//! A switch that holds anything but a boolean false counts as on. The server leaves an OAuth service
//! as it was when its switch is no boolean, so nothing shows that it is off.

use super::{Absent, Context, Fact, Family, Kind, Spec, decided, unknown};
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

/// Providers that need an address: switch, name, settings with addresses, of which the first is
/// needed.
const ADDRESSED: &[(&str, &str, &[&str])] = &[
    (
        "Accounts_iframe_enabled",
        "iframe",
        &["Accounts_iframe_url", "Accounts_Iframe_api_url"],
    ),
    ("CAS_enabled", "CAS", &["CAS_base_url"]),
    ("CROWD_Enable", "Crowd", &["CROWD_URL"]),
    ("LDAP_Enable", "LDAP", &["LDAP_Host"]),
    (
        "SAML_Custom_Default",
        "SAML",
        &["SAML_Custom_Default_entry_point"],
    ),
];

/// The hosts of built-in OAuth services, where the operator chooses none.
const HOSTS: &[(&str, &[&str])] = &[
    ("Apple", &["appleid.apple.com"]),
    ("Facebook", &["www.facebook.com", "graph.facebook.com"]),
    ("Github", &["github.com", "api.github.com"]),
    ("Google", &["accounts.google.com", "www.googleapis.com"]),
    ("Linkedin", &["www.linkedin.com", "api.linkedin.com"]),
    ("Meteor", &["www.meteor.com"]),
    ("Twitter", &["api.twitter.com"]),
];

/// The settings with the hosts of built-in OAuth services, where the operator chooses them.
const CHOSEN: &[(&str, &str)] = &[
    ("Dolphin", "Accounts_OAuth_Dolphin_URL"),
    ("Drupal", "API_Drupal_URL"),
    ("GitHub_Enterprise", "API_GitHub_Enterprise_URL"),
    ("Gitlab", "API_Gitlab_URL"),
    ("Nextcloud", "Accounts_OAuth_Nextcloud_URL"),
    ("Tokenpass", "API_Tokenpass_URL"),
    ("Wordpress", "API_Wordpress_URL"),
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
            id: "identity_provider.ready",
            kind: Kind::List,
            about: "Identity providers and directories that are switched on and have what they need: \
                    an id at the provider or an address.",
            derive: |context| Ok(ready(context)?.into_iter().collect()),
        },
        Spec {
            id: "identity_provider.hosts",
            kind: Kind::List,
            about: "Hosts of the providers that are on and ready, as far as settings or the server's \
                    code name them.",
            derive: hosts,
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
    if context.settings.off_in_any_case(id) {
        return Ok(false);
    }
    match context.settings.get(id).effective {
        Effective::Value(value) => Ok(value != Value::Bool(false)),
        Effective::NotInVersion { .. } => Ok(false),
        Effective::Unknown { why } => unknown(why),
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

/// Whether a setting holds something; a document that is not there does not.
fn holds(context: &Context<'_>, id: &str) -> Result<bool, Absent> {
    if crate::catalogue::find(id).is_none() && !context.settings.stored().contains_key(id) {
        return Ok(false);
    }
    decided(context.settings.is_set(id), || {
        format!("whether {id} is set is not known")
    })
}

/// The names of the providers that are on and have what they need. One of which that is not known
/// counts for nothing where there are others.
fn ready(context: &Context<'_>) -> Result<Vec<String>, Absent> {
    let mut found = Vec::new();
    let mut doubt = None;
    let mut add = |name: String, ready: Result<bool, Absent>| match ready {
        Ok(true) => found.push(name),
        Ok(false) => {}
        Err(absent) => doubt = Some(absent),
    };
    match oauth(context) {
        Ok(names) => {
            for name in names {
                let id = if name.starts_with("Custom-") {
                    format!("{PREFIX}{name}-id")
                } else {
                    format!("{PREFIX}{name}_id")
                };
                let set = holds(context, &id);
                add(name, set);
            }
        }
        Err(absent) => add(String::new(), Err(absent)),
    }
    for (switch, name, addresses) in ADDRESSED {
        let needed = addresses.first().copied().unwrap_or_default();
        let set = is_on(context, switch).and_then(|on| Ok(on && holds(context, needed)?));
        add((*name).to_owned(), set);
    }
    match doubt {
        Some(absent) if found.is_empty() => Err(absent),
        _ => Ok(found),
    }
}

fn hosts(context: &Context<'_>) -> Fact {
    let mut addresses: Vec<String> = Vec::new();
    for name in ready(context)? {
        let fixed = HOSTS.iter().filter(|(service, _)| *service == name);
        addresses.extend(fixed.flat_map(|(_, hosts)| hosts.iter().map(|host| (*host).to_owned())));
        let chosen = CHOSEN.iter().filter(|(service, _)| *service == name);
        let listed = ADDRESSED
            .iter()
            .filter(|(_, provider, _)| *provider == name);
        let ids = chosen
            .map(|(_, id)| *id)
            .chain(listed.flat_map(|(_, _, ids)| ids.iter().copied()));
        addresses.extend(ids.filter_map(|id| context.settings.text(id)));
    }
    let mut found: Vec<String> = addresses
        .iter()
        .flat_map(|text| text.split(['\n', ',', ' ']))
        .filter_map(crate::address::host)
        .collect();
    found.sort();
    found.dedup();
    Ok(found.into_iter().collect())
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
    fn a_provider_needs_an_id_or_an_address() {
        let text = |value: &str| format!(r#"{{"value":"{value}","type":"string"}}"#);
        let id = r#"{"value":{"$withheld":{"set":true,"long":false,"is_default":false}}}"#;
        let on = || {
            Given::new()
                .stored("Accounts_OAuth_Google", ON)
                .stored("Accounts_OAuth_Custom-Own", ON)
                .stored("LDAP_Enable", ON)
                .stored("CROWD_Enable", OFF)
                .stored("CROWD_URL", &text("https://crowd.example.org"))
        };
        assert!(on().list("identity_provider.ready").is_empty());
        assert!(on().list("identity_provider.hosts").is_empty());
        let given = || {
            on().stored("Accounts_OAuth_Google_id", id)
                .stored("Accounts_OAuth_Custom-Own-id", id)
                .stored("LDAP_Host", &text("ldap.example.org"))
        };
        assert_eq!(
            given().list("identity_provider.ready"),
            ["Custom-Own", "Google", "LDAP"]
        );
        assert_eq!(
            given().list("identity_provider.hosts"),
            [
                "accounts.google.com",
                "ldap.example.org",
                "www.googleapis.com"
            ]
        );
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
