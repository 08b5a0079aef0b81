//! Facts about the log of logins, which the server writes while it blocks failed logins and never
//! shortens.

use super::{Family, Kind, Spec, not_applicable};
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// The oldest login or failed login.
pub const OLDEST_LOGIN: &str = "event.oldest_login";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[Spec {
        id: "event.oldest_login_days",
        kind: Kind::Number("days"),
        about: "Age of the oldest login or failed login in the log of events.",
        derive: |context| match context.first_time(OLDEST_LOGIN, "at")? {
            Some(at) => Ok(Value::Int(context.days_since(at))),
            None => not_applicable("no login is in the log of events"),
        },
    }],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![Query {
        id: OLDEST_LOGIN,
        collection: "rocketchat_server_events",
        filter: Filter::All(vec![
            Filter::OneOf(
                "t",
                vec![
                    Literal::Text("login"),
                    Literal::Text("failed-login-attempt"),
                ],
            ),
            Filter::OfType("ts", "date"),
        ]),
        // No index begins with the time; this one holds all that is asked for, so the database
        // answers from it without opening a document.
        take: Take::earliest("at", "ts"),
        reach: Reach::Index("t, ip, ts"),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, days_ago, is_not_applicable, is_unknown, rows};
    use super::*;

    #[test]
    fn the_oldest_login_is_dated() {
        let id = "event.oldest_login_days";
        let kept = Given::new().answer(OLDEST_LOGIN, rows(&[&[("at", days_ago(400))]]));
        assert_eq!(kept.derive(id), Ok(Value::Int(400)));
        assert!(is_not_applicable(
            &Given::new().answer(OLDEST_LOGIN, rows(&[])).derive(id)
        ));
        assert!(is_unknown(&Given::new().derive(id)));
    }
}
