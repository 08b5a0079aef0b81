//! Facts about other ways in which data reaches third parties, and what such ways left behind.

use std::net::Ipv4Addr;

use super::host::{foreign, switched_on};
use super::{Context, Fact, Family, Kind, Spec, text, time, unknown};
use crate::address::host;
use crate::query::{Field, Filter, Query, Reach, Reduce, Sort, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Messages with a place on the globe.
pub const LOCATIONS: &str = "third_party.locations";
/// Users' accounts at `WebDAV` servers.
pub const WEBDAV: &str = "third_party.webdav";
/// The servers of these accounts.
pub const WEBDAV_HOSTS: &str = "third_party.webdav_hosts";
/// The latest import.
pub const IMPORTS: &str = "third_party.imports";
/// People, rooms and messages that an import put aside.
pub const IMPORT_DATA: &str = "third_party.import_data";
/// The same, where older releases put it.
pub const RAW_IMPORTS: &str = "third_party.raw_imports";

/// How long an import may take before what it left counts as left over, in hours.
const IMPORT_HOURS: i64 = 48;

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "third_party.location_messages",
            kind: Kind::Number("messages"),
            about: "Messages that hold the place where their sender was.",
            derive: |context| Ok(Value::from(context.count(LOCATIONS, "all")?)),
        },
        Spec {
            id: "third_party.webdav_accounts",
            kind: Kind::Number("accounts"),
            about: "Accounts of users at WebDAV servers whose credentials are stored.",
            derive: |context| Ok(Value::from(context.count(WEBDAV, "all")?)),
        },
        Spec {
            id: "third_party.webdav_hosts",
            kind: Kind::List,
            about: "Hosts of the WebDAV servers at which users have accounts.",
            derive: webdav_hosts,
        },
        Spec {
            id: "third_party.import_documents",
            kind: Kind::Number("documents"),
            about: "Documents that imports from other workspaces put aside.",
            derive: import_documents,
        },
        Spec {
            id: "third_party.import_running",
            kind: Kind::Flag,
            about: "Whether the latest import began within two days and is not finished.",
            derive: import_running,
        },
        Spec {
            id: "third_party.conference_unapproved",
            kind: Kind::List,
            about: "Providers of video conferences that the policy does not approve.",
            derive: conferences,
        },
        Spec {
            id: "third_party.pexip",
            kind: Kind::Flag,
            about: "Whether the database holds the switch of the newest releases for Pexip, switched on.",
            derive: |context| stored_on(context, "Pexip_Integration_Enabled"),
        },
        Spec {
            id: "third_party.pexip_off",
            kind: Kind::Flag,
            about: "Whether the switch of the newest releases for Pexip is off or not there.",
            derive: |context| off_or_unsettled(context, "Pexip_Integration_Enabled"),
        },
        Spec {
            id: "third_party.natural_language_off",
            kind: Kind::Flag,
            about: "Whether the switch for Google's analysis of messages is off or not there.",
            derive: |context| off_or_unsettled(context, "GoogleNaturalLanguage_Enabled"),
        },
        Spec {
            id: "third_party.natural_language",
            kind: Kind::Flag,
            about: "Whether the database holds the switch for Google's analysis of messages, switched on.",
            derive: |context| stored_on(context, "GoogleNaturalLanguage_Enabled"),
        },
        Spec {
            id: "third_party.images_foreign",
            kind: Kind::Flag,
            about: "Whether browsers load images from whatever host a message names.",
            derive: |context| {
                if context.on("API_Embed")? {
                    return Ok(Value::Bool(true));
                }
                // The server's own policy for browsers admits images from anywhere.
                unknown(
                    "without previews, browsers still load images that a message names itself, \
                     unless a proxy forbids it, which no database shows",
                )
            },
        },
        Spec {
            id: "third_party.preview_gaps",
            kind: Kind::List,
            about: "Internal hosts and ranges that link previews are not kept away from.",
            derive: preview_gaps,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: LOCATIONS,
            collection: "rocketchat_message",
            filter: Filter::Located("location"),
            take: Take::Counts(vec![("all", Filter::Any)]),
            reach: Reach::Index("location"),
        },
        Query::size(WEBDAV, "rocketchat_webdav_accounts"),
        Query {
            id: WEBDAV_HOSTS,
            collection: "rocketchat_webdav_accounts",
            filter: Filter::Any,
            take: Take::Rows {
                fields: ["serverURL", "server_url"]
                    .map(|path| Field {
                        name: path,
                        path,
                        reduce: Reduce::Origin,
                    })
                    .to_vec(),
                sort: None,
                at_most: 10_000,
            },
            reach: Reach::Whole,
        },
        Query {
            id: IMPORTS,
            collection: "rocketchat_import",
            filter: Filter::Any,
            take: Take::Rows {
                fields: vec![
                    Field::plain("status", "status"),
                    Field::plain("began", "ts"),
                ],
                sort: Some(Sort {
                    by: "ts",
                    descending: true,
                }),
                at_most: 1,
            },
            reach: Reach::Whole,
        },
        Query::size(IMPORT_DATA, "rocketchat_import_data"),
        Query::size(RAW_IMPORTS, "rocketchat_raw_imports"),
    ]
}

