//! Facts about invitations: which of them let people in without limit.
//!
//! The id of an invitation is its secret (later a field of its own), so neither is read. The server
//! takes an invitation for good until its date has passed or its number of uses is reached; null
//! and 0 mean no limit. Source: `validateInviteToken.ts`.

use jiff::Timestamp;

use super::{Context, Fact, Family, Kind, Spec, number, unknown};
use crate::query::{Field, Filter, Query, Reach, Take};
use crate::settings::Settings;
use crate::snapshot::Row;
use crate::value::Value;

/// The limits of invitations.
pub const INVITES: &str = "invite.limits";

/// The longest term that the product offers besides none, in hours, and a day for clocks and zones.
const LONGEST: i64 = 31 * 24;

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[Spec {
        id: "invite.unlimited",
        kind: Kind::Number("invitations"),
        about: "Invitations in force without limit of uses that end never or in more than a month.",
        derive: unlimited,
    }],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![Query {
        id: INVITES,
        collection: "rocketchat_invites",
        filter: Filter::Any,
        take: Take::Rows {
            fields: vec![
                Field::plain("expires", "expires"),
                Field::plain("max_uses", "maxUses"),
            ],
            sort: None,
            at_most: 20_000,
        },
        reach: Reach::Whole,
    }]
}

fn unlimited(context: &Context<'_>) -> Fact {
    let invites = context.rows(INVITES)?;
    let count = invites
        .rows
        .iter()
        .filter(|row| !limits_uses(row) && !ends_soon(row, context.now))
        .count();
    if count == 0 && !invites.complete {
        return unknown("there are more invitations than the query reads");
    }
    Ok(number(count))
}

/// Whether the number of uses has a limit.
fn limits_uses(row: &Row) -> bool {
    row.get("max_uses")
        .and_then(Value::as_number)
        .is_some_and(|uses| uses > 0.0)
}

/// Whether the invitation has ended or ends within a month. What is no date ends never.
fn ends_soon(row: &Row, now: Timestamp) -> bool {
    super::time(row, "expires").is_some_and(|expires| {
        expires
            .since((jiff::Unit::Hour, now))
            .is_ok_and(|left| i64::from(left.get_hours()) <= LONGEST)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Absent;
    use super::super::given::{Given, rows};
    use super::*;
    use crate::snapshot::Dataset;

    fn derive(expires: Value, max_uses: Value) -> Fact {
        Given::new()
            .answer(
                INVITES,
                rows(&[&[("expires", expires), ("max_uses", max_uses)]]),
            )
            .derive("invite.unlimited")
    }

    fn day(text: &str) -> Value {
        Value::Time(format!("{text}T12:00:00Z").parse().unwrap())
    }

    #[test]
    fn neither_a_date_nor_a_number_of_uses_is_unlimited() {
        assert_eq!(derive(Value::Null, Value::Int(0)), Ok(Value::Int(1)));
        assert_eq!(derive(Value::from("never"), Value::Null), Ok(Value::Int(1)));
        assert_eq!(derive(day("2036-01-01"), Value::Int(0)), Ok(Value::Int(1)));
        assert_eq!(derive(day("2026-12-03"), Value::Int(0)), Ok(Value::Int(1)));
    }

    #[test]
    fn one_of_the_two_limits_is_enough() {
        assert_eq!(derive(Value::Null, Value::Int(25)), Ok(Value::Int(0)));
        assert_eq!(derive(Value::Null, Value::Double(25.0)), Ok(Value::Int(0)));
        assert_eq!(derive(day("2026-12-01"), Value::Int(0)), Ok(Value::Int(0)));
        assert_eq!(derive(day("2020-01-01"), Value::Int(0)), Ok(Value::Int(0)));
    }

    #[test]
    fn a_text_as_number_of_uses_limits_nothing() {
        assert_eq!(derive(Value::Null, Value::from("25")), Ok(Value::Int(1)));
    }

    #[test]
    fn none_found_within_the_bound_is_not_none() {
        let cut = Dataset::Rows {
            rows: Vec::new(),
            complete: false,
        };
        assert!(matches!(
            Given::new().answer(INVITES, cut).derive("invite.unlimited"),
            Err(Absent::Unknown(_))
        ));
        assert_eq!(
            Given::new()
                .answer(INVITES, rows(&[]))
                .derive("invite.unlimited"),
            Ok(Value::Int(0))
        );
    }
}
