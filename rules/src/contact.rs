//! Whom a server reached, as logs of its network say: one entry for each destination and port.
//!
//! A database does not show what was sent; such a log does, as far as it goes. It is the operator's
//! evidence: this program sees the file, not the network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::address;

/// The most pairs of destination and port that are kept; the log of one server has far fewer.
pub const MOST: usize = 100_000;
/// How many unreadable lines are named.
pub const NAMED: usize = 5;
/// The longest name that DNS has.
const LONGEST: usize = 253;

/// What all attached logs say together.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Contacts {
    /// The files.
    pub logs: Vec<Log>,
    /// The addresses of the server whose lines count; all lines count if there are none.
    pub sources: Vec<IpAddr>,
    /// The hosts of the database that was read.
    pub database: Vec<String>,
    /// The contacts, by destination and port.
    pub destinations: BTreeMap<String, BTreeMap<Option<u16>, Contact>>,
    pairs: usize,
}

/// A file, and what became of its lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// How its lines are written: `csv`, `squid`, `conntrack` or `kernel`.
    pub format: &'static str,
    /// The SHA-256 of the file as it lies there, `sha256:…`.
    pub digest: String,
    /// All lines.
    pub lines: u64,
    /// Lines that tell of a contact.
    pub contacts: u64,
    /// Lines about connections that somebody else opened to the server.
    pub inbound: u64,
    /// Lines about other servers than those whose lines count.
    pub elsewhere: u64,
    /// Lines that tell of no connection.
    pub other: u64,
    /// Lines that could not be read, or whose time can't be right.
    pub unread: u64,
    /// The numbers of the first of these.
    pub unread_at: Vec<u64>,
    /// The earliest time in the file; none if no line has one.
    pub first: Option<Timestamp>,
    /// The latest time in the file.
    pub last: Option<Timestamp>,
}

/// What is known of one destination and port.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Contact {
    /// The first time; none if no line about it has one.
    pub first: Option<Timestamp>,
    /// The last time.
    pub last: Option<Timestamp>,
    /// How often.
    pub count: u64,
    /// How often the proxy or firewall says that it refused.
    pub refused: u64,
    /// Bytes, as the log counts them; none if it does not.
    pub bytes: Option<u64>,
}

/// What one line of a log says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// When; none where lines have no time.
    pub time: Option<Timestamp>,
    /// Who opened the connection; none where lines do not say.
    pub source: Option<IpAddr>,
    /// Whom it went to, as [`destination`] gives it.
    pub destination: String,
    /// The port; none where there is none.
    pub port: Option<u16>,
    /// Bytes, where the line counts them.
    pub bytes: Option<u64>,
    /// Whether it tells more of a connection that another line began.
    pub goes_on: bool,
    /// Whether the line says that it was refused.
    pub refused: bool,
    /// Whether somebody else opened it to the server.
    pub inbound: bool,
}

impl Line {
    /// A contact of which only the destination is known yet.
    #[must_use]
    pub fn to(destination: String) -> Self {
        Self {
            time: None,
            source: None,
            destination,
            port: None,
            bytes: None,
            goes_on: false,
            refused: false,
            inbound: false,
        }
    }
}

/// A destination as it is kept: an address in its shortest form, or a name in lower case. Schemes,
/// users, ports and paths are cut off. None if there is no host.
#[must_use]
pub fn destination(text: &str) -> Option<String> {
    let text = text.trim();
    let canonical = |address: IpAddr| address.to_canonical().to_string();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(canonical(address));
    }
    let host = address::host(text)?;
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(canonical(address));
    }
    // A colon is left only in an address, and this is none.
    (host.len() <= LONGEST && !host.contains(':')).then_some(host)
}

impl Log {
    /// A file of which nothing is read yet.
    #[must_use]
    pub fn new(format: &'static str) -> Self {
        Self {
            format,
            digest: String::new(),
            lines: 0,
            contacts: 0,
            inbound: 0,
            elsewhere: 0,
            other: 0,
            unread: 0,
            unread_at: Vec::new(),
            first: None,
            last: None,
        }
    }

    /// Counts a line that could not be read.
    pub fn unreadable(&mut self) {
        self.unread += 1;
        if self.unread_at.len() < NAMED {
            self.unread_at.push(self.lines);
        }
    }
}

/// More destinations than are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooMany;

impl Contacts {
    /// Nothing yet, for lines of these servers, of which one reads a database at these hosts.
    #[must_use]
    pub fn new(sources: Vec<IpAddr>, database: Vec<String>) -> Self {
        Self {
            sources,
            database,
            ..Self::default()
        }
    }

