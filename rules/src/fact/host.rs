//! Facts about addresses in settings: whose hosts they name.
//!
//! The words are those of [`Place`]: `itself`, `own`, `approved`, `vendor`, `other`; and `none` for a
//! setting without an address.

use super::{Absent, Context, Fact, Family, Kind, Spec, decided, unknown};
use crate::address;
use crate::place::{self, Place};
use crate::settings::Effective;
use crate::value::Value;

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "host.matomo",
            kind: Kind::Word,
            about: "Whose host the address of Matomo names.",
            derive: |context| word(context, &["PiwikAnalytics_url"]),
        },
        Spec {
            id: "host.avatars",
            kind: Kind::Word,
            about: "Whose host the external provider of avatars is, of people or of rooms.",
            derive: |context| {
                word(
                    context,
                    &[
                        "Accounts_AvatarExternalProviderUrl",
                        "Accounts_RoomAvatarExternalProviderUrl",
                    ],
                )
            },
        },
        Spec {
            id: "host.deep_links",
            kind: Kind::Word,
            about: "Whose host links in mails lead through.",
            derive: |context| word(context, &["DeepLink_Url"]),
        },
        Spec {
            id: "host.mail",
            kind: Kind::Word,
            about: "Whose host the mail relay is that the settings name.",
            derive: |context| word(context, &["SMTP_Host"]),
        },
        Spec {
            id: "host.direct_reply",
            kind: Kind::Word,
            about: "Whose host the mailbox for direct replies is on.",
            derive: |context| word(context, &["Direct_Reply_Host"]),
        },
        Spec {
            id: "host.cdn_foreign",
            kind: Kind::List,
            about: "Hosts that browsers load parts of the page from and that are neither own nor approved.",
            derive: |context| {
                let found = foreign(context, &["CDN_PREFIX", "CDN_JSCSS_PREFIX"])?;
                Ok(found.into_iter().collect())
            },
        },
        Spec {
            id: "host.relays_used",
            kind: Kind::Flag,
            about: "Whether a kind of call is on for which browsers are told of relays.",
            derive: |context| {
                Ok(Value::Bool(
                    switched_on(context, WEBRTC)? || voice_calls(context)?,
                ))
            },
        },
        Spec {
            id: "host.relays_foreign",
            kind: Kind::List,
            about: "Relays that calls use and that are neither own nor approved.",
            derive: |context| {
                let mut found = Vec::new();
                if switched_on(context, WEBRTC)? {
                    found.extend(foreign(context, &["WebRTC_Servers"])?);
                }
                if voice_calls(context)? {
                    found.extend(foreign(context, &[ICE_SERVERS])?);
                }
                Ok(found.into_iter().collect())
            },
        },
        Spec {
            id: "host.relays",
            kind: Kind::List,
            about: "Relays that calls use, whose ever they are.",
            derive: |context| {
                let mut ids = Vec::new();
                if switched_on(context, WEBRTC)? {
                    ids.push("WebRTC_Servers");
                }
                if voice_calls(context)? {
                    ids.push(ICE_SERVERS);
                }
                Ok(hosts(context, &ids, |_| true)?.into_iter().collect())
            },
        },
        Spec {
            id: "host.irc",
            kind: Kind::Word,
            about: "Whose host the IRC server is.",
            derive: |context| word(context, &["IRC_Host"]),
        },
        Spec {
            id: "host.bucket",
            kind: Kind::Word,
            about: "Whose host the address of the S3 bucket names; none for Amazon's own.",
            derive: |context| word(context, &["FileUpload_S3_BucketURL"]),
        },
        Spec {
            id: "host.livechat_webhook",
            kind: Kind::Word,
            about: "Whose host the webhook of the omnichannel names, in use or not.",
            derive: |context| word(context, &["Livechat_webhookUrl"]),
        },
        Spec {
            id: "host.livechat_queue",
            kind: Kind::Word,
            about: "Whose host the queue of the omnichannel names, in use or not.",
            derive: |context| word(context, &["Livechat_External_Queue_URL"]),
        },
        Spec {
            id: "host.telephony_on",
            kind: Kind::Flag,
            about: "Whether a connector to a telephone exchange is on.",
            derive: |context| {
                let switches: Vec<&str> = telephony().map(|(switch, _)| *switch).collect();
                Ok(Value::Bool(switched_on(context, &switches)?))
            },
        },
        Spec {
            id: "host.telephony",
            kind: Kind::List,
            about: "Hosts of the telephone exchanges whose connectors are on, whose ever they are.",
            derive: |context| {
                let mut ids = Vec::new();
                for (switch, settings) in telephony() {
                    if switched_on(context, &[switch])? {
                        ids.extend_from_slice(settings);
                    }
                }
                Ok(hosts(context, &ids, |_| true)?.into_iter().collect())
            },
        },
        Spec {
            id: "host.calendar_mapping",
            kind: Kind::Flag,
            about: "Whether the calendar is on and has addresses of its own for some of the users.",
            derive: |context| Ok(Value::Bool(unread_mapping(context)?)),
        },
        Spec {
            id: "host.connectors_foreign",
            kind: Kind::List,
            about: "Hosts that calendar and telephone connectors reach and that are neither own nor approved.",
            derive: connectors,
        },
    ],
};

