//! What a firewall has to let through for what is active, and what it has to block for the profile.
//!
//! Both follow from a report alone. Only connections that the server opens count: what browsers and
//! apps of people open leaves from elsewhere, and what comes in is no egress.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::v1::{Flow, Report};

/// Which list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum List {
    /// What active flows need.
    Allow,
    /// What a workspace of this profile must not reach.
    Block,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// One name a line; for blocking, as a hosts file that leads nowhere.
    Hosts,
    /// A set for nftables.
    Nftables,
    /// A table with the flows behind each name.
    Csv,
}

/// The sentence that stands with every list.
pub const LIMIT: &str = "Drawn from a database, which does not show what was sent; only a log of the \
                         network does. Flows whose hosts nobody knows are not in this list.";

/// The hosts of a list, each with the flows behind it.
#[must_use]
pub fn hosts(report: &Report, list: List) -> BTreeMap<&str, Vec<&str>> {
    let mut hosts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for flow in report.flows.iter().filter(|flow| flow.way == "server") {
        for host in &flow.hosts {
            let inside = matches!(host.place.as_str(), "this_server" | "own_network");
            let listed = match list {
                List::Allow => flow.state == "active" && host.place != "this_server",
                List::Block => !inside && host.place != "approved" && blocked(report, flow),
            };
            if listed {
                hosts.entry(&host.name).or_default().push(&flow.id);
            }
        }
    }
    hosts
}

/// Whether a workspace of the report's profile must not have a flow: an air-gapped one none, an
/// unregistered one none to the vendor, a registered one none that is switched off.
fn blocked(report: &Report, flow: &Flow) -> bool {
    let vendor = flow.is_to_vendor();
    match report.policy.profile.as_str() {
        "airgapped" => true,
        "unregistered" => vendor,
        _ => vendor && matches!(flow.state.as_str(), "off" | "dormant"),
    }
}

/// A list as text.
#[must_use]
pub fn render(report: &Report, list: List, form: Form) -> String {
    let hosts = hosts(report, list);
    let (name, head) = match list {
        List::Allow => ("rc_allow", "What active flows of this workspace need"),
        List::Block => (
            "rc_block",
            "What a workspace of this profile must not reach",
        ),
    };
    let mut text = String::new();
    if form == Form::Csv {
        text.push_str("host,action,flows\n");
        let action = if list == List::Allow {
            "allow"
        } else {
            "block"
        };
        for (host, flows) in &hosts {
            // Names of hosts and ids of flows need no quotes.
            let _ = writeln!(text, "{host},{action},{}", flows.join(" "));
        }
        return text;
    }
    let _ = writeln!(
        text,
        "# {head}: {}, {}, report {}.\n# {LIMIT}",
        report.workspace.name, report.policy.profile, report.id
    );
    match form {
        Form::Nftables => {
            text.push_str(
                "# nft looks names up when it loads this, and takes one address for each; names with \
                 several or changing\n# addresses are better judged by a proxy that sees names.\n",
            );
            let _ = writeln!(text, "define {name} = {{");
            for (host, flows) in &hosts {
                let _ = writeln!(text, "    {host}, # {}", flows.join(" "));
            }
            text.push_str("}\n");
        }
        Form::Hosts | Form::Csv => {
            let lead = if list == List::Block { "0.0.0.0 " } else { "" };
            for (host, flows) in &hosts {
                let _ = writeln!(text, "{lead}{host} # {}", flows.join(" "));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;
    use crate::v1::Host;

    fn report(profile: &str) -> Report {
        let mut report = Sample::default().report();
        report.policy.profile = profile.to_owned();
        let model = report.flows.first().unwrap().clone();
        let flow = |id: &str, party: &str, state: &str, way: &str, host: &str, place: &str| Flow {
            id: id.to_owned(),
            party: party.to_owned(),
            state: state.to_owned(),
            way: way.to_owned(),
            hosts: vec![Host {
                name: host.to_owned(),
                place: place.to_owned(),
            }],
            ..model.clone()
        };
        report.flows = vec![
            flow(
                "B1",
                "vendor",
                "active",
                "server",
                "collector.example",
                "vendor",
            ),
            flow(
                "B12",
                "vendor",
                "off",
                "server",
                "gateway.example",
                "vendor",
            ),
            flow(
                "B26",
                "chosen",
                "active",
                "client",
                "tracker.example",
                "other",
            ),
            flow(
                "B35",
                "chosen",
                "active",
                "server",
                "mail.internal",
                "own_network",
            ),
            flow("B45", "chosen", "active", "server", "hook.example", "other"),
        ];
        report
    }

    fn names(profile: &str, list: List) -> Vec<String> {
        let report = report(profile);
        hosts(&report, list)
            .keys()
            .map(|&host| host.to_owned())
            .collect()
    }

    #[test]
    fn active_flows_of_the_server_are_let_through() {
        let wanted = ["collector.example", "hook.example", "mail.internal"];
        assert_eq!(names("registered", List::Allow), wanted);
    }

    #[test]
    fn what_is_blocked_depends_on_the_profile_and_never_on_what_is_active() {
        let all = ["collector.example", "gateway.example", "hook.example"];
        assert_eq!(names("airgapped", List::Block), all);
        assert_eq!(
            names("unregistered", List::Block),
            ["collector.example", "gateway.example"]
        );
        assert_eq!(names("registered", List::Block), ["gateway.example"]);
    }

    #[test]
    fn every_form_names_every_host_and_its_limit() {
        let report = report("airgapped");
        for form in [Form::Hosts, Form::Nftables, Form::Csv] {
            let text = render(&report, List::Block, form);
            assert!(text.contains("gateway.example"), "{text}");
            assert_eq!(text.contains(LIMIT), form != Form::Csv);
        }
        let sink = render(&report, List::Block, Form::Hosts);
        assert!(sink.contains("\n0.0.0.0 collector.example # B1\n"));
    }
}