    /// Whether there is a log.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        !self.logs.is_empty()
    }

    /// Counts what a line says, here and in its log.
    pub fn add(&mut self, log: &mut Log, line: Line) -> Result<(), TooMany> {
        // A line about somebody else shows all the same that something was recorded then.
        widen(&mut log.first, &mut log.last, line.time);
        if line.inbound {
            log.inbound += 1;
            return Ok(());
        }
        // A line that does not say whose it is may be of this server.
        let is_foreign = |source: IpAddr| !self.sources.contains(&source);
        if !self.sources.is_empty() && line.source.is_some_and(is_foreign) {
            log.elsewhere += 1;
            return Ok(());
        }
        log.contacts += 1;
        // Nearly every line is about a destination that is known.
        let ports = match self.destinations.get_mut(&line.destination) {
            Some(ports) => ports,
            None => self.destinations.entry(line.destination).or_default(),
        };
        if !ports.contains_key(&line.port) {
            if self.pairs >= MOST {
                return Err(TooMany);
            }
            self.pairs += 1;
        }
        let contact = ports.entry(line.port).or_default();
        widen(&mut contact.first, &mut contact.last, line.time);
        if !line.goes_on {
            contact.count += 1;
            contact.refused += u64::from(line.refused);
        }
        if let Some(bytes) = line.bytes {
            contact.bytes = Some(contact.bytes.unwrap_or(0).saturating_add(bytes));
        }
        Ok(())
    }
}

impl Contact {
    /// Whether anything got through, as far as the log tells.
    #[must_use]
    pub fn got_through(&self) -> bool {
        // A connection whose begin lies before the log was not refused.
        self.refused == 0 || self.count > self.refused
    }
}

fn widen(first: &mut Option<Timestamp>, last: &mut Option<Timestamp>, time: Option<Timestamp>) {
    let Some(time) = time else {
        return;
    };
    *first = Some(first.map_or(time, |first| first.min(time)));
    *last = Some(last.map_or(time, |last| last.max(time)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(destination: &str, time: &str) -> Line {
        Line {
            time: Some(time.parse().unwrap()),
            port: Some(443),
            ..Line::to(destination.to_owned())
        }
    }

    #[test]
    fn nothing_but_the_host_of_a_destination_is_kept() {
        for (text, wanted) in [
            (
                "https://u:secret@Chat.Example.org:8443/secret?secret",
                Some("chat.example.org"),
            ),
            ("gateway.rocket.chat:443", Some("gateway.rocket.chat")),
            ("2001:DB8:0::1", Some("2001:db8::1")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("", None),
            ("a b", None),
            ("<script>", None),
        ] {
            assert_eq!(destination(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(destination(&"a".repeat(300)), None);
    }

    #[test]
    fn contacts_are_summed_by_destination_and_port() {
        let mut contacts = Contacts::default();
        let mut log = Log::new("csv");
        for time in [
            "2026-10-02T00:00:00Z",
            "2026-10-01T00:00:00Z",
            "2026-10-03T00:00:00Z",
        ] {
            contacts
                .add(&mut log, line("api.example.net", time))
                .unwrap();
        }
        let refused = Line {
            refused: true,
            ..line("other.example.net", "2026-10-01T00:00:00Z")
        };
        contacts.add(&mut log, refused).unwrap();
        let contact = contacts.destinations["api.example.net"][&Some(443)];
        assert_eq!(contact.count, 3);
        assert_eq!(contact.first, Some("2026-10-01T00:00:00Z".parse().unwrap()));
        assert_eq!(contact.last, Some("2026-10-03T00:00:00Z".parse().unwrap()));
        assert!(contact.got_through());
        assert!(!contacts.destinations["other.example.net"][&Some(443)].got_through());
        assert_eq!((log.contacts, log.last), (4, contact.last));
    }

    #[test]
    fn lines_of_other_servers_and_of_visitors_are_no_contacts_of_this_one() {
        let mut contacts = Contacts::new(vec!["10.0.0.5".parse().unwrap()], Vec::new());
        let mut log = Log::new("kernel");
        let from = |source: &str, inbound| Line {
            source: Some(source.parse().unwrap()),
            inbound,
            ..line("api.example.net", "2026-10-01T00:00:00Z")
        };
        contacts.add(&mut log, from("10.0.0.5", false)).unwrap();
        contacts.add(&mut log, from("10.0.0.6", false)).unwrap();
        contacts.add(&mut log, from("10.0.0.5", true)).unwrap();
        let nobodys = line("api.example.net", "2026-10-01T00:00:00Z");
        contacts.add(&mut log, nobodys).unwrap();
        assert_eq!((log.contacts, log.elsewhere, log.inbound), (2, 1, 1));
    }

    #[test]
    fn destinations_have_a_bound() {
        let mut contacts = Contacts::default();
        let mut log = Log::new("csv");
        let host = |number: usize| line(&format!("h{number}.example"), "2026-10-01T00:00:00Z");
        for number in 0..MOST {
            contacts.add(&mut log, host(number)).unwrap();
        }
        assert_eq!(contacts.add(&mut log, host(0)), Ok(()));
        assert_eq!(contacts.add(&mut log, host(MOST)), Err(TooMany));
    }
}