/// The switches of calls between browsers.
const WEBRTC: &[&str] = &[
    "WebRTC_Enabled",
    "WebRTC_Enable_Channel",
    "WebRTC_Enable_Direct",
    "WebRTC_Enable_Private",
];

/// The switch of voice calls in 7.x.
const TELEPHONE: &str = "VoIP_TeamCollab_Enabled";

/// The relays of voice calls.
const ICE_SERVERS: &str = "VoIP_TeamCollab_Ice_Servers";

/// Connectors: the switch, and the settings with hosts that it makes count.
const CONNECTORS: &[(&str, &[&str])] = &[
    (
        "Outlook_Calendar_Enabled",
        &[
            "Outlook_Calendar_Exchange_Url",
            "Outlook_Calendar_Outlook_Url",
        ],
    ),
    (
        "VoIP_Enabled",
        &[
            "VoIP_Management_Server_Host",
            "VoIP_Server_Host",
            "VoIP_Server_Websocket_Path",
        ],
    ),
    (
        TELEPHONE,
        &[
            "VoIP_TeamCollab_FreeSwitch_Host",
            "VoIP_TeamCollab_FreeSwitch_WebSocket_Path",
        ],
    ),
    (
        "VoIP_TeamCollab_SIP_Integration_Enabled",
        &[
            "VoIP_TeamCollab_Drachtio_Host",
            "VoIP_TeamCollab_SIP_Server_Host",
        ],
    ),
];

/// The connectors to telephone exchanges.
fn telephony() -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
    CONNECTORS
        .iter()
        .filter(|(switch, _)| switch.starts_with("VoIP"))
}

/// Whether one of several switches is on. A switch that the version lacks is off; a value of
/// another type is on where the server takes it for true, and otherwise decides nothing.
pub(super) fn switched_on(context: &Context<'_>, ids: &[&str]) -> Result<bool, Absent> {
    let mut doubt = None;
    for id in ids {
        if context.settings.off_in_any_case(id) {
            continue;
        }
        match context.settings.get(id).effective {
            Effective::NotInVersion { .. } | Effective::Value(Value::Bool(false)) => {}
            Effective::Value(value) if value.truthy() => return Ok(true),
            Effective::Value(value) => {
                doubt = Some(format!(
                    "{id} is a {} where a boolean belongs",
                    value.kind()
                ));
            }
            Effective::Unknown { why } => doubt = Some(why),
        }
    }
    doubt.map_or(Ok(false), unknown)
}

/// Whether people can call each other. 8.x has no switch: there the licence decides, and without it
/// the list of relays is empty.
fn voice_calls(context: &Context<'_>) -> Result<bool, Absent> {
    match context.settings.get(TELEPHONE).effective {
        Effective::NotInVersion { .. } => decided(context.settings.is_set(ICE_SERVERS), || {
            format!("whether {ICE_SERVERS} counts is not known")
        }),
        _ => switched_on(context, &[TELEPHONE]),
    }
}

/// The addresses in a setting; none for a setting that the version lacks.
fn addresses(context: &Context<'_>, id: &str) -> Result<Vec<String>, Absent> {
    match context.settings.get(id).effective {
        Effective::Value(Value::Text(text)) => Ok(text
            .split(['\n', ','])
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()),
        Effective::Value(Value::Null) | Effective::NotInVersion { .. } => Ok(Vec::new()),
        // Old releases had the boolean false for an empty address.
        Effective::Value(value) if !value.is_set() || !value.truthy() => Ok(Vec::new()),
        Effective::Value(value) => unknown(format!(
            "{id} holds a {} in which no address was read",
            value.kind()
        )),
        Effective::Unknown { why } => unknown(why),
    }
}