/// Whether a setting that no known release has is stored and on.
fn stored_on(context: &Context<'_>, id: &str) -> Fact {
    if let Some(why) = context.settings.left_out(id) {
        return unknown(why);
    }
    let stored = context.settings.stored().get(id);
    let value = stored.and_then(|setting| setting.value.as_ref());
    Ok(Value::Bool(value.is_some_and(Value::truthy)))
}

/// Whether such a setting is off. What it does where it is on is not settled.
fn off_or_unsettled(context: &Context<'_>, id: &str) -> Fact {
    if stored_on(context, id)?.as_bool() == Some(true) {
        unknown(format!(
            "{id} is on, and whether this release has it is not settled"
        ))
    } else {
        Ok(Value::Bool(true))
    }
}

fn webdav_hosts(context: &Context<'_>) -> Fact {
    let rows = context.rows(WEBDAV_HOSTS)?;
    let mut found: Vec<String> = rows
        .rows
        .iter()
        .flat_map(|row| ["serverURL", "server_url"].map(|field| text(row, field)))
        .flatten()
        .filter_map(host)
        .collect();
    found.sort();
    found.dedup();
    if found.is_empty() && !rows.complete {
        return unknown("there are more accounts than the query reads");
    }
    Ok(found.into_iter().collect())
}

fn import_documents(context: &Context<'_>) -> Fact {
    let (data, raw) = (
        context.count(IMPORT_DATA, "all"),
        context.count(RAW_IMPORTS, "all"),
    );
    match (data, raw) {
        (Ok(data), Ok(raw)) => Ok(Value::from(data + raw)),
        // What was found settles the matter, whatever the other one holds.
        (Ok(found), Err(_)) | (Err(_), Ok(found)) if found > 0 => Ok(Value::from(found)),
        (Err(absent), _) | (_, Err(absent)) => Err(absent),
    }
}

fn import_running(context: &Context<'_>) -> Fact {
    const ENDED: &[&str] = &[
        "importer_done",
        "importer_import_cancelled",
        "importer_import_failed",
    ];
    let rows = context.rows(IMPORTS)?;
    let running = rows.rows.first().is_some_and(|row| {
        let open = text(row, "status").is_some_and(|status| !ENDED.contains(&status));
        let fresh = time(row, "began").is_some_and(|at| context.hours_since(at) < IMPORT_HOURS);
        open && fresh
    });
    Ok(Value::Bool(running))
}

