//! What keeps this process in: no socket for whatever touches rules, templates or values; files and
//! ports only as the command needs them; no other program, no new privileges, no core dump.
//!
//! The way of a run that reads a server:
//!
//! 1. [`Guard::begin`], first of all: what no part of a run needs is refused to the only thread.
//! 2. What has to be connected for the whole run, such as an agent that signs, is connected here.
//! 3. [`Guard::reader`] starts the threads that read. They may look up names and connect, only to
//!    the database's port, and open no file but those that this needs.
//! 4. [`Guard::enclose`] takes sockets away from the main thread, and starts those that judge, which
//!    never have any. Rules and other files that people wrote are parsed after it.
//! 5. [`Guard::keep_to`] leaves only the command's own places to the main thread.
//! 6. [`Guard::seal`], once the connections are open and before the first question: sockets are
//!    taken away from every thread. Reading goes over what is open, and when that is closed there is
//!    nothing left.
//! 7. [`Guard::probe`], before judging.
//!
//! Everything else starts with steps 1, 4 and 6 at once ([`Guard::offline`]).
//!
//! A kernel that lacks something keeps the program from nothing else: what is not in force is in the
//! report, and `--require-confinement` makes it an error.

mod calls;
mod files;
mod probe;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rc_audit_report::v1::Confinement;
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, Result};
use crate::exit::Exit;
use files::Landlock;
pub(crate) use files::Places;

/// What the resolver of names reads, where there is a name to look up: its configuration, and the
/// parts of the C library that it loads.
const RESOLVER: &[&str] = &[
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/nsswitch.conf",
    "/etc/resolv.conf",
    "/etc/services",
    "/lib",
    "/lib64",
    "/run/systemd/resolve",
    "/usr/lib",
    "/usr/lib64",
];

/// The port of name servers, for answers that are too long for a datagram.
const NAME_SERVER: u16 = 53;

/// What a run is allowed to reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// The ports of the database.
    pub(crate) ports: BTreeSet<u16>,
    /// Files that connecting reads, such as certificates.
    pub(crate) files: Vec<PathBuf>,
    /// Whether there are names to look up.
    pub(crate) names: bool,
}

/// What is in force.
pub(crate) struct Guard {
    in_force: Vec<String>,
    missing: BTreeSet<String>,
    landlock: Option<Landlock>,
    calls: bool,
    judges: Arc<Mutex<BTreeSet<String>>>,
    open: Option<(probe::Open, BTreeSet<String>)>,
    writable: Vec<PathBuf>,
    record: Confinement,
}

impl Guard {
    /// Refuses to the only thread, and so to all that it starts, what no part of a run needs.
    pub(crate) fn begin() -> Self {
        let mut guard = Self {
            in_force: Vec::new(),
            missing: BTreeSet::new(),
            landlock: None,
            calls: false,
            judges: Arc::default(),
            open: None,
            writable: Vec::new(),
            record: Confinement::default(),
        };
        let hidden = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
        let no_core = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        // A service manager may have done it, and not permit it again.
        let no_core = match rustix::process::getrlimit(Resource::Core).maximum {
            Some(0) => Ok(()),
            _ => rustix::process::setrlimit(Resource::Core, no_core),
        };
        guard.note(
            "memory: no core dump, and no other process of the same user looks into it",
            hidden.and(no_core).map_err(|error| error.to_string()),
        );
        let privileges = rustix::thread::set_no_new_privs(true);
        guard.note(
            "privileges: none can be gained",
            privileges.map_err(|error| error.to_string()),
        );
        let never = calls::never();
        guard.calls = never.is_ok();
        guard.note(
            "system calls, for the whole run (seccomp): no other program or process, no look into \
             another, no listening, no raw packets, no Multipath TCP, no TCP Fast Open, no io_uring",
            never,
        );
        guard.open = probe::Open::of_this_process()
            .ok()
            .map(|open| (open, BTreeSet::new()));
        guard
    }

    /// Notes what is open before connecting, so that what is left of connecting can be told: an
    /// agent, and a pair of sockets by which the threads that read wake each other.
    fn note_open(&mut self) {
        if let Some((open, before)) = &mut self.open
            && let Ok(now) = open.sockets()
        {
            *before = now;
        }
    }

    /// The threads that read a server. They may connect until [`Guard::seal`].
    pub(crate) fn reader(&mut self, reach: &Reach) -> Result<Runtime> {
        let mut places = Places {
            read: reach.files.clone(),
            ports: reach.ports.iter().copied().collect(),
            ..Places::default()
        };
        if reach.names {
            places.read.extend(RESOLVER.iter().map(PathBuf::from));
            places.ports.push(NAME_SERVER);
        }
        // Threads inherit from the one that starts them, so these are started by one that may touch
        // no more than they.
        let started = thread::spawn(move || {
            let kept = files::only(&places);
            let runtime = Builder::new_multi_thread()
                .worker_threads(2)
                .enable_io()
                .enable_time()
                .build();
            (kept, runtime)
        });
        let internal = |what: String| Error::new(Exit::Internal, what, "");
        let (kept, runtime) = started
            .join()
            .map_err(|_| internal("the threads for reading broke".to_owned()))?;
        let ports: Vec<String> = reach.ports.iter().map(u16::to_string).collect();
        let names = if reach.names {
            ", and to name servers"
        } else {
            ""
        };
        let what = if ports.is_empty() {
            "connecting (Landlock): no TCP, since the address is a unix socket".to_owned()
        } else {
            format!(
                "connecting (Landlock): TCP to port {}{names}, limited by port and not by address",
                ports.join(", ")
            )
        };
        match &kept {
            // Ports came with the fourth version of the interface.
            Ok(kept) if kept.abi < 4 => self.note(
                &what,
                Err(format!(
                    "this kernel's Landlock is version {}, which does not know ports",
                    kept.abi
                )),
            ),
            Ok(_) => self.note(&what, Ok(())),
            Err(reason) => self.note(&what, Err(reason.clone())),
        }
        runtime.map_err(|error| internal(format!("no threads for reading: {error}")))
    }

