//! The forms of logs: a line as text becomes a contact.
//!
//! Every form names the destination and, in some way, the time. Whatever else a line holds, such as
//! the path of a request or the user of a proxy, is not looked at.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use rc_audit_rules::contact::{Line, destination};

/// How the lines of a file are written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// A header, then `time,destination,port,bytes`; the columns may stand in any order.
    Csv(Columns),
    /// The `access.log` of squid in its native form.
    Squid,
    /// What `conntrack -L` and `conntrack -E -o timestamp` print.
    Conntrack,
    /// Lines of nftables or iptables in the kernel's log.
    Kernel,
}

/// Which column of a table holds what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Columns {
    time: usize,
    destination: usize,
    port: Option<usize>,
    bytes: Option<usize>,
    source: Option<usize>,
}

/// What a line is.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// It tells of a contact.
    Contact(Line),
    /// It tells of no connection.
    Nothing,
    /// It should tell of one and can't be read.
    Unreadable,
}

impl Form {
    /// The form that a line has for certain.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim_start_matches('\u{feff}').trim();
        if let Some(columns) = Columns::of(line) {
            return Some(Self::Csv(columns));
        }
        // The year of a line without one does not matter here.
        let now = Timestamp::UNIX_EPOCH;
        [Self::Kernel, Self::Conntrack, Self::Squid]
            .into_iter()
            .find(|form| matches!(form.read(line, now), Reading::Contact(_)))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Squid => "squid",
            Self::Conntrack => "conntrack",
            Self::Kernel => "kernel",
        }
    }

    /// What a line of this form is.
    pub(super) fn read(&self, line: &str, now: Timestamp) -> Reading {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            return Reading::Nothing;
        }
        match self {
            Self::Csv(columns) => {
                if Columns::of(line).is_some() {
                    return Reading::Nothing;
                }
                columns
                    .contact(line)
                    .map_or(Reading::Unreadable, Reading::Contact)
            }
            Self::Squid => squid(line),
            Self::Conntrack => conntrack(line).map_or(Reading::Unreadable, Reading::Contact),
            Self::Kernel => kernel(line, now),
        }
    }
}

/// The fields of a line of a table, without quotes: neither a host nor a time nor a number needs
/// them, and spreadsheets add them all the same.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split(',')
        .map(|field| field.trim().trim_matches('"').trim())
}

impl Columns {
    /// The columns that a line names, if it is a header.
    fn of(line: &str) -> Option<Self> {
        let place = |name: &str| fields(line).position(|field| field.eq_ignore_ascii_case(name));
        Some(Self {
            time: place("time")?,
            destination: place("destination")?,
            port: place("port"),
            bytes: place("bytes"),
            source: place("source"),
        })
    }

    fn contact(&self, line: &str) -> Option<Line> {
        let field = |index: usize| fields(line).nth(index);
        let optional = |index: Option<usize>| index.and_then(field).filter(|text| !text.is_empty());
        let address = field(self.destination)?;
        let port = match optional(self.port) {
            Some(port) => Some(port.parse().ok()?),
            None => port_in(address),
        };
        Some(Line {
            time: Some(field(self.time)?.parse().ok()?),
            source: optional(self.source).map(ip).transpose().ok()?,
            port,
            bytes: optional(self.bytes).map(str::parse).transpose().ok()?,
            ..Line::to(destination(address)?)
        })
    }
}

fn ip(text: &str) -> Result<IpAddr, std::net::AddrParseError> {
    text.parse::<IpAddr>().map(|address| address.to_canonical())
}

/// The port that an address names, or that its scheme means.
fn port_in(address: &str) -> Option<u16> {
    if address.parse::<IpAddr>().is_ok() {
        return None;
    }
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => ("", address),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit('@').next()?;
    let behind = place.rsplit_once(']').map_or(place, |(_, behind)| behind);
    let named = behind
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    named.or(match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    })
}