fn conferences(context: &Context<'_>) -> Fact {
    let allowed = context.parameters.list("conference_providers");
    let mut found = Vec::new();
    // From 5.0 on an app provides conferences, and this names it.
    match context.settings.get("VideoConf_Default_Provider").effective {
        Effective::Value(Value::Text(name)) => {
            let name = name.trim().to_lowercase();
            if !name.is_empty() && !allowed.iter().any(|it| it.to_lowercase() == name) {
                found.push(name);
            }
        }
        Effective::Value(value) if !value.is_set() => {}
        Effective::Value(value) => {
            return unknown(format!("VideoConf_Default_Provider is a {}", value.kind()));
        }
        Effective::NotInVersion { .. } => {}
        Effective::Unknown { why } => return unknown(why),
    }
    for (switch, address) in [
        ("Jitsi_Enabled", "Jitsi_Domain"),
        ("bigbluebutton_Enabled", "bigbluebutton_server"),
    ] {
        if switched_on(context, &[switch])? {
            found.extend(foreign(context, &[address])?);
        }
    }
    Ok(found.into_iter().collect())
}

/// What the server's default keeps previews away from.
const INTERNAL: &[(&str, u32)] = &[
    ("127.0.0.1", 32),
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
];

fn preview_gaps(context: &Context<'_>) -> Fact {
    let listed = match context.settings.get("API_EmbedIgnoredHosts").effective {
        Effective::Value(Value::Text(text)) => text,
        Effective::Value(value) if !value.is_set() => String::new(),
        Effective::Value(value) => {
            return unknown(format!("API_EmbedIgnoredHosts is a {}", value.kind()));
        }
        Effective::NotInVersion { why } => return super::not_applicable(why),
        Effective::Unknown { why } => return unknown(why),
    };
    // The server removes every blank before it splits the list.
    let listed: String = listed.split_whitespace().collect();
    let entries: Vec<&str> = listed.split(',').collect();
    let mut gaps = Vec::new();
    if !entries.contains(&"localhost") {
        gaps.push("localhost".to_owned());
    }
    for (network, bits) in INTERNAL {
        let Ok(wanted) = network.parse() else {
            continue;
        };
        if !entries.iter().any(|entry| covers(entry, wanted, *bits)) {
            gaps.push(if *bits == 32 {
                (*network).to_owned()
            } else {
                format!("{network}/{bits}")
            });
        }
    }
    Ok(gaps.into_iter().collect())
}

