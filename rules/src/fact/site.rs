//! Facts about how the server presents itself to browsers: its address, the pages and scripts of
//! others that it lets in, and what it shows to anybody.
//!
//! Source: `cors.ts`, the REST middleware for foreign origins, `useIframeCommands.ts` and the route
//! `shield.svg` of the server, 3.18 to 6.14.

use super::{Absent, Context, Fact, Family, Kind, Spec, decided, unknown};
use crate::address;
use crate::place::{self, VENDOR};
use crate::settings::Effective;
use crate::value::Value;

/// What the settings for custom scripts hold at first, in every release.
const PLACEHOLDER: &str = "//Add your script";

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "site.host",
            kind: Kind::Word,
            about: "The host of the workspace's public address.",
            derive: |context| {
                let address = site_url(context)?;
                Ok(Value::from(address::host(&address).unwrap_or_default()))
            },
        },
        Spec {
            id: "site.https",
            kind: Kind::Flag,
            about: "Whether the workspace's public address is an https address.",
            derive: |context| {
                let address = site_url(context)?;
                let encrypted = address::scheme(&address).as_deref() == Some("https");
                Ok(Value::Bool(encrypted && address::host(&address).is_some()))
            },
        },
        Spec {
            id: "site.vendor_hosted",
            kind: Kind::Flag,
            about: "Whether the workspace's public address lies under a domain of the vendor.",
            derive: |context| match address::host(&site_url(context)?) {
                Some(host) => {
                    let within = VENDOR.iter().any(|it| address::is_within(&host, it));
                    Ok(Value::Bool(within))
                }
                None => unknown("Site_Url names no host"),
            },
        },
        Spec {
            id: "site.foreign_scripts",
            kind: Kind::List,
            about: "Sources of scripts, added to the content security policy, that are neither the \
                    organisation's own nor approved.",
            derive: |context| strangers(context, "Extra_CSP_Domains"),
        },
        Spec {
            id: "site.foreign_origins",
            kind: Kind::List,
            about: "Origins named for the REST interface that are neither the organisation's own nor \
                    approved.",
            derive: |context| strangers(context, "API_CORS_Origin"),
        },
        Spec {
            id: "site.foreign_commanders",
            kind: Kind::List,
            about: "Origins named for commands to the client that are neither the organisation's own \
                    nor approved.",
            derive: |context| strangers(context, "Iframe_Integration_receive_origin"),
        },
        Spec {
            id: "site.custom_scripts",
            kind: Kind::List,
            about: "Settings with a script of the operator's that runs in every browser.",
            derive: custom_scripts,
        },
        Spec {
            id: "site.widget_scripts",
            kind: Kind::Flag,
            about: "Whether the widget on websites loads scripts of the operator's.",
            derive: |context| {
                let id = "Livechat_AdditionalWidgetScripts";
                decided(context.settings.is_set(id), || {
                    format!("whether {id} holds something is not known")
                })
                .map(Value::Bool)
            },
        },
        Spec {
            id: "site.markup_plain",
            kind: Kind::Flag,
            about: "Whether there are no styles and no markup of the operator's own, which could \
                    load something from elsewhere.",
            derive: markup_plain,
        },
        Spec {
            id: "site.open_shields",
            kind: Kind::List,
            about: "What the status images tell without a login.",
            derive: open_shields,
        },
    ],
};

/// The public address. Without a document, and with a blank one, the server uses the variable
/// `ROOT_URL`, which the database does not show.
fn site_url(context: &Context<'_>) -> Result<String, Absent> {
    const ID: &str = "Site_Url";
    if !context.settings.stored().contains_key(ID) {
        return unknown("Site_Url is not in the database; the variable ROOT_URL decides then");
    }
    match context.settings.get(ID).effective {
        Effective::Value(Value::Text(text)) if !text.trim().is_empty() => Ok(text),
        Effective::Value(Value::Text(_) | Value::Null) => {
            unknown("Site_Url is empty; the variable ROOT_URL decides then")
        }
        Effective::Value(other) => unknown(format!("Site_Url is a {}", other.kind())),
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

/// The entries of a setting with origins or sources that let in somebody whom the policy does not
/// approve.
fn strangers(context: &Context<'_>, id: &str) -> Fact {
    let text = match context.settings.get(id).effective {
        Effective::Value(Value::Text(text)) => text,
        Effective::NotInVersion { .. } => String::new(),
        // Null among them: the REST interface reads it as the origin of sandboxed frames.
        Effective::Value(other) => return unknown(format!("{id} is a {}", other.kind())),
        Effective::Unknown { why } => return unknown(why),
    };
    Ok(text
        .split(['\n', ',', ' '])
        .map(str::trim)
        .filter(|entry| !entry.is_empty() && !is_trusted(context, entry))
        .collect())
}

/// Whether an entry lets in nobody but the organisation and whom its policy approves.
fn is_trusted(context: &Context<'_>, entry: &str) -> bool {
    // Any sandboxed frame and any local file has the origin null, and a scheme alone is everybody.
    if entry.eq_ignore_ascii_case("null") || entry.ends_with(':') {
        return false;
    }
    if matches!(entry, "'self'" | "'none'") {
        return true;
    }
    let (scheme, rest) = match entry.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), entry),
    };
    let domain = rest.strip_prefix("*.");
    // All hosts of a name without a dot are all hosts of a top-level domain.
    if domain.is_some_and(|it| !it.contains('.')) {
        return false;
    }
    let named = format!("{scheme}{}", domain.unwrap_or(rest));
    place::of(context, &named).is_some_and(place::Place::is_accepted)
}