/// `1762000000.123 190 10.0.0.5 TCP_TUNNEL/200 507 CONNECT host:443 - HIER_DIRECT/192.0.2.1 -`
fn squid(line: &str) -> Reading {
    let mut words = line.split_ascii_whitespace();
    let mut next = || words.next();
    let parsed = (|| {
        let time = seconds(next()?)?;
        let _elapsed: i64 = next()?.parse().ok()?;
        let source = next()?;
        let (code, _status) = next()?.split_once('/')?;
        let bytes: u64 = next()?.parse().ok()?;
        let method = next()?;
        let is_method = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        let known = method.bytes().all(is_method);
        known.then_some((time, source, code, bytes, next()?))
    })();
    let Some((time, source, code, bytes, address)) = parsed else {
        return Reading::Unreadable;
    };
    // A client that hung up before it asked for anything.
    if address.starts_with("error:") || address.starts_with("cache_object:") {
        return Reading::Nothing;
    }
    let Some(destination) = destination(address) else {
        return Reading::Unreadable;
    };
    Reading::Contact(Line {
        time: Some(time),
        source: ip(source).ok(),
        port: port_in(address),
        bytes: Some(bytes),
        refused: code.starts_with("TCP_DENIED"),
        ..Line::to(destination)
    })
}

/// Seconds since 1970 with a fraction.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    Timestamp::from_second(whole.parse().ok()?).ok()
}

/// `[1762000000.12] [NEW] tcp 6 120 SYN_SENT src=10.0.0.5 dst=192.0.2.1 sport=4 dport=443 …`; a list
/// of present connections has neither the time nor the event.
fn conntrack(line: &str) -> Option<Line> {
    let mut time = None;
    let mut goes_on = false;
    let (mut source, mut target, mut port, mut bytes) = (None, None, None, None);
    for (index, word) in line.split_ascii_whitespace().enumerate() {
        if let Some(mark) = word
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            match mark {
                "UPDATE" | "DESTROY" => goes_on = true,
                _ if index == 0 && mark != "NEW" => time = Some(seconds(mark)?),
                _ => {}
            }
            continue;
        }
        // The second time that a key stands there it is about the answers.
        match word.split_once('=') {
            Some(("src", value)) if source.is_none() => source = Some(ip(value).ok()?),
            Some(("dst", value)) if target.is_none() => target = Some(ip(value).ok()?),
            Some(("dport", value)) if port.is_none() => port = Some(value.parse().ok()?),
            Some(("bytes", value)) if bytes.is_none() => bytes = Some(value.parse().ok()?),
            _ => {}
        }
    }
    Some(Line {
        time,
        source: Some(source?),
        port,
        bytes,
        goes_on,
        ..Line::to(target?.to_string())
    })
}

/// `Nov  1 12:00:00 host kernel: [1.2] prefix IN= OUT=eth0 SRC=10.0.0.5 DST=192.0.2.1 … DPT=443`,
/// also with a time of RFC 3339, or without any as the kernel itself prints it.
fn kernel(line: &str, now: Timestamp) -> Reading {
    let (mut source, mut target, mut port, mut outward) = (None, None, None, None);
    for word in line.split_ascii_whitespace() {
        // What an error message quotes of another packet stands in brackets.
        match word.split_once('=') {
            Some(("SRC", value)) if source.is_none() => source = Some(ip(value)),
            Some(("DST", value)) if target.is_none() => target = Some(ip(value)),
            Some(("DPT", value)) if port.is_none() => port = Some(value.parse()),
            Some(("OUT", value)) if outward.is_none() => outward = Some(!value.is_empty()),
            _ => {}
        }
    }
    // Other messages of the kernel stand between.
    let (Some(source), Some(target)) = (source, target) else {
        return Reading::Nothing;
    };
    let (Ok(source), Ok(target), Ok(port)) = (source, target, port.transpose()) else {
        return Reading::Unreadable;
    };
    let Ok(time) = time_before(line, now) else {
        return Reading::Unreadable;
    };
    Reading::Contact(Line {
        time,
        source: Some(source),
        port,
        refused: says_refused(line),
        inbound: outward == Some(false),
        ..Line::to(target.to_string())
    })
}

/// Whether the words that the operator put before such lines say that the packet was kept in.
fn says_refused(line: &str) -> bool {
    let message = line
        .split_once("kernel:")
        .map_or(line, |(_, message)| message);
    let Some(at) = message.find("SRC=") else {
        return false;
    };
    let words = message.get(..at).unwrap_or_default();
    words
        .split(|character: char| !character.is_ascii_alphabetic())
        .any(|word| {
            matches!(
                word.to_ascii_uppercase().as_str(),
                "BLOCK"
                    | "BLOCKED"
                    | "DROP"
                    | "DROPPED"
                    | "REJECT"
                    | "REJECTED"
                    | "DENY"
                    | "DENIED"
            )
        })
}

/// A time that should be there and can't be read.
struct NoTime;

