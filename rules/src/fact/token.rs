//! Facts about personal access tokens. Only their type and one flag are asked for, inside the
//! database; no token and no digest of one is read.

use super::{Family, Kind, Spec};
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::Settings;
use crate::value::Value;

/// Accounts with a token that skips the second factor.
pub const BYPASSING: &str = "token.bypassing";

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[Spec {
        id: "token.bypassing",
        kind: Kind::Number("users"),
        about: "Accounts other than service accounts with an access token that skips the second factor.",
        derive: |context| Ok(Value::from(context.count(BYPASSING, "people")?)),
    }],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    // Deactivating an account leaves its tokens in the database, so the state of an account does not
    // matter here. Service accounts are bots by type or by role; an administrator never is one.
    let person = Filter::All(vec![
        Filter::IsNot("type", Literal::Text("bot")),
        Filter::IsNot("type", Literal::Text("app")),
        Filter::IsNot("roles", Literal::Text("bot")),
    ]);
    vec![Query {
        id: BYPASSING,
        collection: "users",
        filter: Filter::Element(
            "services.resume.loginTokens",
            Box::new(Filter::All(vec![
                Filter::Is("type", Literal::Text("personalAccessToken")),
                Filter::Is("bypassTwoFactor", Literal::Bool(true)),
            ])),
        ),
        take: Take::Counts(vec![(
            "people",
            Filter::Either(vec![person, Filter::Is("roles", Literal::Text("admin"))]),
        )]),
        reach: Reach::Whole,
    }]
}
