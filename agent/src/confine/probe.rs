//! Attempts to get out, made just before judging. All of them go to addresses that are set aside
//! for documentation, and none of them should get as far as a network.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;

use rc_audit_report::v1::Probe;
use rustix::fs::Dir;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, Protocol, SendFlags, SocketAddrUnix, SocketFlags, SocketType, ipproto,
};

/// Nobody has this address, nor the next.
const NOWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const NOWHERE_6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
/// The port of the discard service.
const DISCARD: u16 = 9;
/// A question for the address of "invalid.", as a name server would get it.
const QUESTION: &[u8] =
    b"\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07invalid\x00\x00\x01\x00\x01";

/// How an attempt ended: the call that ended it and its answer.
type Attempt = Result<(), (&'static str, Errno)>;

/// Makes every attempt, in a fixed order.
pub(super) fn all(writable: &[PathBuf]) -> Vec<Probe> {
    let v4 = SocketAddr::from((NOWHERE, DISCARD));
    let v6 = SocketAddr::from((NOWHERE_6, DISCARD));
    let name_server = SocketAddr::from((NOWHERE, 53));
    let stream = SocketType::STREAM;
    let datagram = SocketType::DGRAM;
    vec![
        probe("TCP", connect(v4, stream, None)),
        probe("TCP over IPv6", connect(v6, stream, None)),
        probe("UDP", send(v4, datagram, SendFlags::empty())),
        probe("Multipath TCP", connect(v4, stream, Some(ipproto::MPTCP))),
        probe("TCP Fast Open", send(v4, stream, fast_open())),
        probe(
            "name server",
            send(name_server, datagram, SendFlags::empty()),
        ),
        probe("raw packets", raw()),
        probe(
            "unix socket",
            unix(SocketAddrUnix::new("/nonexistent/rc-audit-probe")),
        ),
        probe(
            "abstract unix socket",
            unix(SocketAddrUnix::new_abstract_name(b"rc-audit-probe")),
        ),
        probe("another program", program()),
        probe("reading elsewhere", read()),
        probe("writing elsewhere", write(writable)),
    ]
}

fn probe(what: &str, attempt: Attempt) -> Probe {
    let (call, answer) = match attempt {
        Ok(()) => ("", "done".to_owned()),
        Err((call, errno)) => (call, name(errno)),
    };
    Probe {
        what: what.to_owned(),
        call: call.to_owned(),
        refused: attempt.is_err_and(|(_, errno)| is_refusal(errno)),
        answer,
    }
}

/// Only a refusal counts: that there is no route today, or nobody at the other end, keeps nothing
/// in.
fn is_refusal(errno: Errno) -> bool {
    matches!(errno, Errno::PERM | Errno::ACCESS)
}

fn name(errno: Errno) -> String {
    match errno {
        Errno::PERM => "EPERM".to_owned(),
        Errno::ACCESS => "EACCES".to_owned(),
        Errno::INPROGRESS => "EINPROGRESS".to_owned(),
        Errno::NETUNREACH => "ENETUNREACH".to_owned(),
        Errno::NOENT => "ENOENT".to_owned(),
        Errno::CONNREFUSED => "ECONNREFUSED".to_owned(),
        Errno::NOSYS => "ENOSYS".to_owned(),
        errno => format!("errno {}", errno.raw_os_error()),
    }
}

fn socket(
    family: AddressFamily,
    kind: SocketType,
    protocol: Option<Protocol>,
) -> Result<OwnedFd, (&'static str, Errno)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    rustix::net::socket_with(family, kind, flags, protocol).map_err(|errno| ("socket", errno))
}

fn family(address: SocketAddr) -> AddressFamily {
    if address.is_ipv4() {
        AddressFamily::INET
    } else {
        AddressFamily::INET6
    }
}

fn connect(address: SocketAddr, kind: SocketType, protocol: Option<Protocol>) -> Attempt {
    let socket = socket(family(address), kind, protocol)?;
    rustix::net::connect(&socket, &address).map_err(|errno| ("connect", errno))
}

fn send(address: SocketAddr, kind: SocketType, flags: SendFlags) -> Attempt {
    let socket = socket(family(address), kind, None)?;
    match rustix::net::sendto(&socket, QUESTION, flags, &address) {
        Ok(_) => Ok(()),
        Err(errno) => Err(("sendto", errno)),
    }
}

fn fast_open() -> SendFlags {
    SendFlags::from_bits_retain(libc::MSG_FASTOPEN.unsigned_abs())
}

fn raw() -> Attempt {
    socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::ICMP)).map(drop)
}

fn unix(address: Result<SocketAddrUnix, Errno>) -> Attempt {
    let address = address.map_err(|errno| ("address", errno))?;
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::net::connect(&socket, &address).map_err(|errno| ("connect", errno))
}

fn program() -> Attempt {
    // Redirecting its output would open a file, and that is refused by something else.
    match Command::new("/bin/true").env_clear().spawn() {
        Ok(mut child) => {
            // What has got out is not left behind.
            let _ = child.wait();
            Ok(())
        }
        Err(error) => Err(("spawn", of(&error))),
    }
}

fn read() -> Attempt {
    fs::read_dir("/")
        .map(drop)
        .map_err(|error| ("openat", of(&error)))
}

/// Makes a file in a place that most users may write to, but not this run.
fn write(writable: &[PathBuf]) -> Attempt {
    let allowed = |folder: &Path| writable.iter().any(|it| folder.starts_with(it));
    let folder = [
        Path::new("/tmp"),
        Path::new("/var/tmp"),
        Path::new("/dev/shm"),
    ]
    .into_iter()
    .find(|folder| !allowed(folder))
    .unwrap_or(Path::new("/"));
    let path = folder.join(format!(".rc-audit-probe-{}", std::process::id()));
    match File::create_new(&path) {
        Ok(_) => {
            let _ = fs::remove_file(&path);
            Ok(())
        }
        Err(error) => Err(("openat", of(&error))),
    }
}

fn of(error: &io::Error) -> Errno {
    error
        .raw_os_error()
        .map_or(Errno::IO, Errno::from_raw_os_error)
}

/// A list of what the process has open. It is opened while files can still be opened.
pub(super) struct Open(Dir);

impl Open {
    /// The list of this process.
    pub(super) fn of_this_process() -> io::Result<Self> {
        Ok(Self(Dir::new(File::open("/proc/self/fd")?)?))
    }

    /// The sockets that are open now.
    pub(super) fn sockets(&mut self) -> io::Result<BTreeSet<String>> {
        let mut names = Vec::new();
        self.0.rewind();
        for entry in &mut self.0 {
            names.push(entry?.file_name().to_owned());
        }
        let mut found = BTreeSet::new();
        for name in names {
            let target = rustix::fs::readlinkat(self.0.fd()?, name, Vec::new());
            if let Ok(target) = target
                && let Ok(target) = target.into_string()
                && target.starts_with("socket:")
            {
                found.insert(target);
            }
        }
        Ok(found)
    }
}
