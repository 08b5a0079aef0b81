//! Contacts of a log held against the map of flows: which of them somebody declared.
//!
//! Addresses without names are never guessed: whose an address is, only a name tells, and nothing is
//! looked up.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::address::is_within;
use crate::contact::{Contact, Contacts, Log};
use crate::evidence::Evidence;
use crate::flow::{self, Party, State, Way};
use crate::place::{self, Place};
use crate::rule::Profile;

/// All contacts, and what the logs cover.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// The files.
    pub logs: Vec<Log>,
    /// The addresses of the server whose lines count; all if there are none.
    pub sources: Vec<IpAddr>,
    /// The contacts: what nobody declared first, then by name and port.
    pub seen: Vec<Seen>,
    /// Active flows of the server whose hosts nobody knows beforehand, such as previews of links; any
    /// contact can be theirs.
    pub anywhere: Vec<String>,
    /// The latest contact with each flow's hosts that got through, by id.
    pub last_contacts: Vec<(String, Timestamp)>,
}

/// One destination and port.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The name or address.
    pub name: String,
    /// The port.
    pub port: Option<u16>,
    /// How often and when.
    pub contact: Contact,
    /// Whose it is.
    pub place: Place,
    /// What the map says of it.
    pub standing: Standing,
    /// The flows that name it, and their states.
    pub flows: Vec<(String, State)>,
    /// Whether the vendor or one of its subprocessors is reached.
    pub vendor: bool,
    /// Whether that should not be, by the profile or by the states of these flows.
    pub forbidden: bool,
}

/// What the map says of a contact.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Standing {
    /// A name that no flow has.
    Undeclared,
    /// An address without a name that no flow has.
    UndeclaredAddress,
    /// Flows have it, and none of them is active.
    NotActive,
    /// An active flow has it.
    Declared,
    /// The policy approves of it.
    Approved,
    /// The database that was read.
    Database,
    /// It lies in the organisation, or on the machine itself.
    Inside,
}

impl Standing {
    /// The name as a report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::UndeclaredAddress => "undeclared_address",
            Self::NotActive => "not_active",
            Self::Declared => "declared",
            Self::Approved => "approved",
            Self::Database => "database",
            Self::Inside => "inside",
        }
    }

    /// Whether nobody declared it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Undeclared | Self::UndeclaredAddress | Self::NotActive
        )
    }
}

/// What is needed of a flow of the server.
struct Sender {
    id: String,
    state: State,
    vendor: bool,
    hosts: Vec<String>,
}

impl Traffic {
    /// Holds contacts against the flows of a workspace.
    #[must_use]
    pub fn matched(contacts: &Contacts, evidence: &Evidence<'_>) -> Self {
        let mut flows = Vec::new();
        let mut anywhere = Vec::new();
        for flow in flow::all().unwrap_or_default() {
            if flow.way != Way::Server {
                continue;
            }
            let standing = flow.stand(evidence);
            if standing.state == State::Active
                && (standing.hosts.is_empty() || flow.party == Party::Anybody)
            {
                anywhere.push(flow.id.clone());
            }
            let hosts = standing.hosts.into_iter();
            flows.push(Sender {
                id: flow.id.clone(),
                state: standing.state,
                vendor: matches!(flow.party, Party::Vendor | Party::Subprocessor),
                hosts: hosts
                    .map(|(host, _)| host)
                    .chain(flow.hosts.iter().cloned())
                    .collect(),
            });
        }
        let mut traffic = Self {
            logs: contacts.logs.clone(),
            sources: contacts.sources.clone(),
            anywhere,
            ..Self::default()
        };
        for (name, ports) in &contacts.destinations {
            let (place, standing, named_by, vendor) = judge(name, contacts, &flows, evidence);
            let by_profile = evidence.profile != Profile::Registered;
            let wanted = place == Place::Approved;
            let active = named_by.iter().any(|flow| flow.state == State::Active);
            for (port, contact) in ports {
                traffic.seen.push(Seen {
                    name: name.clone(),
                    port: *port,
                    contact: *contact,
                    place,
                    standing,
                    flows: named_by
                        .iter()
                        .map(|flow| (flow.id.clone(), flow.state))
                        .collect(),
                    vendor,
                    forbidden: vendor
                        && !wanted
                        && (by_profile || !active)
                        && contact.got_through(),
                });
            }
        }
        traffic.seen.sort_by(|a, b| {
            (!a.forbidden, a.standing, &a.name, a.port).cmp(&(
                !b.forbidden,
                b.standing,
                &b.name,
                b.port,
            ))
        });
        traffic.last_contacts = last_contacts(&flows, &traffic.seen);
        traffic
    }

    /// Contacts outside that got through, that nobody declared, and that are not the vendor's.
    pub fn undeclared(&self) -> impl Iterator<Item = &Seen> {
        self.seen
            .iter()
            .filter(|seen| seen.standing.is_open() && !seen.vendor && seen.contact.got_through())
    }

