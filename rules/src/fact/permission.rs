//! Facts about permissions for single settings.
//!
//! Beside the ordinary permissions there is one for every setting. Its roles count only for those
//! who also hold `manage-selected-settings`; who holds `edit-privileged-setting` needs neither.

use super::{Absent, Context, Fact, Family, Kind, Spec, text, unknown};
use crate::query::{Field, Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// The permissions for single settings that somebody holds.
pub const GRANTS: &str = "permission.setting_grants";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[Spec {
        id: "permission.delegated_settings",
        kind: Kind::List,
        about: "Settings that a role other than admin may change one by one.",
        derive: delegated,
    }],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![Query {
        id: GRANTS,
        collection: "rocketchat_permissions",
        // A list of roles with at least one name in it.
        filter: Filter::All(vec![
            Filter::Is("level", Literal::Text("settings")),
            Filter::Matches("roles", "."),
        ]),
        take: Take::Rows {
            fields: vec![
                Field::plain("setting", "settingId"),
                Field::plain("roles", "roles"),
            ],
            sort: None,
            at_most: 5_000,
        },
        reach: Reach::Index("level,settingId"),
    }]
}

fn delegated(context: &Context<'_>) -> Fact {
    let managers = match super::server::roles(context, "manage-selected-settings") {
        Ok(roles) => roles,
        // Without the permission nobody can use a grant.
        Err(Absent::NotApplicable(_)) => return Ok(Value::List(Vec::new())),
        Err(absent) => return Err(absent),
    };
    let Some(managers) = managers.as_texts() else {
        return unknown("the roles of manage-selected-settings are not all texts");
    };
    let grants = context.rows(GRANTS)?;
    let mut settings = Vec::new();
    for row in grants.rows {
        let Some(roles) = row.get("roles").and_then(Value::as_texts) else {
            return unknown("the roles of a setting's permission are not all texts");
        };
        let usable = roles
            .iter()
            .any(|role| *role != "admin" && managers.contains(role));
        if usable {
            settings.push(text(row, "setting").unwrap_or("a setting without id"));
        }
    }
    if settings.is_empty() && !grants.complete {
        return unknown("there are more permissions for settings than the query reads");
    }
    settings.sort_unstable();
    Ok(settings.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, rows};
    use super::*;

    fn given(managers: &[&str], roles: &[&str]) -> Given {
        let list = |roles: &[&str]| roles.iter().copied().collect::<Value>();
        Given::new()
            .answer(
                super::super::server::PERMISSIONS,
                rows(&[&[
                    ("id", Value::from("manage-selected-settings")),
                    ("roles", list(managers)),
                ]]),
            )
            .answer(
                GRANTS,
                rows(&[&[
                    ("setting", Value::from("Push_enable")),
                    ("roles", list(roles)),
                ]]),
            )
    }

    #[test]
    fn a_grant_counts_only_together_with_the_general_permission() {
        let list = |managers: &[&str], roles: &[&str]| {
            given(managers, roles).list("permission.delegated_settings")
        };
        assert_eq!(list(&["admin", "helpdesk"], &["helpdesk"]), ["Push_enable"]);
        assert!(list(&["admin"], &["helpdesk"]).is_empty());
        assert!(list(&["admin", "helpdesk"], &["admin"]).is_empty());
    }

    #[test]
    fn unreadable_permissions_are_not_none() {
        let alone = Given::new().answer(GRANTS, rows(&[]));
        assert!(matches!(
            alone.derive("permission.delegated_settings"),
            Err(Absent::Unknown(_))
        ));
    }
}
