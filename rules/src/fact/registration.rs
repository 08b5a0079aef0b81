//! Facts about the workspace's relation to its vendor: credentials, accounts, endpoints.

use super::{Absent, Context, Fact, Family, Kind, Spec, decided, flag, text, unknown};
use crate::catalogue::{self, Default, Life};
use crate::query::{Field, Filter, Literal, Query, Reach, Reduce, Sort, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;
use crate::version::Release;

/// Counts over all users.
pub const USERS: &str = "registration.users";
/// The oldest user.
pub const OLDEST_USER: &str = "registration.oldest_user";
/// Administrators with an address of the vendor.
pub const VENDOR_ADMINS: &str = "registration.vendor_admins";
/// The vendor's access tokens.
pub const CREDENTIALS: &str = "registration.credentials";

/// Words that name a role and not a person, for the part of an address before the `@` and for
/// user names.
pub const ROLE_WORDS: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "chat",
    "compliance",
    "contact",
    "datenschutz",
    "dpo",
    "dsb",
    "edv",
    "helpdesk",
    "hostmaster",
    "info",
    "infra",
    "infrastructure",
    "it",
    "legal",
    "mail",
    "noreply",
    "office",
    "operations",
    "ops",
    "postmaster",
    "privacidade",
    "privacy",
    "rocketchat",
    "root",
    "security",
    "service",
    "support",
    "sysadmin",
    "system",
    "team",
    "tech",
    "webmaster",
];

/// Domains at which anybody can have an address.
const PUBLIC_MAIL: &[&str] = &[
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
];

/// Settings that hold addresses of the vendor's services.
const ENDPOINTS: &[&str] = &[
    "Accounts_OAuth_Proxy_host",
    "Cloud_Billing_Url",
    "Cloud_Url",
    "DeepLink_Url",
    "Nps_Url",
];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "registration.residue",
            kind: Kind::List,
            about: "Settings of the vendor's cloud that hold something.",
            derive: |context| context.unless_empty_of_a_part(residue(context)),
        },
        Spec {
            id: "registration.access_tokens",
            kind: Kind::Number("tokens"),
            about: "Access tokens of the vendor's cloud, in the setting or in their collection.",
            derive: |context| {
                let stored = context
                    .settings
                    .stored()
                    .get("Cloud_Workspace_Access_Token")
                    .and_then(|setting| setting.value.as_ref())
                    .is_some_and(Value::is_set);
                let documents = context.count(CREDENTIALS, "all")?;
                if documents == 0
                    && let Some(why) = context.settings.left_out("Cloud_Workspace_Access_Token")
                {
                    return unknown(why);
                }
                Ok(Value::from(documents + u64::from(stored)))
            },
        },
        Spec {
            id: "registration.credentials",
            kind: Kind::Number("documents"),
            about: "Documents in the collection of the vendor's access tokens.",
            derive: |context| Ok(Value::from(context.count(CREDENTIALS, "all")?)),
        },
        Spec {
            id: "registration.sync_stopped",
            kind: Kind::Flag,
            about: "Whether a switch keeps the workspace from synchronising, in a release that reads it.",
            derive: |context| {
                // From 6.5.0 on the switch is hidden and without effect.
                let read = !context.server.version.reached(Release::new(6, 5, 0));
                let on = context
                    .settings
                    .truthy("Troubleshoot_Disable_Workspace_Sync");
                decided(read.and(on), || {
                    "whether the switch against synchronising is on and read is not known"
                        .to_owned()
                })
                .map(Value::Bool)
            },
        },
        Spec {
            id: "registration.redirected",
            kind: Kind::List,
            about: "Vendor endpoints that are neither the default nor an address the policy allows.",
            derive: redirected,
        },
        Spec {
            id: "registration.cloud_users",
            kind: Kind::Number("users"),
            about: "Users whose document holds an access token of the vendor's cloud.",
            derive: |context| Ok(Value::from(context.count(USERS, "cloud")?)),
        },
        Spec {
            id: "registration.vendor_admins",
            kind: Kind::Number("users"),
            about: "Active administrators with a mail address of the vendor.",
            derive: |context| Ok(Value::from(context.count(VENDOR_ADMINS, "all")?)),
        },
        Spec {
            id: "registration.oldest_is_person",
            kind: Kind::Flag,
            about: "Whether the oldest account, whose name goes to the vendor, looks like a person's.",
            derive: |context| match context.rows(OLDEST_USER)?.rows.first() {
                Some(row) => {
                    let machine = matches!(text(row, "type"), Some("bot" | "app"));
                    let role = flag(row, "username_is_role")
                        || flag(row, "name_is_role")
                        || flag(row, "mail_is_role");
                    Ok(Value::Bool(!machine && !role))
                }
                None => unknown("there is no user besides the built-in one"),
            },
        },
        Spec {
            id: "registration.contact_problems",
            kind: Kind::List,
            about: "What speaks against the organisation's contact address as a role mailbox.",
            derive: contact_problems,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    const VENDOR: &str = r"@([a-z0-9-]+\.)*rocket\.chat\z";
    let role = |name, path| Field {
        name,
        path,
        reduce: Reduce::IsWord(ROLE_WORDS),
    };
    vec![
        Query {
            id: USERS,
            collection: "users",
            filter: Filter::Any,
            take: Take::Counts(vec![(
                "cloud",
                Filter::Exists("services.cloud.accessToken"),
            )]),
            reach: Reach::Whole,
        },
        Query {
            id: OLDEST_USER,
            collection: "users",
            filter: Filter::IsNot("_id", Literal::Text("rocket.cat")),
            take: Take::Rows {
                fields: vec![
                    Field::plain("type", "type"),
                    role("username_is_role", "username"),
                    role("name_is_role", "name"),
                    role("mail_is_role", "emails.address"),
                ],
                sort: Some(Sort {
                    by: "createdAt",
                    descending: false,
                }),
                at_most: 1,
            },
            reach: Reach::Index("createdAt"),
        },
        Query {
            id: VENDOR_ADMINS,
            collection: "users",
            filter: Filter::All(vec![
                Filter::Is("roles", Literal::Text("admin")),
                Filter::IsNot("active", Literal::Bool(false)),
            ]),
            take: Take::Counts(vec![("all", Filter::Matches("emails.address", VENDOR))]),
            reach: Reach::Index("roles"),
        },
        Query {
            id: CREDENTIALS,
            collection: "rocketchat_workspace_credentials",
            filter: Filter::Any,
            take: Take::Counts(vec![("all", Filter::Any)]),
            reach: Reach::Whole,
        },
    ]
}

