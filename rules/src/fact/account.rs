//! Facts about accounts: who administers, who no longer signs in, what new accounts may do.
//!
//! An account signs in only while `active` is true, so accounts without the field count as closed.
//! Accounts of other servers, which federation mirrors here, never sign in here.

use super::{Absent, Context, Fact, Family, Kind, Spec, unknown};
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Active administrators.
pub const ADMINISTRATORS: &str = "account.administrators";
/// Active accounts of people by the day of their last sign of life.
pub const LAST_SEEN: &str = "account.last_seen";

/// Settings with the roles of new accounts, separated by commas.
const DEFAULT_ROLES: &[&str] = &[
    "Accounts_Registration_AuthenticationServices_Default_Roles",
    "Accounts_Registration_Users_Default_Roles",
];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "account.administrators",
            kind: Kind::Number("users"),
            about: "Active people with the role admin.",
            derive: |context| Ok(Value::from(context.count(ADMINISTRATORS, "people")?)),
        },
        Spec {
            id: "account.unverified_administrators",
            kind: Kind::Number("users"),
            about: "Active people with the role admin none of whose mail addresses is verified.",
            derive: |context| Ok(Value::from(context.count(ADMINISTRATORS, "unverified")?)),
        },
        Spec {
            id: "account.stale",
            kind: Kind::Number("users"),
            about: "Active people who last signed in, or if never were created, longer ago than allowed.",
            derive: stale,
        },
        Spec {
            id: "account.default_roles",
            kind: Kind::List,
            about: "Roles that new accounts get, registered or from an identity provider.",
            derive: default_roles,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let active = || Filter::Is("active", Literal::Bool(true));
    let person = || {
        Filter::All(vec![
            Filter::IsNot("type", Literal::Text("bot")),
            Filter::IsNot("type", Literal::Text("app")),
        ])
    };
    vec![
        Query {
            id: ADMINISTRATORS,
            collection: "users",
            filter: Filter::All(vec![Filter::Is("roles", Literal::Text("admin")), active()]),
            take: Take::Counts(vec![
                ("people", person()),
                (
                    "unverified",
                    Filter::All(vec![
                        person(),
                        Filter::Exists("emails.address"),
                        Filter::IsNot("emails.verified", Literal::Bool(true)),
                    ]),
                ),
            ]),
            reach: Reach::Index("roles"),
        },
        Query {
            id: LAST_SEEN,
            collection: "users",
            filter: Filter::All(vec![
                Filter::Is("type", Literal::Text("user")),
                active(),
                Filter::IsNot("federated", Literal::Bool(true)),
                Filter::IsNot("isRemote", Literal::Bool(true)),
            ]),
            take: Take::by_day(&["lastLogin", "createdAt"]),
            reach: Reach::Whole,
        },
    ]
}

fn stale(context: &Context<'_>) -> Fact {
    let Some(days) = context.parameters.get("stale_account_days").as_int() else {
        return unknown("stale_account_days is not set");
    };
    let seen = context.tally(LAST_SEEN)?;
    let stale = context.older_than(days, seen);
    let undated = seen.counts.get("").copied().unwrap_or(0);
    if stale == 0 && undated > 0 {
        return unknown(format!(
            "{undated} active accounts have no date of a sign-in nor of their creation"
        ));
    }
    Ok(Value::from(stale))
}

/// The roles as the server splits them: by commas, without blanks around, without empty parts.
fn default_roles(context: &Context<'_>) -> Fact {
    let mut roles = Vec::new();
    for id in DEFAULT_ROLES {
        match context.settings.get(id).effective {
            Effective::Value(Value::Text(text)) => roles.extend(
                text.split(',')
                    .map(str::trim)
                    .filter(|role| !role.is_empty())
                    .map(str::to_owned),
            ),
            Effective::Value(Value::Null) | Effective::NotInVersion { .. } => {}
            Effective::Value(other) => {
                return Err(Absent::Unknown(format!(
                    "{id} is a {} where a text with roles belongs",
                    other.kind()
                )));
            }
            Effective::Unknown { why } => return unknown(why),
        }
    }
    roles.sort();
    roles.dedup();
    Ok(roles.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, tally};
    use super::*;

    #[test]
    fn an_account_is_stale_from_the_day_after_the_limit() {
        let derive = |days: &[(&str, u64)]| {
            Given::new()
                .answer(LAST_SEEN, tally(days))
                .derive("account.stale")
        };
        // 90 days before the first of November is the third of August.
        assert_eq!(derive(&[("2026-08-03", 4)]), Ok(Value::Int(0)));
        assert_eq!(
            derive(&[("2026-08-02", 4), ("2026-10-01", 7)]),
            Ok(Value::Int(4))
        );
        assert_eq!(derive(&[]), Ok(Value::Int(0)));
    }

    #[test]
    fn an_account_without_any_date_is_not_taken_for_fresh() {
        let derive = |days: &[(&str, u64)]| {
            Given::new()
                .answer(LAST_SEEN, tally(days))
                .derive("account.stale")
        };
        assert!(matches!(derive(&[("", 1)]), Err(Absent::Unknown(_))));
        assert_eq!(derive(&[("", 1), ("2020-01-01", 2)]), Ok(Value::Int(2)));
        let shorter = Given::new()
            .parameter("stale_account_days = 30")
            .answer(LAST_SEEN, tally(&[("2026-09-01", 3)]));
        assert_eq!(shorter.derive("account.stale"), Ok(Value::Int(3)));
    }

    #[test]
    fn default_roles_are_those_of_both_settings() {
        let given = Given::new()
            .stored(
                "Accounts_Registration_Users_Default_Roles",
                r#"{"value":" user, ,moderator ","type":"string"}"#,
            )
            .stored(
                "Accounts_Registration_AuthenticationServices_Default_Roles",
                r#"{"value":"guest,user","type":"string"}"#,
            );
        assert_eq!(
            given.list("account.default_roles"),
            ["guest", "moderator", "user"]
        );
        // Both defaults are one role.
        assert_eq!(Given::new().list("account.default_roles"), ["user"]);
    }

    #[test]
    fn roles_that_are_no_text_are_not_taken_for_none() {
        let given = Given::new().stored(
            "Accounts_Registration_Users_Default_Roles",
            r#"{"value":true,"type":"string"}"#,
        );
        assert!(matches!(
            given.derive("account.default_roles"),
            Err(Absent::Unknown(_))
        ));
    }
}