    /// Contacts with the vendor or a subprocessor that should not be.
    pub fn forbidden(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| seen.forbidden)
    }

    /// Addresses outside without names that were reached.
    #[must_use]
    pub fn unnamed(&self) -> usize {
        let mut names: Vec<&str> = self
            .seen
            .iter()
            .filter(|seen| {
                seen.standing == Standing::UndeclaredAddress && seen.contact.got_through()
            })
            .map(|seen| seen.name.as_str())
            .collect();
        names.dedup();
        names.len()
    }

    /// The latest contact with the vendor or a subprocessor that got through; none without one.
    /// The inner one is none if the log does not say when.
    #[must_use]
    pub fn last_vendor_contact(&self) -> Option<Option<Timestamp>> {
        let contacts = self
            .seen
            .iter()
            .filter(|seen| seen.vendor && seen.contact.got_through());
        contacts.map(|seen| seen.contact.last).reduce(|one, other| {
            // A contact at a time that nobody knows may have been the last.
            Some(one?.max(other?))
        })
    }

    /// The time that the logs cover together, without what lies between them.
    #[must_use]
    pub fn covered(&self) -> Option<SignedDuration> {
        let mut spans: Vec<(Timestamp, Timestamp)> = self
            .logs
            .iter()
            .filter_map(|log| Some((log.first?, log.last?)))
            .collect();
        spans.sort_unstable();
        let mut reached = spans.first()?.0;
        let mut sum = SignedDuration::ZERO;
        for (first, last) in spans {
            let from = first.max(reached);
            if last > from {
                sum += last.duration_since(from);
                reached = last;
            }
        }
        Some(sum)
    }

    /// The first and the last time in any log.
    #[must_use]
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.logs.iter().filter_map(|log| log.first).min()?;
        let last = self.logs.iter().filter_map(|log| log.last).max()?;
        Some((first, last))
    }
}

/// Whose a destination is, and which flows name it.
fn judge<'a>(
    name: &str,
    contacts: &Contacts,
    flows: &'a [Sender],
    evidence: &Evidence<'_>,
) -> (Place, Standing, Vec<&'a Sender>, bool) {
    let address: Option<IpAddr> = name.parse().ok();
    let place = place::of_host(&evidence.context(), name);
    let is_one = |host: &String| name == host || is_within(name, host);
    let named_by: Vec<&Sender> = flows
        .iter()
        .filter(|flow| flow.hosts.iter().any(is_one))
        .collect();
    let vendor =
        place == Place::Vendor || !place.is_own() && named_by.iter().any(|flow| flow.vendor);
    let nowhere = address.is_some_and(|address| {
        address.is_multicast()
            || address.is_unspecified()
            || matches!(address, IpAddr::V4(address) if address.is_broadcast())
    });
    let standing = if place.is_own() || nowhere {
        Standing::Inside
    } else if contacts.database.iter().any(is_one) {
        Standing::Database
    } else if named_by.iter().any(|flow| flow.state == State::Active) {
        Standing::Declared
    } else if place == Place::Approved {
        Standing::Approved
    } else if !named_by.is_empty() {
        Standing::NotActive
    } else if address.is_some() {
        Standing::UndeclaredAddress
    } else {
        Standing::Undeclared
    };
    (place, standing, named_by, vendor && !nowhere)
}

fn last_contacts(flows: &[Sender], seen: &[Seen]) -> Vec<(String, Timestamp)> {
    let last = |flow: &Sender| {
        seen.iter()
            .filter(|seen| seen.contact.got_through())
            .filter(|seen| seen.flows.iter().any(|(id, _)| *id == flow.id))
            .filter_map(|seen| seen.contact.last)
            .max()
    };
    flows
        .iter()
        .filter_map(|flow| Some((flow.id.clone(), last(flow)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(first: &str, last: &str) -> Log {
        Log {
            first: Some(first.parse().unwrap()),
            last: Some(last.parse().unwrap()),
            ..Log::new("csv")
        }
    }

    fn seen(last: Option<&str>, refused: u64) -> Seen {
        Seen {
            name: "collector.rocket.chat".to_owned(),
            port: Some(443),
            contact: Contact {
                last: last.map(|last| last.parse().unwrap()),
                count: 1,
                refused,
                ..Contact::default()
            },
            place: Place::Vendor,
            standing: Standing::Declared,
            flows: Vec::new(),
            vendor: true,
            forbidden: false,
        }
    }

    #[test]
    fn what_lies_between_two_logs_is_not_covered_and_no_time_counts_twice() {
        let traffic = |logs| Traffic {
            logs,
            ..Traffic::default()
        };
        let two = traffic(vec![
            log("2026-10-10T00:00:00Z", "2026-10-12T00:00:00Z"),
            log("2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z"),
        ]);
        assert_eq!(two.covered(), Some(SignedDuration::from_hours(4 * 24)));
        let overlapping = traffic(vec![
            log("2026-10-01T00:00:00Z", "2026-10-10T00:00:00Z"),
            log("2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z"),
            log("2026-10-09T00:00:00Z", "2026-10-11T00:00:00Z"),
        ]);
        assert_eq!(
            overlapping.covered(),
            Some(SignedDuration::from_hours(10 * 24))
        );
        assert_eq!(traffic(vec![Log::new("conntrack")]).covered(), None);
    }

    #[test]
    fn a_contact_at_a_time_that_nobody_knows_may_have_been_the_last() {
        let last = |seen| {
            let traffic = Traffic {
                seen,
                ..Traffic::default()
            };
            traffic.last_vendor_contact()
        };
        let (early, late) = ("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
        assert_eq!(last(vec![]), None);
        assert_eq!(last(vec![seen(Some(late), 1)]), None);
        assert_eq!(
            last(vec![seen(Some(late), 0), seen(Some(early), 0)]),
            Some(Some(late.parse().unwrap()))
        );
        assert_eq!(last(vec![seen(Some(late), 0), seen(None, 0)]), Some(None));
    }
}
