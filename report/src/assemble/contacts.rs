//! What logs of the network show, for the report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use rc_audit_rules::contact::Log;
use rc_audit_rules::traffic::{Seen, Traffic};

use super::flows::place_name;
use super::time;
use crate::v1;

/// How many contacts a report lists; of the rest it gives the number.
const LISTED: usize = 500;

/// What a log can't show. It stands with everything that is said from one.
const LIMIT: &str = "This is the operator's evidence: the program saw the files, not the network. A \
                     log shows the ways that it watches and no others; an address without a name \
                     can be anybody's, and none was looked up; what was sent, it does not show.";

/// The block about contacts.
pub(super) fn contacts(traffic: &Traffic) -> v1::Contacts {
    let mut by_standing: BTreeMap<String, u64> = BTreeMap::new();
    for seen in &traffic.seen {
        *by_standing.entry(standing(seen).to_owned()).or_default() += 1;
    }
    let period = traffic.period();
    v1::Contacts {
        logs: traffic.logs.iter().map(log).collect(),
        counted_from: traffic.sources.iter().map(ToString::to_string).collect(),
        from: period.map(|(first, _)| time(first)),
        to: period.map(|(_, last)| time(last)),
        vendor: vendor(traffic),
        no_vendor_contact_since: quiet_since(traffic).map(time),
        limit: LIMIT.to_owned(),
        by_standing,
        may_explain: traffic.anywhere.clone(),
        destinations: traffic.seen.iter().take(LISTED).map(destination).collect(),
        not_listed: u64::try_from(traffic.seen.len().saturating_sub(LISTED)).unwrap_or(u64::MAX),
    }
}

/// The latest contact with the hosts of a flow, if a log shows one.
pub(super) fn last_contact(traffic: Option<&Traffic>, flow: &str) -> Option<String> {
    let contacts = &traffic?.last_contacts;
    let (_, last) = contacts.iter().find(|(id, _)| id == flow)?;
    Some(time(*last))
}

fn log(log: &Log) -> v1::ContactLog {
    v1::ContactLog {
        format: log.format.to_owned(),
        digest: log.digest.clone(),
        lines: log.lines,
        contacts: log.contacts,
        inbound: log.inbound,
        elsewhere: log.elsewhere,
        other: log.other,
        unread: log.unread,
        unread_at: log.unread_at.clone(),
        from: log.first.map(time),
        to: log.last.map(time),
    }
}

/// What is said of a contact: a forbidden one by that, whatever flow has it.
fn standing(seen: &Seen) -> &'static str {
    if !seen.contact.got_through() {
        "refused"
    } else if seen.forbidden {
        "forbidden"
    } else {
        seen.standing.name()
    }
}

fn destination(seen: &Seen) -> v1::Destination {
    v1::Destination {
        name: seen.name.clone(),
        port: seen.port,
        standing: standing(seen).to_owned(),
        place: place_name(seen.place).to_owned(),
        vendor: seen.vendor,
        flows: seen.flows.iter().map(|(id, _)| id.clone()).collect(),
        count: seen.contact.count,
        refused: seen.contact.refused,
        bytes: seen.contact.bytes,
        first: seen.contact.first.map(time),
        last: seen.contact.last.map(time),
    }
}

/// From when on the logs show no contact with the vendor: the begin of the logs, or the last contact.
/// None if a contact has no time, or the logs have none.
fn quiet_since(traffic: &Traffic) -> Option<Timestamp> {
    let (first, _) = traffic.period()?;
    match traffic.last_vendor_contact() {
        None => Some(first),
        Some(last) => last,
    }
}

/// What the logs show of the vendor, in one sentence or two.
fn vendor(traffic: &Traffic) -> String {
    let period = traffic.period();
    let mut text = match (traffic.last_vendor_contact(), period) {
        (Some(Some(last)), Some((_, end))) if last < end => format!(
            "The operator's log shows the last contact with the vendor or a subprocessor at {}, and \
             none by name from then until {}.",
            time(last),
            time(end)
        ),
        (Some(Some(last)), _) => format!(
            "The operator's log shows the last contact with the vendor or a subprocessor at {}.",
            time(last)
        ),
        (Some(None), _) => {
            "The operator's log shows contact with the vendor or a subprocessor, and \
                            not when."
                .to_owned()
        }
        (None, Some((first, last))) => format!(
            "The operator's log shows no contact by name with the vendor or a subprocessor between \
             {} and {}.",
            time(first),
            time(last)
        ),
        (None, None) => "The operator's log shows no contact by name with the vendor or a \
                         subprocessor, and its lines do not say which time they cover."
            .to_owned(),
    };
    // Writing to a text cannot fail.
    if let (Some((first, last)), Some(covered)) = (period, traffic.covered())
        && last.duration_since(first) > covered
    {
        text.push_str(" Between the logs lies time that none of them covers.");
    }
    let unnamed = u64::try_from(traffic.unnamed()).unwrap_or(u64::MAX);
    if unnamed > 0 {
        let _ = write!(
            text,
            " {} anybody's, also the vendor's.",
            plural(
                unnamed,
                "address without a name was reached and can be",
                "addresses without names were reached and can be"
            )
        );
    }
    let unread: u64 = traffic.logs.iter().map(|log| log.unread).sum();
    if unread > 0 {
        let _ = write!(
            text,
            " {} not be read.",
            plural(unread, "line could", "lines could")
        );
    }
    text
}

/// A number with the word that fits it.
fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
