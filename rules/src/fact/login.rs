//! Facts about the login that the evidence was read with.

use std::collections::BTreeSet;

use super::{Context, Fact, Family, Kind, Spec, not_applicable, unknown};
use crate::snapshot::{Login, SourceKind};

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "login.writes",
            kind: Kind::List,
            about: "What the login of the audit may do beyond reading.",
            derive: |context| drawn(context, |login| &login.writes),
        },
        Spec {
            id: "login.elsewhere",
            kind: Kind::List,
            about: "Databases other than the workspace's that the login of the audit may read.",
            derive: |context| drawn(context, |login| &login.elsewhere),
        },
    ],
};

/// What stands for the rights of everybody, where a server asks for no login.
const EVERYTHING: &str = "everything, since the server asks for no login";

fn drawn(context: &Context<'_>, of: fn(&Login) -> &BTreeSet<String>) -> Fact {
    let source = &context.snapshot.source;
    match &source.login {
        Some(login) if !login.asked => Ok([EVERYTHING].into_iter().collect()),
        Some(login) => Ok(of(login).iter().map(String::as_str).collect()),
        None if source.kind == SourceKind::Server => {
            unknown("the server did not say what the login may do")
        }
        None => not_applicable("a copy was read, for which no login is needed"),
    }
}
