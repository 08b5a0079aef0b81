//! Facts about push notifications: which way they go, through whom, for whom.
//!
//! The server decides when it configures push: with `Push_enable`, through the gateway if the
//! gateway flag, the registration flag and the privacy terms are all true, otherwise directly with
//! its own keys. It asks with JavaScript's truth, so the text `false` counts as true. Source:
//! `pushConfig.ts` and `push.ts` of the server, 3.18 to 6.14.

use super::{Absent, Context, Fact, Family, Kind, Spec, decided, not_applicable, number, unknown};
use crate::address;
use crate::logic::Truth;
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Device tokens by the service they belong to.
pub const TOKENS: &str = "push.tokens";
/// Device tokens whose user is missing or inactive.
pub const ORPHANS: &str = "push.orphans";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "push.gateway",
            kind: Kind::Flag,
            about: "Whether notifications go through a push gateway.",
            derive: |context| {
                decided(uses_gateway(context), || {
                    "one of the four settings that decide about the gateway is unknown".to_owned()
                })
                .map(Value::Bool)
            },
        },
        Spec {
            id: "push.gateway_running",
            kind: Kind::Flag,
            about: "Whether a running server sends through a push gateway, so far as its start tells.",
            derive: gateway_running,
        },
        Spec {
            id: "push.native",
            kind: Kind::Flag,
            about: "Whether notifications go directly to Apple or Google with the server's own keys.",
            derive: |context| {
                let enabled = context.on("Push_enable")?;
                let gateway = decided(uses_gateway(context), || {
                    "whether the gateway is used is not known".to_owned()
                })?;
                Ok(Value::Bool(
                    enabled && !gateway && !keys(context)?.is_empty(),
                ))
            },
        },
        Spec {
            id: "push.native_keys",
            kind: Kind::List,
            about: "Settings that hold keys for Apple's or Google's push service.",
            derive: |context| Ok(keys(context)?.into_iter().collect()),
        },
        Spec {
            id: "push.gateway_host",
            kind: Kind::Word,
            about: "The host in the first line of the gateway setting, the only one that counts.",
            derive: |context| {
                let lines = gateway_lines(context)?;
                match lines.first().and_then(|line| address::host(line)) {
                    Some(host) => Ok(Value::from(host)),
                    None => Ok(Value::from("")),
                }
            },
        },
        Spec {
            id: "push.gateway_encrypted",
            kind: Kind::Flag,
            about: "Whether the first line of the gateway setting is an https address.",
            derive: |context| {
                let lines = gateway_lines(context)?;
                let scheme = lines.first().and_then(|line| address::scheme(line));
                Ok(Value::Bool(scheme.as_deref() == Some("https")))
            },
        },
        Spec {
            id: "push.gateway_dead_lines",
            kind: Kind::Number("lines"),
            about: "Further lines of the gateway setting, which the server never uses.",
            derive: |context| {
                let lines = gateway_lines(context)?;
                let further = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
                Ok(number(further.count()))
            },
        },
        Spec {
            id: "push.contradictions",
            kind: Kind::List,
            about: "What stands in the way of the gateway although it is switched on.",
            derive: contradictions,
        },
        Spec {
            id: "push.changed_since_start",
            kind: Kind::Flag,
            about: "Whether a push setting changed after a running process had read it.",
            derive: |context| {
                let Some(start) = super::server::oldest_start(context)? else {
                    return not_applicable("no server process is registered as running");
                };
                let changed = context
                    .settings
                    .stored()
                    .range("Push_".to_owned()..)
                    .take_while(|(id, _)| id.starts_with("Push_"))
                    .any(|(_, setting)| setting.updated_at.is_some_and(|at| at > start));
                if !changed && !context.server.settings_whole {
                    return unknown("the evidence holds only a part of the settings");
                }
                Ok(Value::Bool(changed))
            },
        },
        Spec {
            id: "push.orphaned_tokens",
            kind: Kind::Number("tokens"),
            about: "Device tokens of users who are gone or inactive.",
            derive: |context| Ok(Value::from(context.count(ORPHANS, "orphaned")?)),
        },
        Spec {
            id: "push.recipients",
            kind: Kind::List,
            about: "Services whose device tokens are registered here.",
            derive: |context| {
                let mut found = Vec::new();
                for (name, words) in [("apn", "Apple"), ("gcm", "Google")] {
                    if context.count(TOKENS, name)? > 0 {
                        found.push(words);
                    }
                }
                Ok(found.into_iter().collect())
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    const COLLECTION: &str = "_raix_push_app_tokens";
    // Up to 8.x a token is a document with one key; from 9.0 on it is a text beside its type.
    let kind = |nested, flat| {
        Filter::Either(vec![
            Filter::Exists(nested),
            Filter::Is("tokenType", Literal::Text(flat)),
        ])
    };
    vec![
        Query {
            id: TOKENS,
            collection: COLLECTION,
            filter: Filter::Any,
            take: Take::Counts(vec![
                ("apn", kind("token.apn", "apn")),
                ("gcm", kind("token.gcm", "gcm")),
            ]),
            reach: Reach::Whole,
        },
        Query {
            id: ORPHANS,
            collection: COLLECTION,
            filter: Filter::Filled("userId"),
            take: Take::Orphans {
                key: "userId",
                parent: "users",
                parent_key: "_id",
                parent_filter: Filter::Is("active", Literal::Bool(true)),
            },
            reach: Reach::Whole,
        },
    ]
}

/// Whether all four switches of the gateway are on.
pub(super) fn uses_gateway(context: &Context<'_>) -> Truth {
    Truth::all(
        [
            "Push_enable",
            "Push_enable_gateway",
            "Register_Server",
            "Cloud_Service_Agree_PrivacyTerms",
        ]
        .map(|id| context.settings.truthy(id)),
    )
}

/// Whether a process that runs sends through the gateway. The gateway's own flag counts at the start
/// of a process alone; the other three are asked again whenever something is sent.
fn gateway_running(context: &Context<'_>) -> Fact {
    const FLAG: &str = "Push_enable_gateway";
    let doubt = || "one of the four settings that decide about the gateway is unknown".to_owned();
    if decided(uses_gateway(context), doubt)? {
        return Ok(Value::Bool(true));
    }
    let asked_again = Truth::all(
        [
            "Push_enable",
            "Register_Server",
            "Cloud_Service_Agree_PrivacyTerms",
        ]
        .map(|id| context.settings.truthy(id)),
    );
    if !decided(asked_again, doubt)? {
        return Ok(Value::Bool(false));
    }
    let changed = context
        .settings
        .stored()
        .get(FLAG)
        .and_then(|setting| setting.updated_at);
    let Some(changed) = changed else {
        return Ok(Value::Bool(false));
    };
    match super::server::oldest_start(context)? {
        Some(start) if changed > start => unknown(format!(
            "{FLAG} changed after a process had read it, and what that process does is not stored"
        )),
        _ => Ok(Value::Bool(false)),
    }
}

/// The settings with native keys that hold something.
fn keys(context: &Context<'_>) -> Result<Vec<&'static str>, Absent> {
    let mut found = Vec::new();
    for id in [
        "Push_apn_cert",
        "Push_apn_dev_cert",
        "Push_apn_dev_key",
        "Push_apn_key",
        "Push_gcm_api_key",
        "Push_google_api_credentials",
    ] {
        if decided(context.settings.is_set(id), || {
            format!("whether {id} is set is not known")
        })? {
            found.push(id);
        }
    }
    Ok(found)
}

/// The lines of the gateway setting as the server splits them.
fn gateway_lines(context: &Context<'_>) -> Result<Vec<String>, Absent> {
    match context.settings.get("Push_gateway").effective {
        Effective::Value(Value::Text(text)) => Ok(text.split('\n').map(str::to_owned).collect()),
        Effective::Value(Value::Null) => Ok(Vec::new()),
        Effective::Value(other) => unknown(format!("Push_gateway is a {}", other.kind())),
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

fn contradictions(context: &Context<'_>) -> Fact {
    if !(context.on("Push_enable")? && context.on("Push_enable_gateway")?) {
        return Ok(Value::List(Vec::new()));
    }
    let mut missing = Vec::new();
    for id in ["Register_Server", "Cloud_Service_Agree_PrivacyTerms"] {
        if !context.on(id)? {
            missing.push(format!(
                "{id} is off, so the server falls back to its own keys"
            ));
        }
    }
    let registered = decided(context.server.registered, || {
        "whether the workspace holds the vendor's credentials is not known".to_owned()
    })?;
    if !registered {
        missing.push(
            "the vendor's credentials are missing, so the gateway would refuse what it is sent"
                .to_owned(),
        );
    }
    Ok(missing.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, rows};
    use super::super::server::INSTANCES;
    use super::*;

    fn given(push: bool, changed: &str) -> Given {
        let started: Value = Value::Time("2026-10-20T08:00:00Z".parse().unwrap());
        let flag = format!(r#"{{"value":false,"updated_at":"{changed}"}}"#);
        let on = r#"{"value":true}"#;
        Given::new()
            .stored("Push_enable", &format!(r#"{{"value":{push}}}"#))
            .stored("Push_enable_gateway", &flag)
            .stored("Register_Server", on)
            .stored("Cloud_Service_Agree_PrivacyTerms", on)
            .answer(INSTANCES, rows(&[&[("created", started)]]))
    }

    #[test]
    fn a_gateway_flag_that_changed_since_the_start_decides_nothing() {
        let running = |push, changed| given(push, changed).derive("push.gateway_running");
        let (before, after) = ("2026-10-01T00:00:00Z", "2026-10-30T00:00:00Z");
        assert_eq!(running(true, before), Ok(Value::Bool(false)));
        assert!(running(true, after).is_err());
        assert_eq!(
            running(false, after),
            Ok(Value::Bool(false)),
            "push is asked again"
        );
        let on = given(true, after).stored("Push_enable_gateway", r#"{"value":"false"}"#);
        assert_eq!(
            on.derive("push.gateway_running"),
            Ok(Value::Bool(true)),
            "any text is true"
        );
    }
}
