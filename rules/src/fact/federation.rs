//! Facts about federation: whether rooms are shared with other servers, and with whose.
//!
//! Up to 7.x a bridge hands rooms to a Matrix server of the operator's, which federates with whom it
//! likes. 8.x federates by itself, and a list of domains bounds with whom; an empty list bounds
//! nothing. Source: settings of 4.8 to 8.6 and the check of the list in the server's code.

use super::host::switched_on;
use super::{Context, Fact, Family, Kind, Spec, unknown};
use crate::place;
use crate::query::{Filter, Literal, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Rooms that are marked as shared with other servers.
pub const ROOMS: &str = "federation.rooms";
/// Rooms of the bridge.
pub const BRIDGED: &str = "federation.bridged";

/// The switch of the bridge.
const BRIDGE: &str = "Federation_Matrix_enabled";
/// The switch of the server's own federation.
const SERVICE: &str = "Federation_Service_Enabled";

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
