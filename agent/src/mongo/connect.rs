//! Connecting: everything is opened before the first question, options that keep the agent gentle, and errors that say what to do next.

use std::future::IntoFuture as _;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mongodb::Client;
use mongodb::action::Action as _;
use mongodb::bson::doc;
use mongodb::error::{Error as DriverError, ErrorKind};
use mongodb::event::EventHandler;
use mongodb::event::cmap::CmapEvent;
use mongodb::event::command::CommandEvent;
use mongodb::options::{
    ClientOptions, ReadConcern, ReadPreference, ReadPreferenceOptions, SelectionCriteria,
    ServerAddress, ServerMonitoringMode, Tls,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::deployment::Deployment;
use super::gate::Gate;
use super::pipeline;
use crate::confine::Reach;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The port of a server whose address names none.
const PORT: u16 = 27017;
/// Longer than any run.
const A_RUN: Duration = Duration::from_hours(24);

/// How much the agent asks of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long to look for a server.
    pub(crate) connect: Duration,
    /// How long the server may work on one query.
    pub(crate) query: Duration,
    /// How many queries run at the same time.
    pub(crate) at_once: u32,
    /// How many commands start in a second at most.
    pub(crate) rate: Option<NonZeroU32>,
    /// When the time for the whole run is over.
    pub(crate) until: Option<Instant>,
}

/// The address of a deployment, understood.
pub(crate) struct Address {
    /// Everything but the database.
    options: ClientOptions,
    database: Option<String>,
    hosts: String,
}

impl Address {
    /// Understands an address. Nothing is looked up and nothing is connected.
    pub(crate) fn parse(uri: &SecretString) -> Result<Self> {
        let parsing = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| Error::new(Exit::Internal, error.to_string(), ""))?;
        let mut options = parsing
            .block_on(ClientOptions::parse(uri.expose_secret()).into_future())
            .map_err(|error| unusable(&error))?;
        Ok(Self {
            hosts: names(&options.hosts),
            database: options.default_database.take(),
            options,
        })
    }

    /// The servers that it names.
    pub(crate) fn hosts(&self) -> &str {
        &self.hosts
    }

    /// The database that it names.
    pub(crate) fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Whether it is the same deployment and login as another, whatever the database.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.options == other.options
    }

    /// What connecting to it has to reach.
    pub(crate) fn reach(&self) -> Reach {
        let mut reach = Reach::default();
        for host in &self.options.hosts {
            match host {
                ServerAddress::Tcp { host, port } => {
                    reach.ports.insert(port.unwrap_or(PORT));
                    reach.names |= host.parse::<IpAddr>().is_err();
                }
                ServerAddress::Unix { path } => reach.files.push(path.clone()),
                // A kind that a later driver adds is refused when it connects.
                _ => {}
            }
        }
        // The members of a replica set go by the names that they have among themselves.
        reach.names |= !is_direct(&self.options) && !reach.ports.is_empty();
        if let Some(Tls::Enabled(tls)) = &self.options.tls {
            reach.files.extend(tls.ca_file_path.clone());
            reach.files.extend(tls.cert_key_file_path.clone());
        }
        reach
    }

    /// Opens every connection that reading will use. All of them go to one server, so that what is
    /// read is of one member; none can be opened later.
    pub(crate) async fn connect(self, limits: Limits) -> Result<Deployment> {
        // Made while the server is waited for.
        tokio::spawn(async { pipeline::settings() });
        let Self {
            mut options,
            database,
            hosts,
        } = self;
        options
            .app_name
            .get_or_insert_with(|| "rc-audit".to_owned());
        options
            .server_selection_timeout
            .get_or_insert(limits.connect);
        options.connect_timeout.get_or_insert(limits.connect);
        options.retry_writes = Some(false);
        options.selection_criteria.get_or_insert_with(|| {
            SelectionCriteria::ReadPreference(ReadPreference::SecondaryPreferred {
                options: Some(ReadPreferenceOptions::default()),
            })
        });
        options
            .read_concern
            .get_or_insert_with(ReadConcern::majority);
        if !is_direct(&options) {
            let chosen = choose(&options, &hosts, limits).await?;
            options.hosts = vec![chosen];
        }
        if options.load_balanced != Some(true) {
            options.direct_connection = Some(true);
        }
        options.min_pool_size = None;
        options.max_pool_size = Some(limits.at_once);
        options.max_connecting = Some(limits.at_once);
        options.max_idle_time = None;
        // The watch over the server would open connections of its own, now and then.
        options.server_monitoring_mode = Some(ServerMonitoringMode::Poll);
        options.heartbeat_freq = Some(A_RUN);
        let ready = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&ready);
        options.cmap_event_handler = Some(EventHandler::callback(move |event| match event {
            CmapEvent::ConnectionReady(_) => {
                count.fetch_add(1, Ordering::SeqCst);
            }
            CmapEvent::ConnectionClosed(_) => {
                count.fetch_sub(1, Ordering::SeqCst);
            }
            _ => {}
        }));
        let gate = Arc::new(Gate::new(limits));
        if limits.rate.is_some() {
            // The driver asks for the rest of an answer by itself.
            let gate = Arc::clone(&gate);
            options.command_event_handler =
                Some(EventHandler::callback(move |event| match event {
                    CommandEvent::Started(command) if command.command_name == "getMore" => {
                        gate.count();
                    }
                    _ => {}
                }));
        }
        let client = Client::with_options(options).map_err(|error| unusable(&error))?;
        let hello = client
            .database("admin")
            .run_command(doc! { "hello": 1 })
            .await
            .map_err(|error| unreachable(&hosts, limits, &error))?;
        let ahead = hello.get_datetime("localTime").ok().and_then(|time| {
            let theirs = Timestamp::from_millisecond(time.timestamp_millis()).ok()?;
            Some(Timestamp::now().duration_since(theirs))
        });
        let deployment = Deployment::new(client, limits, gate, hosts, hello, ahead).of(database);
        deployment.fill(&ready).await?;
        Ok(deployment)
    }
}