fn custom_scripts(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    for id in [
        "Custom_Script_Logged_In",
        "Custom_Script_Logged_Out",
        "Custom_Script_On_Logout",
    ] {
        let holds = match context.settings.get(id).effective {
            // The placeholder is the same in every release, so the default stored beside the value
            // can't be that of another one.
            Effective::Value(Value::Withheld(text)) => text.set && !text.is_default,
            Effective::Value(Value::Text(text)) => !matches!(text.trim(), "" | PLACEHOLDER),
            Effective::Value(other) => other.is_set(),
            Effective::NotInVersion { .. } => false,
            Effective::Unknown { why } => return unknown(why),
        };
        if holds {
            found.push(id);
        }
    }
    Ok(found.into_iter().collect())
}

/// Markup and styles are not read, so whether they load something is not known where there are any.
fn markup_plain(context: &Context<'_>) -> Fact {
    for id in [
        "Layout_Home_Body",
        "Layout_Sidenav_Footer",
        "Layout_Sidenav_Footer_Dark",
        "Meta_custom",
        "css",
        "theme-custom-css",
    ] {
        // Without a document the server shows its own.
        if !context.settings.stored().contains_key(id) {
            continue;
        }
        let own = match context.settings.get(id).effective {
            Effective::Value(Value::Withheld(text)) => text.set && !text.is_default,
            Effective::Value(other) => other.is_set(),
            Effective::NotInVersion { .. } => false,
            Effective::Unknown { why } => return unknown(why),
        };
        if own {
            return unknown(format!(
                "{id} holds the operator's own text, which is not read, so whether it loads \
                 something from elsewhere is not known"
            ));
        }
    }
    Ok(Value::Bool(true))
}