/// The time at the start of a line of a system log; none where the line begins with the message.
fn time_before(line: &str, now: Timestamp) -> Result<Option<Timestamp>, NoTime> {
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    if first.starts_with('[') || first == "kernel:" || first.contains('=') {
        return Ok(None);
    }
    if first.starts_with(|character: char| character.is_ascii_digit()) {
        return first.parse().map(Some).map_err(|_| NoTime);
    }
    without_year(line, now).map(Some).ok_or(NoTime)
}

/// `Nov  1 12:00:00`, taken for UTC and for the latest year that does not lie in the future.
fn without_year(line: &str, now: Timestamp) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = line.split_ascii_whitespace();
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = i8::try_from(month).ok()? + 1;
    let day: i8 = words.next()?.parse().ok()?;
    let time: Time = words.next()?.parse().ok()?;
    // The clock of the machine may stand in a zone east of this.
    let latest = now.checked_add(jiff::SignedDuration::from_hours(24)).ok()?;
    let year = latest.to_zoned(TimeZone::UTC).year();
    // Eight years back there was a leap day in any case.
    (0..=8)
        .filter_map(|back| Date::new(year - back, month, day).ok())
        .filter_map(|date| {
            let moment = DateTime::from_parts(date, time);
            moment.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
        })
        .find(|moment| *moment <= latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T12:00:00Z";

    /// What a line of the form that the first one has is.
    fn read(lines: &[&str]) -> Vec<Reading> {
        let form = lines.iter().find_map(|line| Form::of(line)).unwrap();
        let now = NOW.parse().unwrap();
        lines.iter().map(|line| form.read(line, now)).collect()
    }

    fn contact(line: &str) -> Line {
        match read(&[line]).remove(0) {
            Reading::Contact(it) => it,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_table_is_read_by_the_names_of_its_columns() {
        let read = read(&[
            "bytes,Time,destination,port",
            "12,2026-11-01T10:00:00+01:00,Collector.Rocket.Chat,443",
            "\"\",\"2026-11-01T10:00:00Z\",\"2001:db8::1\",\"\"",
            "1,2026-11-01T10:00:00Z,https://u:p@api.example.net/secret,",
            "x,2026-11-01T10:00:00Z,api.example.net,443",
            "1,yesterday,api.example.net,443",
            "1,2026-11-01T10:00:00Z,,443",
            "1,2026-11-01T10:00:00Z,api.example.net,99999",
            "",
            "# a note",
        ]);
        let Reading::Contact(first) = &read[1] else {
            panic!("{read:?}");
        };
        assert_eq!(first.destination, "collector.rocket.chat");
        assert_eq!(first.time, Some(at("2026-11-01T09:00:00Z")));
        assert_eq!((first.port, first.bytes), (Some(443), Some(12)));
        assert!(
            matches!(&read[2], Reading::Contact(it) if it.destination == "2001:db8::1" && it.port.is_none())
        );
        assert!(
            matches!(&read[3], Reading::Contact(it) if it.destination == "api.example.net" && it.port == Some(443))
        );
        assert!(read[4..8].iter().all(|it| *it == Reading::Unreadable));
        assert!([0, 8, 9].iter().all(|&it| read[it] == Reading::Nothing));
    }

    #[test]
    fn a_proxy_names_hosts_and_says_what_it_refused() {
        let tunnel = contact(
            "1793534400.123    190 10.0.0.5 TCP_TUNNEL/200 5070 CONNECT marketplace.rocket.chat:443 - HIER_DIRECT/203.0.113.7 -",
        );
        assert_eq!(tunnel.destination, "marketplace.rocket.chat");
        assert_eq!((tunnel.port, tunnel.bytes), (Some(443), Some(5070)));
        assert_eq!(tunnel.time, Some(at("2026-11-01T12:00:00Z")));
        assert_eq!(tunnel.source, Some("10.0.0.5".parse().unwrap()));
        let denied = contact(
            "1793534400.123 0 10.0.0.5 TCP_DENIED/403 3900 GET http://u:p@api.example.net/a?b=secret user HIER_NONE/- text/html",
        );
        assert!(denied.refused);
        assert_eq!(denied.destination, "api.example.net");
        assert_eq!(denied.port, Some(80));
        let read = read(&[
            "1793534400.123 1 10.0.0.5 TCP_MISS/200 1 GET http://api.example.net/ - HIER_DIRECT/192.0.2.1 -",
            "1793534400.123 0 10.0.0.5 NONE_NONE/000 0 - error:transaction-end-before-headers - HIER_NONE/- -",
            "10.0.0.5 - - [01/Nov/2026:12:00:00 +0000] \"GET http://x/ HTTP/1.1\" 200 1",
        ]);
        assert_eq!(read[1..], [Reading::Nothing, Reading::Unreadable]);
    }

    #[test]
    fn connections_are_counted_once_however_many_events_they_have() {
        let new = contact(
            "[1793534400.123456]\t    [NEW] tcp      6 120 SYN_SENT src=10.0.0.5 dst=203.0.113.7 sport=40000 dport=443 [UNREPLIED] src=203.0.113.7 dst=10.0.0.5 sport=443 dport=40000",
        );
        assert_eq!(new.destination, "203.0.113.7");
        assert_eq!((new.port, new.goes_on), (Some(443), false));
        assert_eq!(new.time, Some(at("2026-11-01T12:00:00Z")));
        let end = contact(
            "[1793534410.1] [DESTROY] tcp 6 src=10.0.0.5 dst=203.0.113.7 sport=40000 dport=443 packets=9 bytes=900 src=203.0.113.7 dst=10.0.0.5 sport=443 dport=40000 packets=7 bytes=7000 [ASSURED]",
        );
        assert!(end.goes_on);
        assert_eq!(end.bytes, Some(900));
        let listed = contact(
            "ipv4 2 tcp 6 431999 ESTABLISHED src=10.0.0.5 dst=203.0.113.7 sport=40000 dport=443 src=203.0.113.7 dst=10.0.0.5 sport=443 dport=40000 [ASSURED] mark=0 use=1",
        );
        assert_eq!((listed.time, listed.goes_on), (None, false));
        let echo = contact(
            "icmp 1 29 src=10.0.0.5 dst=203.0.113.7 type=8 code=0 id=1 src=203.0.113.7 dst=10.0.0.5 type=0 code=0 id=1 mark=0 use=1",
        );
        assert_eq!(echo.port, None);
    }

    #[test]
    fn a_firewall_says_who_and_in_which_direction() {
        let rest = "SRC=10.0.0.5 DST=203.0.113.7 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=40000 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0";
        let system = contact(&format!(
            "Nov  1 12:00:00 chat kernel: [12.345] egress IN= OUT=eth0 {rest}"
        ));
        assert_eq!(system.time, Some(at("2026-11-01T12:00:00Z")));
        assert_eq!(system.destination, "203.0.113.7");
        assert_eq!(
            (system.port, system.refused, system.inbound),
            (Some(443), false, false)
        );
        let newer = contact(&format!(
            "2026-11-01T13:00:00.5+01:00 chat kernel: [UFW BLOCK] IN= OUT=eth0 {rest}"
        ));
        assert!(newer.refused);
        assert_eq!(newer.time, Some(at("2026-11-01T12:00:00.5Z")));
        let journal = contact(&format!(
            "2026-11-01T13:00:00+0100 chat kernel: x IN= OUT=eth0 {rest}"
        ));
        assert_eq!(journal.time, Some(at("2026-11-01T12:00:00Z")));
        let bare = contact(&format!("[12.345] x IN= OUT=eth0 {rest}"));
        assert_eq!(bare.time, None);
        let inward = contact(&format!(
            "Nov  1 12:00:00 chat kernel: x IN=eth0 OUT= MAC=00 {rest}"
        ));
        assert!(inward.inbound);
        let read = read(&[
            "Nov  1 12:00:00 chat kernel: usb 1-1: new device",
            &format!("Nov  1 12:00:00 dropbox kernel: x IN= OUT=eth0 {rest}"),
            &format!("Nov 31 12:00:00 chat kernel: x IN= OUT=eth0 {rest}"),
            "Nov  1 12:00:00 chat kernel: x IN= OUT=eth0 SRC=10.0.0.5 DST=nobody DPT=443",
        ]);
        assert_eq!(read[0], Reading::Nothing);
        // The name of a machine is no word of the firewall.
        assert!(matches!(&read[1], Reading::Contact(it) if !it.refused));
        assert_eq!(read[2..], [Reading::Unreadable, Reading::Unreadable]);
    }

    #[test]
    fn a_time_without_a_year_lies_in_the_past() {
        let now: Timestamp = NOW.parse().unwrap();
        for (text, wanted) in [
            ("Nov 22 11:00:00 x", "2026-11-22T11:00:00Z"),
            ("Dec 31 23:59:59 x", "2025-12-31T23:59:59Z"),
            ("Feb 29 00:00:00 x", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(without_year(text, now), Some(at(wanted)), "{text}");
        }
        assert_eq!(without_year("Foo 1 00:00:00", now), None);
    }
}