/// Whose host an address names, and the host.
fn judge(context: &Context<'_>, id: &str, address: &str) -> Result<(Place, String), Absent> {
    // A path leads to the server that the page came from.
    if address.starts_with('/') && !address.starts_with("//") {
        return Ok((Place::Itself, address.to_owned()));
    }
    let place = address.rsplit('@').next().unwrap_or(address);
    let bare = ["stun:", "stuns:", "turn:", "turns:"]
        .iter()
        .find_map(|scheme| place.strip_prefix(scheme))
        .unwrap_or(address);
    match (place::of(context, bare), address::host(bare)) {
        (Some(place), Some(host)) => Ok((place, host)),
        _ => unknown(format!("in {id} stands something that names no host")),
    }
}

/// Whose hosts a setting names: the one furthest away.
pub(super) fn furthest(context: &Context<'_>, id: &str) -> Result<Option<Place>, Absent> {
    let mut found = None;
    for address in addresses(context, id)? {
        found = found.max(Some(judge(context, id, &address)?.0));
    }
    Ok(found)
}

/// The hosts in settings that are neither the organisation's nor approved. One that can't be told is
/// unknown, unless there are such hosts anyway.
pub(super) fn foreign(context: &Context<'_>, ids: &[&str]) -> Result<Vec<String>, Absent> {
    hosts(context, ids, |place| !place.is_accepted())
}

/// The hosts in settings that a test picks, as [`foreign`].
fn hosts(
    context: &Context<'_>,
    ids: &[&str],
    picks: impl Fn(Place) -> bool,
) -> Result<Vec<String>, Absent> {
    let mut found = Vec::new();
    let mut doubt = None;
    for id in ids {
        let addresses = match addresses(context, id) {
            Ok(addresses) => addresses,
            Err(absent) => {
                doubt = Some(absent);
                continue;
            }
        };
        for address in addresses {
            match judge(context, id, &address) {
                Ok((place, host)) if picks(place) => found.push(host),
                Ok(_) => {}
                Err(absent) => doubt = Some(absent),
            }
        }
    }
    found.sort();
    found.dedup();
    match doubt {
        Some(absent) if found.is_empty() => Err(absent),
        _ => Ok(found),
    }
}

/// Whose hosts some settings name: the one furthest away, as a word.
fn word(context: &Context<'_>, ids: &[&str]) -> Fact {
    let mut found = None;
    for id in ids {
        found = found.max(furthest(context, id)?);
    }
    Ok(Value::from(match found {
        None => "none",
        Some(Place::Itself) => "itself",
        Some(Place::Own) => "own",
        Some(Place::Approved) => "approved",
        Some(Place::Vendor) => "vendor",
        Some(Place::Other) => "other",
    }))
}

fn connectors(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    let mut doubt = None;
    for (switch, ids) in CONNECTORS {
        match switched_on(context, &[switch]).and_then(|on| {
            if on {
                foreign(context, ids)
            } else {
                Ok(Vec::new())
            }
        }) {
            Ok(hosts) => found.extend(hosts),
            Err(absent) => doubt = Some(absent),
        }
    }
    if doubt.is_none() && unread_mapping(context)? {
        doubt = Some(Absent::Unknown(
            "Outlook_Calendar_Url_Mapping holds further addresses, which are not read".to_owned(),
        ));
    }
    match doubt {
        Some(absent) if found.is_empty() => Err(absent),
        _ => Ok(found.into_iter().collect()),
    }
}