/// The image of a channel repeats what was asked, and the one without a type says nothing, so two
/// types tell something.
fn open_shields(context: &Context<'_>) -> Fact {
    if !context.on("API_Enable_Shields")? {
        return Ok(Value::List(Vec::new()));
    }
    let types = match context.settings.get("API_Shield_Types").effective {
        Effective::Value(Value::Text(text)) => text,
        Effective::Value(other) => {
            return unknown(format!("API_Shield_Types is a {}", other.kind()));
        }
        Effective::NotInVersion { why } | Effective::Unknown { why } => return unknown(why),
    };
    let served = |kind: &str| types == "*" || types.split(',').any(|it| it.trim() == kind);
    let mut told = Vec::new();
    if served("online") {
        told.push("how many people are online");
    }
    if served("user") {
        match context
            .settings
            .get("API_Shield_user_require_auth")
            .effective
        {
            Effective::Value(Value::Bool(true)) => {}
            Effective::Value(_) | Effective::NotInVersion { .. } => {
                told.push("who a user is and whether he is online");
            }
            Effective::Unknown { why } => return unknown(why),
        }
    }
    Ok(told.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, is_unknown, list};
    use super::*;
    use crate::value::Withheld;

    fn https(address: &str) -> Fact {
        Given::new()
            .setting("Site_Url", address)
            .derive("site.https")
    }

    #[test]
    fn only_an_https_address_with_a_host_is_one() {
        assert_eq!(https("https://chat.example.org"), Ok(Value::Bool(true)));
        assert_eq!(https(" HTTPS://chat.example.org"), Ok(Value::Bool(true)));
        assert_eq!(https("http://chat.example.org"), Ok(Value::Bool(false)));
        assert_eq!(https("chat.example.org"), Ok(Value::Bool(false)));
        assert_eq!(https("https://"), Ok(Value::Bool(false)));
        assert!(is_unknown(&https(" ")));
        assert!(is_unknown(&Given::new().derive("site.https")));
    }

    #[test]
    fn a_vendor_domain_is_told_from_one_that_ends_alike() {
        let hosted = |address: &str| {
            Given::new()
                .setting("Site_Url", address)
                .derive("site.vendor_hosted")
        };
        assert_eq!(hosted("https://acme.rocket.chat"), Ok(Value::Bool(true)));
        assert_eq!(hosted("https://my-rocket.chat"), Ok(Value::Bool(false)));
        assert!(is_unknown(&hosted("https://")));
    }

    #[test]
    fn whatever_lets_in_others_is_a_stranger() {
        let foreign = |entries: &str| {
            Given::new()
                .setting("Site_Url", "https://chat.example.org")
                .parameter(r#"own_domains = ["example.org"]"#)
                .parameter(r#"approved_hosts = ["cdn.example.net"]"#)
                .setting("Extra_CSP_Domains", entries)
                .derive("site.foreign_scripts")
        };
        for own in [
            "",
            "https://chat.example.org",
            "*.example.org",
            "https://*.example.org:443",
            "cdn.example.net",
            "'self'",
            "10.0.0.7",
        ] {
            assert_eq!(foreign(own), list(&[]), "{own}");
        }
        for other in [
            "*",
            "https:",
            "data:",
            "null",
            "'unsafe-inline'",
            "*.org",
            "https://*.com",
            "https://cdn.example.com",
            "https://open.rocket.chat",
            "cdn.example.org.evil.net",
        ] {
            assert_eq!(foreign(other), list(&[other]), "{other}");
        }
        assert_eq!(
            foreign("a.example.org\nhttps://b.net,c.net d.example.org"),
            list(&["https://b.net", "c.net"])
        );
    }

    #[test]
    fn origins_default_to_everybody_and_sources_to_nobody() {
        assert_eq!(Given::new().derive("site.foreign_origins"), list(&["*"]));
        assert_eq!(Given::new().derive("site.foreign_commanders"), list(&["*"]));
        assert_eq!(Given::new().derive("site.foreign_scripts"), list(&[]));
        let odd = Given::new().setting("API_CORS_Origin", true);
        assert!(is_unknown(&odd.derive("site.foreign_origins")));
        let null = Given::new().setting("API_CORS_Origin", Value::Null);
        assert!(is_unknown(&null.derive("site.foreign_origins")));
    }

    #[test]
    fn the_placeholder_is_no_script() {
        let id = "Custom_Script_Logged_In";
        let stored = |is_default| {
            Value::Withheld(Withheld {
                set: true,
                long: false,
                is_default,
            })
        };
        let found = |value: Value| {
            Given::new()
                .setting(id, value)
                .derive("site.custom_scripts")
        };
        assert_eq!(found(stored(true)), list(&[]));
        assert_eq!(found(Value::from("")), list(&[]));
        assert_eq!(found(stored(false)), list(&[id]));
        assert_eq!(found(Value::Bool(true)), list(&[id]));
        assert_eq!(Given::new().derive("site.custom_scripts"), list(&[]));
    }

    #[test]
    fn what_own_markup_loads_is_not_known() {
        let id = "Layout_Home_Body";
        let plain = |value: Value| Given::new().setting(id, value).derive("site.markup_plain");
        let stored = |is_default| {
            Value::Withheld(Withheld {
                set: true,
                long: false,
                is_default,
            })
        };
        assert_eq!(plain(stored(true)), Ok(Value::Bool(true)));
        assert_eq!(plain(Value::from("")), Ok(Value::Bool(true)));
        assert!(is_unknown(&plain(stored(false))));
        assert_eq!(
            Given::new().derive("site.markup_plain"),
            Ok(Value::Bool(true))
        );
    }

    #[test]
    fn a_login_is_asked_for_one_kind_of_shield_only() {
        let id = "site.open_shields";
        let online = "how many people are online";
        let user = "who a user is and whether he is online";
        assert_eq!(Given::new().derive(id), list(&[online, user]));
        let guarded = || Given::new().setting("API_Shield_user_require_auth", true);
        assert_eq!(guarded().derive(id), list(&[online]));
        let narrow = guarded().setting("API_Shield_Types", "user, channel");
        assert_eq!(narrow.derive(id), list(&[]));
        let text = Given::new()
            .setting("API_Shield_Types", "user")
            .setting("API_Shield_user_require_auth", "true");
        assert_eq!(text.derive(id), list(&[user]));
        let off = Given::new().setting("API_Enable_Shields", false);
        assert_eq!(off.derive(id), list(&[]));
        let odd = Given::new().setting("API_Enable_Shields", "false");
        assert_eq!(odd.derive(id), list(&[online, user]));
    }
}
