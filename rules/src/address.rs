//! Hosts in addresses that administrators typed. User names, passwords, paths and queries are cut
//! off at once, because they may hold secrets.

/// The host of an address, in lower case and without port: `https://u:p@Chat.Example.org:3000/x`
/// gives `chat.example.org`. None if there is no host.
#[must_use]
pub fn host(address: &str) -> Option<String> {
    let address = address.trim();
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest,
        // Without a scheme a browser uses that of the page.
        None => address.strip_prefix("//").unwrap_or(address),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let place = authority.rsplit('@').next()?;
    let host = match place.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next()?,
        None => place.split(':').next()?,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let plain =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | ':');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// An address without what may be secret: `https://u:p@host:3000/a?b` gives
/// `https://…@host:3000/…`. What was cut leaves a mark, so the result equals no address without it.
#[must_use]
pub fn bare(address: &str) -> String {
    let address = address.trim();
    // What stands before is a scheme only if it looks like one: an address in the query of another
    // has a user and a path before it.
    let scheme = address
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme));
    let (start, rest) = match (scheme, address.strip_prefix("//")) {
        (Some((scheme, rest)), _) => (format!("{scheme}://"), rest),
        (None, Some(rest)) => ("//".to_owned(), rest),
        (None, None) => (String::new(), address),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, place) = match authority.rsplit_once('@') {
        Some((_, place)) => ("…@", place),
        None => ("", authority),
    };
    let path = if matches!(path, "" | "/") { "" } else { "/…" };
    format!("{start}{user}{place}{path}")
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '.' | '-'))
}

/// A server for calls, as browsers are told of it, without what may be secret:
/// `user:pass@turn:host:3478?transport=udp` gives `…@turn:host:3478`. What does not look like such a
/// server may be part of a password and becomes a mark.
#[must_use]
pub fn relay(server: &str) -> String {
    let server: String = server.split_whitespace().collect();
    let (user, place) = match server.rsplit_once('@') {
        Some((_, place)) => ("…@", place),
        None => ("", server.as_str()),
    };
    let place = place.split('?').next().unwrap_or(place);
    let known = place.split_once(':').is_some_and(|(scheme, rest)| {
        matches!(
            scheme.to_ascii_lowercase().as_str(),
            "stun" | "stuns" | "turn" | "turns"
        ) && host(rest).is_some()
            && !rest.contains(['/', '#', '\\'])
    });
    if known {
        format!("{user}{place}")
    } else if server.is_empty() {
        server
    } else {
        "…".to_owned()
    }
}

/// Scheme, host and port of an address, in lower case: `https://u:p@Host:3000/a?b` gives
/// `https://host:3000`. Nothing shows what was cut.
#[must_use]
pub fn origin(address: &str) -> String {
    let address = address.trim();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, address),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let place = authority.rsplit('@').next().unwrap_or(authority);
    let origin = scheme.map_or_else(|| place.to_owned(), |scheme| format!("{scheme}://{place}"));
    origin.to_lowercase()
}

/// The scheme of an address, in lower case.
#[must_use]
pub fn scheme(address: &str) -> Option<String> {
    address
        .trim()
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase())
}

/// Whether a host is a domain or lies within it. A top-level domain contains nobody.
#[must_use]
pub fn is_within(host: &str, domain: &str) -> bool {
    let ends = |longer: &str, shorter: &str| {
        longer == shorter
            || longer
                .strip_suffix(shorter)
                .is_some_and(|rest| rest.ends_with('.'))
    };
    !domain.is_empty() && domain.contains('.') && ends(host, domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_host_survives() {
        for (address, wanted) in [
            (
                "https://u:p@Chat.Example.org:3000/x?token=1",
                Some("chat.example.org"),
            ),
            ("gateway.rocket.chat", Some("gateway.rocket.chat")),
            ("http://[2001:db8::1]:8080/", Some("2001:db8::1")),
            ("https://a@b@example.org./", Some("example.org")),
            ("https:///path", None),
            ("", None),
            ("https://exa mple.org", None),
            ("//matomo.example.org/", Some("matomo.example.org")),
            ("/static", None),
        ] {
            assert_eq!(host(address).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn what_is_cut_leaves_a_mark() {
        for (address, wanted) in [
            ("https://cloud.rocket.chat", "https://cloud.rocket.chat"),
            ("https://cloud.rocket.chat/", "https://cloud.rocket.chat"),
            (
                "https://u:secret@host:3000/secret?secret#secret",
                "https://…@host:3000/…",
            ),
            ("host/secret", "host/…"),
            ("u:secret@host/x?to=https://other", "…@host/…"),
            ("//host/secret", "//host/…"),
            ("", ""),
        ] {
            assert_eq!(bare(address), wanted);
        }
    }

    #[test]
    fn a_relay_keeps_its_place_and_no_part_of_a_password() {
        for (server, wanted) in [
            ("stun:stun.example.org:19302", "stun:stun.example.org:19302"),
            (
                "team%40x:secret@turn:host:3478?transport=udp",
                "…@turn:host:3478",
            ),
            ("u@x:se/c?r@et@turns:host", "…@turns:host"),
            // What a comma in a password leaves.
            ("user:sec", "…"),
            ("secret", "…"),
            (" stun: host ", "stun:host"),
            ("", ""),
        ] {
            assert_eq!(relay(server), wanted, "{server}");
        }
    }

    #[test]
    fn an_origin_has_no_secret_and_is_its_own_origin() {
        for (address, wanted) in [
            (
                "https://u:secret@Host:3000/secret?secret",
                "https://host:3000",
            ),
            ("hooks.example.org/secret", "hooks.example.org"),
            (" http://a@b@c ", "http://c"),
            ("", ""),
        ] {
            assert_eq!(origin(address), wanted);
            assert_eq!(origin(wanted), wanted);
        }
    }

    #[test]
    fn a_host_lies_within_its_own_domain_only() {
        assert!(is_within("chat.example.org", "example.org"));
        assert!(is_within("example.org", "example.org"));
        assert!(!is_within("chat.notexample.org", "example.org"));
        assert!(!is_within("chat.example.org", "org"));
    }
}
