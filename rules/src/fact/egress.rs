//! Facts from logs of the network that an operator attached. They are the operator's evidence, and
//! they say nothing of other ways out of the building.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Absent, Context, Family, Kind, Spec, not_applicable, number, unknown};
use crate::traffic::{Seen, Standing, Traffic};
use crate::value::Value;

/// How many contacts a fact lists.
const LISTED: usize = 100;

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "egress.undeclared",
            kind: Kind::List,
            about: "Contacts outside, in the operator's log, that no active flow names.",
            derive: |context| Ok(listed(traffic(context)?.undeclared())),
        },
        Spec {
            id: "egress.vendor",
            kind: Kind::List,
            about: "Contacts with the vendor or a subprocessor, in the operator's log, that profile \
                    and flows say there are none of.",
            derive: |context| Ok(listed(traffic(context)?.forbidden())),
        },
        Spec {
            id: "egress.unnamed",
            kind: Kind::Number("addresses"),
            about: "Addresses outside without a name that the operator's log shows as reached.",
            derive: |context| Ok(number(traffic(context)?.unnamed())),
        },
        Spec {
            id: "egress.unread",
            kind: Kind::Number("lines"),
            about: "Lines of the operator's log that could not be read.",
            derive: |context| {
                let unread: u64 = traffic(context)?.logs.iter().map(|log| log.unread).sum();
                Ok(Value::Int(i64::try_from(unread).unwrap_or(i64::MAX)))
            },
        },
        Spec {
            id: "egress.days_covered",
            kind: Kind::Number("days"),
            about: "The time that the operator's logs cover, without what lies between them.",
            derive: |context| match traffic(context)?.covered() {
                Some(covered) => Ok(Value::Int(covered.as_hours() / 24)),
                None => unknown("no line of the log says when"),
            },
        },
        Spec {
            id: "egress.days_since_end",
            kind: Kind::Number("days"),
            about: "The time since the end of the operator's log.",
            derive: |context| match traffic(context)?.period() {
                Some((_, last)) => Ok(Value::Int(context.days_since(last))),
                None => unknown("no line of the log says when"),
            },
        },
    ],
};

fn traffic<'a>(context: &Context<'a>) -> Result<&'a Traffic, Absent> {
    match context.traffic {
        Some(traffic) => Ok(traffic),
        None => not_applicable("no log of the network is attached (--egress-log)"),
    }
}

fn listed<'a>(contacts: impl Iterator<Item = &'a Seen>) -> Value {
    let mut items: Vec<String> = contacts.map(said).collect();
    let more = items.len().saturating_sub(LISTED);
    items.truncate(LISTED);
    if more > 0 {
        items.push(format!("and {more} more"));
    }
    items.iter().map(String::as_str).collect()
}

/// A contact in words: whom, how often, until when, and what the map says.
fn said(seen: &Seen) -> String {
    // Writing to a text cannot fail.
    let mut text = seen.name.clone();
    if let Some(port) = seen.port {
        let _ = write!(text, " port {port}");
    }
    match seen.standing {
        Standing::UndeclaredAddress => text.push_str(", an address without a name"),
        _ if seen.flows.is_empty() => {}
        _ => {
            let flows: Vec<String> = seen
                .flows
                .iter()
                .map(|(id, state)| format!("{id} {}", state.name().replace('_', " ")))
                .collect();
            let _ = write!(text, " ({})", flows.join(", "));
        }
    }
    let times = match seen.contact.count {
        // Its begin lies before the log.
        0 => "open".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let _ = write!(text, ", {times}");
    if let Some(last) = seen.contact.last {
        let _ = write!(text, ", last {}", to_the_second(last));
    }
    text
}

fn to_the_second(time: Timestamp) -> Timestamp {
    time.round(jiff::Unit::Second).unwrap_or(time)
}