/// Whether the calendar has further addresses for some of the users, in a text that is not read.
fn unread_mapping(context: &Context<'_>) -> Result<bool, Absent> {
    const MAPPING: &str = "Outlook_Calendar_Url_Mapping";
    if !switched_on(context, &["Outlook_Calendar_Enabled"])? {
        return Ok(false);
    }
    match context.settings.get(MAPPING).effective {
        // An empty mapping is what the server starts with.
        Effective::Value(Value::Withheld(text)) if text.is_default => Ok(false),
        Effective::Value(Value::Text(text)) if text.trim() == "{}" => Ok(false),
        _ => decided(context.settings.is_set(MAPPING), || {
            format!("whether {MAPPING} holds something is not known")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::Given;
    use super::*;

    #[test]
    fn an_address_is_judged_by_its_host() {
        let place = |url: &str| {
            Given::new()
                .setting("Site_Url", "https://chat.example.org")
                .setting("PiwikAnalytics_url", url)
                .parameter("own_domains = ['example.org']\napproved_hosts = ['matomo.cloud']")
                .derive("host.matomo")
        };
        for (url, wanted) in [
            ("", "none"),
            ("//stats.example.org/", "own"),
            ("https://chat.example.org/matomo", "itself"),
            ("https://us.matomo.cloud", "approved"),
            ("https://stats.rocket.chat", "vendor"),
            ("https://stats.example.net", "other"),
            ("/matomo/", "itself"),
        ] {
            assert_eq!(place(url), Ok(Value::from(wanted)), "{url}");
        }
        assert!(place("https://{name}.example.org").is_err());
        let old = Given::new()
            .version("6.13.0")
            .setting("Livechat_webhookUrl", false);
        assert_eq!(old.derive("host.livechat_webhook"), Ok(Value::from("none")));
    }

    #[test]
    fn relays_count_while_calls_are_on() {
        let relays = |switch: Value| {
            Given::new()
                .setting("WebRTC_Enable_Direct", switch)
                .derive("host.relays_foreign")
        };
        assert_eq!(
            relays(Value::Bool(false)),
            Ok(Value::List(Vec::new())),
            "off, so the default list is moot"
        );
        // The default list, of which the last entry holds a password.
        let hosts = ["23.21.150.121", "numb.viagenie.ca", "stun.l.google.com"];
        assert_eq!(relays(Value::Bool(true)), Ok(hosts.into_iter().collect()));
        assert_eq!(
            relays(Value::from("false")),
            relays(Value::Bool(true)),
            "the server takes any text for true"
        );
        assert!(relays(Value::Null).is_err());
    }

    #[test]
    fn voice_calls_need_a_switch_in_7_x_and_a_licence_in_8_x() {
        let google = || Ok(["stun.l.google.com"].into_iter().collect::<Value>());
        let none = || Ok(Value::List(Vec::new()));
        let relays = |version: &str, licensed: bool, on: bool| {
            let given = Given::new().version(version).setting(TELEPHONE, on);
            let given = if licensed {
                given.licence("teams-voip")
            } else {
                given
            };
            given.derive("host.relays_foreign")
        };
        assert_eq!(relays("7.7.1", true, true), google());
        assert_eq!(relays("7.7.1", true, false), none());
        assert_eq!(relays("7.7.1", false, true), none());
        assert_eq!(relays("8.6.1", true, false), google(), "a leftover");
        assert_eq!(relays("8.6.1", false, true), none());
    }

    #[test]
    fn hosts_in_use_are_listed_whose_ever_they_are() {
        let list = |items: &[&str]| Ok(items.iter().copied().collect::<Value>());
        let calls = |on: bool| {
            Given::new()
                .version("6.13.0")
                .setting("WebRTC_Enabled", on)
                .setting("WebRTC_Servers", "stun:10.0.0.5")
                .derive("host.relays")
        };
        assert_eq!(calls(true), list(&["10.0.0.5"]));
        assert_eq!(calls(false), list(&[]));
        let telephony = |on: bool, id: &str| {
            Given::new()
                .version("6.13.0")
                .setting("VoIP_Enabled", on)
                .setting("VoIP_Management_Server_Host", "10.0.0.5")
                .derive(id)
        };
        assert_eq!(telephony(true, "host.telephony"), list(&["10.0.0.5"]));
        assert_eq!(telephony(false, "host.telephony"), list(&[]));
        assert_eq!(telephony(true, "host.telephony_on"), Ok(Value::Bool(true)));
        assert_eq!(
            telephony(false, "host.telephony_on"),
            Ok(Value::Bool(false))
        );
    }

    #[test]
    fn a_calendar_can_have_addresses_of_its_own() {
        let mapping = |on: bool, mapping: &str| {
            Given::new()
                .version("8.3.0")
                .licence("outlook-calendar")
                .setting("Outlook_Calendar_Enabled", on)
                .setting("Outlook_Calendar_Url_Mapping", mapping)
                .derive("host.calendar_mapping")
        };
        assert_eq!(mapping(true, "{ \"a.org\": {} }"), Ok(Value::Bool(true)));
        assert_eq!(mapping(false, "{ \"a.org\": {} }"), Ok(Value::Bool(false)));
    }

    #[test]
    fn connectors_count_while_they_are_on() {
        let given = || {
            Given::new()
                .setting("VoIP_Enabled", true)
                .setting("VoIP_Management_Server_Host", "10.0.0.5")
        };
        assert_eq!(
            given().derive("host.connectors_foreign"),
            Ok(Value::List(Vec::new()))
        );
        assert_eq!(
            given()
                .setting("VoIP_Server_Websocket_Path", "wss://pbx.example.net/ws")
                .derive("host.connectors_foreign"),
            Ok(["pbx.example.net"].into_iter().collect())
        );
        assert_eq!(
            Given::new()
                .version("3.18.2")
                .derive("host.connectors_foreign"),
            Ok(Value::List(Vec::new()))
        );
    }
}
