//! Facts about integrations: where outgoing webhooks lead, which scripts run, who acts for users.

use super::{Absent, Context, Fact, Family, Kind, Spec, text, unknown};
use crate::address::{host, scheme};
use crate::place::{self, Place};
use crate::query::{Field, Filter, Literal, Query, Reach, Reduce, Take};
use crate::settings::Settings;
use crate::value::Value;

/// Outgoing webhooks that are on, with the origins of their addresses.
pub const WEBHOOKS: &str = "integration.webhooks";
/// Outgoing webhooks that are off.
pub const WEBHOOKS_OFF: &str = "integration.webhooks_off";
/// Integrations that run a script, with its digest.
pub const SCRIPTS: &str = "integration.scripts";
/// Programs that may act for users, by name.
pub const CLIENTS: &str = "integration.clients";

/// The bound on integrations that are looked at.
const AT_MOST: u32 = 5_000;

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "integration.hosts_unapproved",
            kind: Kind::List,
            about: "Hosts of outgoing webhooks that are neither own nor approved.",
            derive: |context| {
                listed(context, WEBHOOKS, |address| {
                    let Some(place) = place::of(context, address) else {
                        return Some(NO_HOST.to_owned());
                    };
                    if place.is_accepted() {
                        return None;
                    }
                    host(address)
                })
            },
        },
        Spec {
            id: "integration.hosts",
            kind: Kind::List,
            about: "Hosts of outgoing webhooks, whose ever they are.",
            derive: |context| {
                listed(context, WEBHOOKS, |address| {
                    Some(host(address).unwrap_or_else(|| NO_HOST.to_owned()))
                })
            },
        },
        Spec {
            id: "integration.hosts_inside",
            kind: Kind::List,
            about: "Hosts of outgoing webhooks that are own or approved, or can't be told.",
            derive: |context| {
                listed(context, WEBHOOKS, |address| {
                    match place::of(context, address) {
                        Some(place) if place.is_accepted() => host(address),
                        Some(_) => None,
                        None => Some(NO_HOST.to_owned()),
                    }
                })
            },
        },
        Spec {
            id: "integration.webhooks_off",
            kind: Kind::Number("webhooks"),
            about: "Outgoing webhooks that are there and switched off.",
            derive: |context| Ok(Value::from(context.count(WEBHOOKS_OFF, "all")?)),
        },
        Spec {
            id: "integration.hosts_unencrypted",
            kind: Kind::List,
            about: "Hosts of outgoing webhooks, other than the server's own machine, that are not reached over https.",
            derive: |context| {
                listed(context, WEBHOOKS, |address| {
                    let encrypted = scheme(address).as_deref() == Some("https");
                    let itself = place::of(context, address) == Some(Place::Itself);
                    if encrypted || itself {
                        return None;
                    }
                    Some(host(address).unwrap_or_else(|| NO_HOST.to_owned()))
                })
            },
        },
        Spec {
            id: "integration.scripts_unreviewed",
            kind: Kind::List,
            about: "SHA-256 of scripts that run in integrations and are not among reviewed_scripts.",
            derive: |context| beyond(context, SCRIPTS, "script", "reviewed_scripts"),
        },
        Spec {
            id: "integration.clients_unapproved",
            kind: Kind::List,
            about: "Names of active OAuth applications that are not among oauth_apps.",
            derive: |context| beyond(context, CLIENTS, "name", "oauth_apps"),
        },
    ],
};

/// What stands for an address in which no host can be told.
const NO_HOST: &str = "an address without a host";

