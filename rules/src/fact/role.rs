//! Facts about roles.

use super::{Family, Kind, Spec, decided, flag, unknown};
use crate::query::{Field, Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// The role admin.
pub const ADMIN: &str = "role.admin";

/// The module without which the panel and REST refuse to change a role.
const MODULE: &str = "custom-roles";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "role.admin_mandates_second_factor",
            kind: Kind::Flag,
            about: "Whether the role admin asks its holders to set up a second factor.",
            derive: |context| match context.rows(ADMIN)?.rows.first() {
                Some(row) => Ok(Value::Bool(flag(row, "mandatory"))),
                None => unknown("there is no role admin"),
            },
        },
        Spec {
            id: "role.changes_licensed",
            kind: Kind::Flag,
            about: "Whether a licence in force has the module for changing roles.",
            derive: |context| {
                decided(context.server.licence.grants(MODULE), || {
                    format!(
                        "whether the licence has {MODULE} could not be decided ({})",
                        context.server.licence.basis
                    )
                })
                .map(Value::Bool)
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![Query {
        id: ADMIN,
        collection: "rocketchat_roles",
        filter: Filter::Is("_id", Literal::Text("admin")),
        take: Take::Rows {
            fields: vec![Field::plain("mandatory", "mandatory2fa")],
            sort: None,
            at_most: 1,
        },
        reach: Reach::Index("_id"),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::Absent;
    use super::super::given::{Given, rows};
    use super::*;

    #[test]
    fn only_a_boolean_true_is_a_mandate() {
        let derive = |mandatory: &[(&str, Value)]| {
            Given::new()
                .answer(ADMIN, rows(&[mandatory]))
                .derive("role.admin_mandates_second_factor")
        };
        let yes = [("mandatory", Value::Bool(true))];
        assert_eq!(derive(&yes), Ok(Value::Bool(true)));
        let text = [("mandatory", Value::from("true"))];
        assert_eq!(derive(&text), Ok(Value::Bool(false)));
        assert_eq!(derive(&[]), Ok(Value::Bool(false)));
        let none = Given::new().answer(ADMIN, rows(&[]));
        assert!(matches!(
            none.derive("role.admin_mandates_second_factor"),
            Err(Absent::Unknown(_))
        ));
    }
}
