//! Facts about federation: whether rooms are shared with other servers, and with whose.
//!
//! Up to 7.x a bridge hands rooms to a Matrix server of the operator's, which federates with whom it
//! likes. 8.x federates by itself, and a list of domains bounds with whom; an empty list bounds
//! nothing. Source: settings of 4.8 to 8.6 and the check of the list in the server's code.

use super::host::switched_on;
use super::{Context, Fact, Family, Kind, Spec, unknown};
use crate::logic::Truth;
use crate::place;
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;
use crate::version::Release;

/// Rooms that are marked as shared with other servers.
pub const ROOMS: &str = "federation.rooms";
/// Rooms of the bridge.
pub const BRIDGED: &str = "federation.bridged";

/// The switch of the bridge.
const BRIDGE: &str = "Federation_Matrix_enabled";
/// The switch of the server's own federation.
const SERVICE: &str = "Federation_Service_Enabled";

/// The switch of the product's own first federation.
const FIRST: &str = "FEDERATION_Enabled";

/// The release that shows the two older switches without letting them be changed.
const READ_ONLY: Release = Release::new(8, 0, 0);

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "federation.bridge",
            kind: Kind::Flag,
            about: "Whether the bridge to a Matrix server is on.",
            derive: |context| Ok(Value::Bool(switched_on(context, &[BRIDGE])?)),
        },
        Spec {
            id: "federation.service",
            kind: Kind::Flag,
            about: "Whether the server's own federation over Matrix is on and licensed.",
            derive: |context| Ok(Value::Bool(switched_on(context, &[SERVICE])?)),
        },
        Spec {
            id: "federation.matrix",
            kind: Kind::Flag,
            about: "Whether rooms can be shared over Matrix now, by bridge or service.",
            derive: |context| {
                if switched_on(context, &[SERVICE])? {
                    return Ok(Value::Bool(true));
                }
                until_8(context, BRIDGE)
            },
        },
        Spec {
            id: "federation.first",
            kind: Kind::Flag,
            about: "Whether the product's own first federation is on.",
            derive: |context| until_8(context, FIRST),
        },
        Spec {
            id: "federation.peers_unapproved",
            kind: Kind::List,
            about: "Domains that rooms can be shared with over Matrix and that are neither own nor approved.",
            derive: peers,
        },
        Spec {
            id: "federation.rooms",
            kind: Kind::Number("rooms"),
            about: "Rooms that are shared with other servers over Matrix, or were.",
            derive: |context| {
                let marked = context.count(ROOMS, "federated")?;
                Ok(Value::from(marked.max(context.count(BRIDGED, "all")?)))
            },
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    vec![
        Query {
            id: ROOMS,
            collection: "rocketchat_room",
            filter: Filter::Any,
            take: Take::Counts(vec![(
                "federated",
                Filter::Is("federated", Literal::Bool(true)),
            )]),
            reach: Reach::Whole,
        },
        Query::size(BRIDGED, "rocketchat_matrix_bridged_rooms"),
    ]
}

/// Whether a switch is on that counts up to 7.x. 8.x still shows it, and whether it does anything
/// there is not settled.
fn until_8(context: &Context<'_>, id: &str) -> Fact {
    let on = switched_on(context, &[id])?;
    match context.server.version.reached(READ_ONLY) {
        Truth::False => Ok(Value::Bool(on)),
        _ if !on => Ok(Value::Bool(false)),
        _ => unknown(format!(
            "{id} is on, and whether that does anything from {READ_ONLY} on is not settled"
        )),
    }
}

fn peers(context: &Context<'_>) -> Fact {
    let anybody = || Ok(["anybody"].into_iter().collect());
    if switched_on(context, &[BRIDGE])? {
        return anybody();
    }
    if !switched_on(context, &[SERVICE])? {
        return Ok(Value::List(Vec::new()));
    }
    let list = match context
        .settings
        .get("Federation_Service_Allow_List")
        .effective
    {
        Effective::Value(Value::Text(text)) => text,
        Effective::Value(value) if !value.is_set() => String::new(),
        Effective::Value(value) => {
            return unknown(format!(
                "Federation_Service_Allow_List holds a {} that was not read",
                value.kind()
            ));
        }
        Effective::NotInVersion { .. } => String::new(),
        Effective::Unknown { why } => return unknown(why),
    };
    let domains: Vec<&str> = list
        .split(',')
        .map(str::trim)
        .filter(|domain| !domain.is_empty())
        .collect();
    if domains.is_empty() {
        return anybody();
    }
    Ok(domains
        .into_iter()
        .filter(|pattern| {
            let domain = pattern.strip_prefix("*.").unwrap_or(pattern);
            !place::of(context, domain).is_some_and(place::Place::is_accepted)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts};
    use super::*;

    #[test]
    fn an_empty_list_bounds_nothing() {
        let peers = |list: &str| {
            Given::new()
                .version("8.6.1")
                .licence("federation")
                .setting("Federation_Matrix_enabled", false)
                .setting("Federation_Service_Enabled", true)
                .setting("Federation_Service_Allow_List", list)
                .parameter("approved_hosts = ['example.net']")
                .derive("federation.peers_unapproved")
        };
        let list = |items: &[&str]| Ok(items.iter().copied().collect::<Value>());
        assert_eq!(peers(" "), list(&["anybody"]));
        assert_eq!(peers("example.net, *.example.net"), list(&[]));
        assert_eq!(peers("example.net, matrix.org"), list(&["matrix.org"]));
        assert_eq!(peers("*"), list(&["*"]));
    }

    #[test]
    fn without_its_licence_the_service_is_off() {
        let service = Given::new()
            .version("8.6.1")
            .setting("Federation_Service_Enabled", true)
            .derive("federation.service");
        assert_eq!(service, Ok(Value::Bool(false)));
    }

    #[test]
    fn what_the_old_switches_do_in_8_x_is_not_settled() {
        for (id, fact) in [(BRIDGE, "federation.matrix"), (FIRST, "federation.first")] {
            let at = |version: &str, on: bool| {
                Given::new().version(version).setting(id, on).derive(fact)
            };
            assert_eq!(at("7.7.1", true), Ok(Value::Bool(true)));
            assert_eq!(at("7.7.1", false), Ok(Value::Bool(false)));
            assert_eq!(at("8.6.1", false), Ok(Value::Bool(false)));
            assert!(at("8.6.1", true).is_err());
        }
        let service = Given::new()
            .version("8.6.1")
            .licence("federation")
            .setting(BRIDGE, true)
            .setting(SERVICE, true)
            .derive("federation.matrix");
        assert_eq!(service, Ok(Value::Bool(true)));
    }

    #[test]
    fn rooms_count_by_either_mark() {
        let rooms = Given::new()
            .answer(ROOMS, counts(&[("federated", 2)]))
            .answer(BRIDGED, counts(&[("all", 3)]));
        assert_eq!(rooms.derive("federation.rooms"), Ok(Value::Int(3)));
        let denied = Given::new()
            .answer(ROOMS, counts(&[("federated", 2)]))
            .denied(BRIDGED);
        assert!(denied.derive("federation.rooms").is_err());
    }
}