fn queries(_: &Settings<'_>) -> Vec<Query> {
    const COLLECTION: &str = "rocketchat_integrations";
    let rows = |field| Take::Rows {
        fields: vec![field],
        sort: None,
        at_most: AT_MOST,
    };
    vec![
        Query {
            id: WEBHOOKS,
            collection: COLLECTION,
            filter: Filter::All(vec![
                Filter::Is("type", Literal::Text("webhook-outgoing")),
                Filter::Is("enabled", Literal::Bool(true)),
            ]),
            take: rows(Field {
                name: "urls",
                path: "urls",
                reduce: Reduce::Origin,
            }),
            reach: Reach::Index("type"),
        },
        Query {
            id: WEBHOOKS_OFF,
            collection: COLLECTION,
            filter: Filter::All(vec![
                Filter::Is("type", Literal::Text("webhook-outgoing")),
                Filter::IsNot("enabled", Literal::Bool(true)),
            ]),
            take: Take::Counts(vec![("all", Filter::Any)]),
            reach: Reach::Index("type"),
        },
        Query {
            id: SCRIPTS,
            collection: COLLECTION,
            filter: Filter::All(vec![
                Filter::Is("enabled", Literal::Bool(true)),
                Filter::Is("scriptEnabled", Literal::Bool(true)),
            ]),
            take: rows(Field {
                name: "script",
                path: "script",
                reduce: Reduce::Digest,
            }),
            reach: Reach::Whole,
        },
        Query {
            id: CLIENTS,
            collection: "rocketchat_oauth_apps",
            filter: Filter::Is("active", Literal::Bool(true)),
            take: rows(Field::plain("name", "name")),
            reach: Reach::Whole,
        },
    ]
}

/// What a test finds among the addresses of webhooks.
fn listed(context: &Context<'_>, query: &str, test: impl Fn(&str) -> Option<String>) -> Fact {
    let rows = context.rows(query)?;
    let mut found = Vec::new();
    for row in rows.rows {
        match row.get("urls") {
            Some(Value::List(items)) => {
                found.extend(
                    items
                        .iter()
                        .filter_map(|item| test(item.as_text().unwrap_or_default())),
                );
            }
            Some(Value::Text(address)) => found.extend(test(address)),
            _ => {}
        }
    }
    answer(found, rows.complete)
}

/// The texts in a field that a parameter does not list.
fn beyond(context: &Context<'_>, query: &str, field: &str, parameter: &str) -> Fact {
    let allowed = context.parameters.list(parameter);
    let rows = context.rows(query)?;
    let found = rows
        .rows
        .iter()
        .filter_map(|row| text(row, field))
        .filter(|found| !allowed.contains(found))
        .map(str::to_owned)
        .collect();
    answer(found, rows.complete)
}

fn answer(mut found: Vec<String>, complete: bool) -> Result<Value, Absent> {
    if found.is_empty() && !complete {
        return unknown("there are more documents than the query reads");
    }
    found.sort();
    found.dedup();
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, rows, whole};
    use super::*;

    fn list(items: &[&str]) -> Value {
        items.iter().copied().collect()
    }

    #[test]
    fn hosts_and_schemes_of_webhooks_are_told_apart() {
        let given = || {
            Given::new()
                .parameter("approved_hosts = ['example.net']")
                .answer(
                    WEBHOOKS,
                    rows(&[
                        &[(
                            "urls",
                            list(&["https://hooks.example.net", "http://10.0.0.1"]),
                        )],
                        &[("urls", list(&["https://evil.test", ""]))],
                        &[("urls", Value::from("http://localhost:8080"))],
                        &[],
                    ]),
                )
        };
        assert_eq!(
            given().derive("integration.hosts_unapproved"),
            Ok(list(&[NO_HOST, "evil.test"]))
        );
        assert_eq!(
            given().derive("integration.hosts"),
            Ok(list(&[
                "10.0.0.1",
                NO_HOST,
                "evil.test",
                "hooks.example.net",
                "localhost"
            ]))
        );
        assert_eq!(
            given().derive("integration.hosts_inside"),
            Ok(list(&[
                "10.0.0.1",
                NO_HOST,
                "hooks.example.net",
                "localhost"
            ]))
        );
        assert_eq!(
            given().derive("integration.hosts_unencrypted"),
            Ok(list(&["10.0.0.1", NO_HOST]))
        );
    }

    #[test]
    fn a_script_is_known_by_its_digest() {
        let given = |complete, parameters: &str| {
            Given::new().parameter(parameters).answer(
                SCRIPTS,
                whole(complete, rows(&[&[("script", Value::from("abc"))], &[]])),
            )
        };
        assert_eq!(
            given(true, "").derive("integration.scripts_unreviewed"),
            Ok(list(&["abc"]))
        );
        let reviewed = "reviewed_scripts = ['abc']";
        assert_eq!(
            given(true, reviewed).derive("integration.scripts_unreviewed"),
            Ok(list(&[]))
        );
        assert!(
            given(false, reviewed)
                .derive("integration.scripts_unreviewed")
                .is_err(),
            "the bound was hit"
        );
    }
}
