//! Where an address points, seen from the workspace: at itself, into the organisation, to the vendor
//! or to somebody else.

use std::net::IpAddr;

use crate::address::{host, is_within};
use crate::fact::Context;

/// The vendor's domains.
pub const VENDOR: &[&str] = &["rocket.chat"];

/// Names that never leave the machine or the local network.
const LOCAL_NAMES: &[&str] = &["localhost", "local", "internal", "lan", "home.arpa"];

/// Whose a host is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// The workspace's own address, or its machine.
    Itself,
    /// The organisation: an address of a private network, a name without a domain, or a name within
    /// one of its domains.
    Own,
    /// A host that the policy approves.
    Approved,
    /// The vendor.
    Vendor,
    /// Anybody else.
    Other,
}

impl Place {
    /// Whether data that goes there stays in the organisation.
    #[must_use]
    pub fn is_own(self) -> bool {
        matches!(self, Self::Itself | Self::Own)
    }

    /// Whether data may go there: it stays in the organisation or the policy approves of it.
    #[must_use]
    pub fn is_accepted(self) -> bool {
        self.is_own() || self == Self::Approved
    }
}

/// Whose host an address names; none if it names no host.
///
/// The organisation's domains are those of the policy's `own_domains`; approved are the hosts within
/// its `approved_hosts`.
#[must_use]
pub fn of(context: &Context<'_>, address: &str) -> Option<Place> {
    host(address).map(|host| of_host(context, &host))
}

/// Whose a host is, as [`host`] gives it.
#[must_use]
pub fn of_host(context: &Context<'_>, host: &str) -> Place {
    let site = context.settings.text("Site_Url");
    let site = site.as_deref().and_then(crate::address::host);
    let listed = |name: &str| {
        let domains = context.parameters.list(name);
        domains
            .iter()
            .any(|domain| is_within(host, domain) || host == *domain)
    };
    if site.as_deref() == Some(host) || is_loopback(host) {
        Place::Itself
    } else if is_private(host) || listed("own_domains") {
        Place::Own
    } else if listed("approved_hosts") {
        Place::Approved
    } else if VENDOR.iter().any(|domain| is_within(host, domain)) {
        Place::Vendor
    } else {
        Place::Other
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// Whether a host is an address of a private network, or a name that public DNS does not have.
fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Err(_) => {
            let last = host.rsplit('.').next().unwrap_or(host);
            !host.contains('.')
                || LOCAL_NAMES.contains(&last)
                || LOCAL_NAMES.iter().any(|name| is_within(host, name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_is_what_public_dns_does_not_have() {
        for host in [
            "10.1.2.3",
            "192.168.0.9",
            "fd00::1",
            "mail",
            "mail.local",
            "mail.home.arpa",
        ] {
            assert!(is_private(host), "{host}");
        }
        for host in ["8.8.8.8", "2001:db8::1", "mail.example.org", "local.org"] {
            assert!(!is_private(host), "{host}");
        }
        assert!(is_loopback("127.0.0.1") && is_loopback("::1"));
    }
}