    /// Takes sockets away from the calling thread, which is the main one, and starts the threads
    /// that judge without any. They read below these paths and write nowhere.
    pub(crate) fn enclose(&mut self, read: &[PathBuf]) {
        self.note_open();
        let sealed = calls::no_sockets_here();
        self.note(
            "judging (seccomp): the threads that touch rules, templates and values never had a \
             socket",
            sealed,
        );
        let places = Places {
            read: read.to_vec(),
            ..Places::default()
        };
        let failed = Arc::clone(&self.judges);
        // It fails only where the threads were started before, and then this was done before.
        let _ = rayon::ThreadPoolBuilder::new()
            .start_handler(move |_| {
                if let Err(reason) = files::only(&places) {
                    failed
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(reason);
                }
            })
            .build_global();
    }

    /// Leaves only these places to the main thread.
    pub(crate) fn keep_to(&mut self, places: &Places) {
        let kept = files::only(places);
        self.writable.clone_from(&places.write);
        let what = if places.write.is_empty() {
            "files (Landlock): reads only what the command names, writes nowhere"
        } else {
            "files (Landlock): reads only what the command names, writes only beneath the folders \
             for output and state"
        };
        self.landlock = kept.as_ref().ok().copied();
        self.note(what, kept.map(drop));
        if self.landlock.is_some_and(|kept| !kept.fully) {
            self.missing.insert(
                "files (Landlock): this kernel does not know all the rights that are refused to \
                 the program; a newer one does"
                    .to_owned(),
            );
        }
    }

    /// Takes sockets away from every thread. Those that are open stay.
    pub(crate) fn seal(&mut self) {
        let sealed = calls::no_sockets_anywhere();
        self.note(
            "network (seccomp, all threads): since before the first read no socket could be made or \
             connected",
            sealed,
        );
    }

    /// Takes sockets away from a command that talks to a person, and so needs more than its files.
    pub(crate) fn without_sockets(&mut self) {
        self.enclose(&[]);
        self.seal();
    }

    /// Confines a command that reads no server: no socket, from here on, for any thread.
    pub(crate) fn offline(&mut self, places: &Places) {
        self.enclose(&places.read);
        self.seal();
        self.keep_to(places);
    }

    /// Tries to get out, and counts what is still open.
    pub(crate) fn probe(&mut self) {
        self.record.probes = probe::all(&self.writable);
        let open = self.open.as_mut().and_then(|(open, before)| {
            let now = open.sockets().ok()?;
            u64::try_from(now.difference(before).count()).ok()
        });
        self.record.open_sockets = open;
    }

    /// What the report says.
    pub(crate) fn record(&self) -> Confinement {
        let mut missing = self.missing.clone();
        for reason in &*self.judges.lock().unwrap_or_else(PoisonError::into_inner) {
            missing.insert(format!(
                "files of the threads that judge (Landlock): {reason}"
            ));
        }
        Confinement {
            enforced: self.in_force.clone(),
            missing: missing.into_iter().collect(),
            kernel: rustix::system::uname()
                .release()
                .to_str()
                .map(str::to_owned)
                .ok(),
            landlock: self.landlock.map(|kept| kept.abi),
            probes: self.record.probes.clone(),
            open_sockets: self.record.open_sockets,
        }
    }

    /// The error where confinement is required and is not whole, or did not hold.
    pub(crate) fn required(&self) -> Result<()> {
        let record = self.record();
        let mut lacking: Vec<String> = record.missing;
        for probe in record.probes.iter().filter(|probe| !probe.refused) {
            lacking.push(format!(
                "the attempt at {} was not refused: {}",
                probe.what, probe.answer
            ));
        }
        if lacking.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            Exit::Confinement,
            format!(
                "confinement is required and not in force: {}",
                lacking.join("; ")
            ),
            "Nothing was judged. Use Linux 6.7 or later with Landlock and seccomp, and let the \
             container's own profile permit both; or leave out --require-confinement, and the \
             report says what is missing.",
        ))
    }

    fn note(&mut self, what: &str, result: std::result::Result<(), String>) {
        match result {
            Ok(()) => self.in_force.push(what.to_owned()),
            Err(reason) => {
                self.missing.insert(format!("{what}: {reason}"));
            }
        }
    }
}
