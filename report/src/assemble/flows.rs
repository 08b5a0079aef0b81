//! The map: ways in which data can leave, and what the vendor's tables say of them.

use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::flow::{self, Flow, Kind, Party, Registration, Standing, State, Way};
use rc_audit_rules::logic::Truth;
use rc_audit_rules::place::Place;
use rc_audit_rules::rule::Profile;

use crate::v1;
use crate::words;

/// All flows with their state, in the order of their numbers. A file that can't be read is a fault
/// of the program that its tests exclude; then there is no map.
pub(super) fn flows(evidence: &Evidence<'_>) -> Vec<v1::Flow> {
    let flows = flow::all().unwrap_or_default();
    flows
        .iter()
        .map(|flow| {
            let last = super::contacts::last_contact(evidence.traffic.as_ref(), &flow.id);
            published(flow, flow.stand(evidence), last)
        })
        .collect()
}

fn published(flow: &Flow, standing: Standing, last_contact: Option<String>) -> v1::Flow {
    let hosts: Vec<v1::Host> = standing
        .hosts
        .into_iter()
        .map(|(name, place)| v1::Host {
            name,
            place: place_name(place).to_owned(),
        })
        .collect();
    let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
    v1::Flow {
        id: flow.id.clone(),
        title: flow.title.clone(),
        state: standing.state.name().to_owned(),
        data: flow
            .data
            .iter()
            .map(|kind| kind.name().to_owned())
            .collect(),
        content: flow.content.clone(),
        trigger: flow.trigger.clone(),
        recipient: flow.recipient.clone(),
        party: match flow.party {
            Party::Vendor => "vendor",
            Party::Subprocessor => "subprocessor",
            Party::Chosen => "chosen",
            Party::Anybody => "anybody",
        }
        .to_owned(),
        way: match flow.way {
            Way::Server => "server",
            Way::Client => "client",
            Way::Inbound => "inbound",
        }
        .to_owned(),
        host: names.join(", "),
        hosts,
        location: flow.countries.join(", "),
        registration: match flow.registration {
            Registration::No => "no",
            Registration::Yes => "yes",
            Registration::Creates => "creates",
        }
        .to_owned(),
        basis: standing.basis,
        last_contact,
        switch_off: flow.switch_off.clone(),
        proof: flow.proof.clone(),
    }
}

pub(super) fn place_name(place: Place) -> &'static str {
    match place {
        Place::Itself => "this_server",
        Place::Own => "own_network",
        Place::Approved => "approved",
        Place::Vendor => "vendor",
        Place::Other => "other",
    }
}

/// The vendor's table of what is collected, for this workspace.
pub(super) fn table(evidence: &Evidence<'_>, flows: &[v1::Flow]) -> v1::DataTable {
    let (class, basis) = class(evidence);
    let column = match evidence.profile {
        Profile::Airgapped => 2,
        Profile::Unregistered => 1,
        Profile::Registered => 0,
    };
    let rows = Kind::ALL
        .iter()
        .map(|kind| {
            let says = says(*kind);
            let found: Vec<&v1::Flow> = flows
                .iter()
                .filter(|flow| flow.data.iter().any(|data| data == kind.name()))
                .filter(|flow| flow.is_to_vendor() && words::leaves(&flow.state))
                .collect();
            let any = |state: State| found.iter().any(|flow| flow.state == state.name());
            let promised = says.get(column).copied().unwrap_or(Says::Nothing);
            let agreement = match promised {
                Says::Nothing => "not_stated",
                Says::NotCollected if any(State::Active) => "contradicted",
                Says::NotCollected if any(State::Unknown) => "unknown",
                _ => "as_stated",
            };
            let in_words = |column: usize| {
                says.get(column)
                    .copied()
                    .unwrap_or(Says::Nothing)
                    .in_words()
                    .to_owned()
            };
            v1::DataRow {
                data: kind.name().to_owned(),
                registered: in_words(0),
                unregistered: in_words(1),
                airgapped: in_words(2),
                flows: found.iter().map(|flow| flow.id.clone()).collect(),
                agreement: agreement.to_owned(),
            }
        })
        .collect();
    v1::DataTable {
        class: class.to_owned(),
        class_basis: basis.to_owned(),
        rows,
    }
}

/// What a table says of one kind of data in one kind of workspace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Says {
    Collected,
    NotCollected,
    PushOnly,
    Nothing,
}

impl Says {
    fn in_words(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::NotCollected => "not collected",
            Self::PushOnly => "only through the push gateway",
            Self::Nothing => "not stated",
        }
    }
}

/// What is said of registered, unregistered and air-gapped workspaces. The tables of both editions
/// say the same of registered ones. That of January has a column for unregistered ones; that of
/// October has none, but its text says that nothing is collected of them. Of air-gapped ones a
/// notice of its own speaks.
fn says(kind: Kind) -> [Says; 3] {
    let registered = match kind {
        Kind::Account | Kind::Usage | Kind::App => Says::Collected,
        Kind::Content => Says::PushOnly,
        Kind::Tracking => Says::NotCollected,
        Kind::Location => return [Says::Nothing; 3],
    };
    [registered, Says::NotCollected, Says::NotCollected]
}

/// The class of the workspace, and from what.
fn class(evidence: &Evidence<'_>) -> (&'static str, &'static str) {
    let server = &evidence.server;
    match (server.registered, server.licence.offline) {
        (Truth::True, Some(true)) => (
            "registered_offline",
            "The vendor's credentials are stored, and the licence is flagged for offline use.",
        ),
        (Truth::True, _) => (
            "registered_online",
            "The vendor's credentials are stored, and no licence for offline use was seen.",
        ),
        (Truth::False, Some(true)) => (
            "registered_offline",
            "A licence for offline use is stored, without the vendor's credentials.",
        ),
        (Truth::False, _) => (
            "unregistered",
            "The vendor's credentials are not stored. Whether they once were, no database shows.",
        ),
        (Truth::Unknown, _) => (
            "unknown",
            "Whether the vendor's credentials are stored could not be decided.",
        ),
    }
}