fn residue(context: &Context<'_>) -> Value {
    // Neither of these is a trace of a registration: the version that is supported is fetched by
    // unregistered servers too, and the others are counters and flags.
    const NOT_A_TRACE: &[&str] = &[
        "Cloud_Workspace_AirGapped_Restrictions_Remaining_Days",
        "Cloud_Workspace_Had_Trial",
        "Cloud_Workspace_Supported_Versions_Token",
    ];
    context
        .settings
        .stored()
        .range("Cloud_Workspace_".to_owned()..)
        .take_while(|(id, _)| id.starts_with("Cloud_Workspace_"))
        .filter(|(id, _)| !NOT_A_TRACE.contains(&id.as_str()))
        .filter(|(_, setting)| {
            matches!(&setting.value, Some(value @ (Value::Text(_) | Value::Withheld(_))) if value.is_set())
        })
        .map(|(id, _)| id.as_str())
        .collect()
}

fn redirected(context: &Context<'_>) -> Fact {
    let allowed = context.parameters.list("vendor_endpoints");
    let mut found = Vec::new();
    for id in ENDPOINTS {
        // Without a document the server uses the address that is built in.
        if !context.settings.stored().contains_key(*id) && context.settings.left_out(id).is_none() {
            continue;
        }
        match context.settings.get(id).effective {
            Effective::Value(value) => {
                // An empty address leads nowhere.
                if value.is_set()
                    && !is_default(context, id, &value)?
                    && !value
                        .as_text()
                        .is_some_and(|text| allowed.contains(&text.trim()))
                {
                    found.push(*id);
                }
            }
            Effective::NotInVersion { .. } => {}
            Effective::Unknown { why } => return unknown(why),
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether a value is the built-in default of the running version.
fn is_default(context: &Context<'_>, id: &str, value: &Value) -> Result<bool, Absent> {
    let spans = match catalogue::find(id).map(|it| it.life(&context.server.version)) {
        Some(Life::Defined(span)) => vec![span],
        Some(Life::Unsure(spans)) => spans,
        _ => return unknown(format!("the default of {id} is not known")),
    };
    Ok(spans.iter().any(|span| match span.default {
        Default::Value(default) => Value::from(default) == *value,
        Default::Digest(_) | Default::Generated => false,
    }))
}

fn contact_problems(context: &Context<'_>) -> Fact {
    let address = match context.settings.get("Organization_Email").effective {
        Effective::Value(value) => value,
        Effective::NotInVersion { why } | Effective::Unknown { why } => return unknown(why),
    };
    // Reading reduces the address to its domain and whether the rest is a role.
    let Value::Map(parts) = &address else {
        return if address.is_set() {
            unknown("the address was not read in parts")
        } else {
            Ok(["there is none"].into_iter().collect())
        };
    };
    let mut problems = Vec::new();
    if parts.get("role") != Some(&Value::Bool(true)) {
        problems.push("it does not begin with the name of a role");
    }
    match parts.get("domain").and_then(Value::as_text) {
        None => problems.push("it has no domain"),
        Some(domain) if PUBLIC_MAIL.contains(&domain) => {
            problems.push("it is at a public mail provider");
        }
        Some(domain) => {
            let own = context.parameters.list("own_domains").contains(&domain)
                || context
                    .settings
                    .text("Site_Url")
                    .and_then(|address| crate::address::host(&address))
                    .is_some_and(|host| crate::address::is_within(&host, domain));
            if !own {
                problems.push("its domain is neither the workspace's nor one of own_domains");
            }
        }
    }
    Ok(problems.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::Given;
    use super::*;
    use crate::version::RunningVersion;

    #[test]
    fn the_switch_against_synchronising_counts_up_to_6_4() {
        let with = |value: &str| {
            let json = format!(r#"{{"value":{value}}}"#);
            Given::new().stored("Troubleshoot_Disable_Workspace_Sync", &json)
        };
        let stopped = |given: Given| given.derive("registration.sync_stopped");
        assert_eq!(
            stopped(with("true").version("6.4.8")),
            Ok(Value::Bool(true))
        );
        assert_eq!(
            stopped(with("\"false\"").version("6.4.8")),
            Ok(Value::Bool(true)),
            "any text is true"
        );
        assert_eq!(
            stopped(with("true").version("6.5.0")),
            Ok(Value::Bool(false))
        );
        let unknown = RunningVersion::default();
        assert!(stopped(with("true").running(unknown.clone())).is_err());
        assert_eq!(
            stopped(with("false").running(unknown)),
            Ok(Value::Bool(false))
        );
    }
}