/// Whether an entry, an address or a range, contains a range.
fn covers(entry: &str, network: Ipv4Addr, bits: u32) -> bool {
    let (address, length) = entry.split_once('/').unwrap_or((entry, "32"));
    let (Ok(address), Ok(length)) = (address.parse::<Ipv4Addr>(), length.parse::<u32>()) else {
        return false;
    };
    let mask = match length {
        0 => 0,
        1..=32 => u32::MAX << (32 - length),
        _ => return false,
    };
    length <= bits && u32::from(address) & mask == u32::from(network) & mask
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts, rows};
    use super::*;

    fn list(items: &[&str]) -> Value {
        items.iter().copied().collect()
    }

    #[test]
    fn without_previews_images_of_messages_decide_nothing() {
        let images = |value: Value| {
            Given::new()
                .version("6.13.0")
                .setting("API_Embed", value)
                .derive("third_party.images_foreign")
        };
        assert_eq!(images(Value::Bool(true)), Ok(Value::Bool(true)));
        assert_eq!(
            images(Value::from("false")),
            Ok(Value::Bool(true)),
            "any text is true"
        );
        assert!(images(Value::Bool(false)).is_err());
    }

    #[test]
    fn ranges_may_be_wider_than_the_default() {
        let gaps = |hosts: &str| {
            Given::new()
                .setting("API_EmbedIgnoredHosts", hosts)
                .derive("third_party.preview_gaps")
                .unwrap()
        };
        assert_eq!(
            Given::new().derive("third_party.preview_gaps"),
            Ok(list(&[])),
            "the default"
        );
        assert_eq!(
            gaps("localhost,127.0.0.0/8,\n 10.0.0.0/8 ,172.16.0.0/12,192.168.0.0/16"),
            list(&[])
        );
        assert_eq!(gaps("localhost, 0.0.0.0/0"), list(&[]));
        assert_eq!(
            gaps("10.0.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 127.0.0.1"),
            list(&["localhost", "10.0.0.0/8"])
        );
        assert_eq!(
            gaps(""),
            list(&[
                "localhost",
                "127.0.0.1",
                "10.0.0.0/8",
                "172.16.0.0/12",
                "192.168.0.0/16"
            ])
        );
    }

    #[test]
    fn servers_of_accounts_are_read_under_both_names() {
        let hosts = Given::new()
            .version("6.13.0")
            .answer(
                WEBDAV_HOSTS,
                rows(&[
                    &[("serverURL", Value::from("https://cloud.example.org"))],
                    &[("server_url", Value::from("https://b.example.net:8443"))],
                    &[("serverURL", Value::from("https://cloud.example.org"))],
                    &[],
                ]),
            )
            .derive("third_party.webdav_hosts");
        assert_eq!(hosts, Ok(list(&["b.example.net", "cloud.example.org"])));
    }

    #[test]
    fn what_a_stray_switch_does_is_not_settled() {
        for (id, fact) in [
            ("Pexip_Integration_Enabled", "third_party.pexip_off"),
            (
                "GoogleNaturalLanguage_Enabled",
                "third_party.natural_language_off",
            ),
        ] {
            assert!(
                Given::new()
                    .version("4.8.2")
                    .setting(id, true)
                    .derive(fact)
                    .is_err()
            );
            for probe in [
                Given::new().version("4.8.2").setting(id, false),
                Given::new().version("4.8.2"),
            ] {
                assert_eq!(probe.derive(fact), Ok(Value::Bool(true)));
            }
        }
    }

    #[test]
    fn leftovers_count_even_if_half_of_them_was_refused() {
        let left = |data| {
            Given::new()
                .answer(IMPORT_DATA, counts(&[("all", data)]))
                .denied(RAW_IMPORTS)
                .derive("third_party.import_documents")
        };
        assert_eq!(left(3), Ok(Value::Int(3)));
        assert!(left(0).is_err());
    }

    #[test]
    fn an_import_runs_while_it_is_fresh_and_open() {
        let running = |status: &str, began: &str| {
            let began: jiff::Timestamp = began.parse().unwrap();
            Given::new()
                .answer(
                    IMPORTS,
                    rows(&[&[
                        ("status", Value::from(status)),
                        ("began", Value::Time(began)),
                    ]]),
                )
                .derive("third_party.import_running")
        };
        let (today, earlier) = ("2026-11-01T09:00:00Z", "2026-10-01T09:00:00Z");
        assert_eq!(
            running("importer_importing_messages", today),
            Ok(Value::Bool(true))
        );
        assert_eq!(running("importer_done", today), Ok(Value::Bool(false)));
        assert_eq!(
            running("importer_user_selection", earlier),
            Ok(Value::Bool(false))
        );
    }

    #[test]
    fn conferences_go_to_apps_from_5_0_on() {
        let before = Given::new()
            .version("4.8.2")
            .setting("Jitsi_Enabled", true)
            .setting("VideoConf_Default_Provider", "zoom");
        assert_eq!(
            before.derive("third_party.conference_unapproved"),
            Ok(list(&["meet.jit.si"]))
        );
        let after = || {
            Given::new()
                .setting("Jitsi_Enabled", true)
                .setting("VideoConf_Default_Provider", "Jitsi")
        };
        assert_eq!(
            after().derive("third_party.conference_unapproved"),
            Ok(list(&["jitsi"]))
        );
        assert_eq!(
            after()
                .parameter("conference_providers = ['jitsi']")
                .derive("third_party.conference_unapproved"),
            Ok(list(&[]))
        );
    }
}