/// The server to read from: one that the driver takes when it may choose.
async fn choose(options: &ClientOptions, hosts: &str, limits: Limits) -> Result<ServerAddress> {
    let chosen = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&chosen);
    let mut options = options.clone();
    options.max_pool_size = Some(1);
    options.cmap_event_handler = Some(EventHandler::callback(move |event| {
        if let CmapEvent::ConnectionCheckedOut(event) = event {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.address);
        }
    }));
    let criteria = options.selection_criteria.clone();
    let client = Client::with_options(options).map_err(|error| unusable(&error))?;
    client
        .database("admin")
        .run_command(doc! { "ping": 1 })
        .optional(criteria, mongodb::action::RunCommand::selection_criteria)
        .await
        .map_err(|error| unreachable(hosts, limits, &error))?;
    client.shutdown().immediate(true).await;
    let address = chosen.lock().unwrap_or_else(PoisonError::into_inner).take();
    address.ok_or_else(|| {
        Error::new(
            Exit::Internal,
            "the driver does not say which server it asked",
            "Name one member alone in the address.",
        )
    })
}

/// Whether the address means its only host, and no other that this would name. With one host and no
/// name of a replica set, the operator means this host; discovery would go on to whatever names the
/// members have among themselves.
fn is_direct(options: &ClientOptions) -> bool {
    options.load_balanced == Some(true)
        || options.hosts.len() == 1
            && match options.direct_connection {
                Some(direct) => direct,
                None => options.repl_set_name.is_none(),
            }
}

fn names(hosts: &[ServerAddress]) -> String {
    let names: Vec<String> = hosts.iter().map(ServerAddress::to_string).collect();
    names.join(", ")
}

/// The error for a server that can't be reached or refuses the login.
pub(super) fn unreachable(hosts: &str, limits: Limits, error: &DriverError) -> Error {
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => Error::new(
            Exit::Connection,
            format!("the server at {hosts} refused the login"),
            "Check user name, password and the authSource of the address; special characters \
             in the password need percent-encoding.",
        ),
        _ if is_denied(error) => Error::new(
            Exit::Connection,
            format!("the login at {hosts} may not read what is needed"),
            "Give it the role 'read' on the workspace's database.",
        ),
        ErrorKind::ServerSelection { .. } => Error::new(
            Exit::Connection,
            format!(
                "no server answers at {hosts} within {} s: {}",
                limits.connect.as_secs(),
                reason(error)
            ),
            "Check host and port, that MongoDB runs, and that TLS is asked for on both sides \
             alike (tls=true, tlsCAFile=…).",
        ),
        _ => Error::new(
            Exit::Connection,
            format!("reading from {hosts} failed: {}", reason(error)),
            "Check the address and try again.",
        ),
    }
}

/// Whether the server says that the login may not do this.
pub(super) fn is_denied(error: &DriverError) -> bool {
    // 13 is Unauthorized, 8000 is what hosted services answer instead.
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if matches!(command.code, 13 | 8000))
}

/// Whether the time limit ended a query.
pub(super) fn is_timeout(error: &DriverError) -> bool {
    // 50 is MaxTimeMSExpired, 262 ExceededTimeLimit.
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if matches!(command.code, 50 | 262))
}

/// The driver's reason on one line, without the parts that only repeat themselves.
pub(super) fn reason(error: &DriverError) -> String {
    let text = match error.kind.as_ref() {
        ErrorKind::Command(command) => format!("{} ({})", command.message, command.code_name),
        ErrorKind::ServerSelection { message, .. } => {
            let text = message.split("Error: ").nth(1).unwrap_or(message);
            let text = text.split(", labels:").next().unwrap_or(text);
            text.trim_start_matches("Kind: ").to_owned()
        }
        kind => kind.to_string(),
    };
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(300)
        .collect()
}

/// The error for an address that the driver does not take. The driver's text may quote the address,
/// so only what is known to be harmless is passed on.
fn unusable(error: &DriverError) -> Error {
    let text = error.to_string();
    if text.contains("dns-resolver") || text.contains("srv") {
        return Error::usage(
            "an address with mongodb+srv:// is looked up in the DNS, which this program does not do",
            "Write the hosts out: mongodb://host1,host2,host3/database?replicaSet=NAME&tls=true",
        );
    }
    if let ErrorKind::InvalidTlsConfig { message, .. } = error.kind.as_ref() {
        return Error::usage(
            format!("the TLS options of the address can't be used: {message}"),
            "tlsCAFile names a PEM file with the certificate of the authority.",
        );
    }
    Error::usage(
        "the address is not one that MongoDB understands",
        "Write mongodb://user:password@host:27017/database?authSource=admin, with special \
         characters in user and password percent-encoded.",
    )
}
