//! Connecting: options that keep the agent gentle, and errors that say what to do next.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::{Error as DriverError, ErrorKind};
use mongodb::options::{
    ClientOptions, ReadConcern, ReadPreference, ReadPreferenceOptions, SelectionCriteria,
    ServerAddress,
};
use mongodb::{Client, Database};
use secrecy::{ExposeSecret as _, SecretString};

use super::read::Workspace;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// The collection that makes a database a workspace.
const SETTINGS: &str = "rocketchat_settings";

/// How much the agent asks of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How long to look for a server.
    pub(crate) connect: Duration,
    /// How long the server may work on one query.
    pub(crate) query: Duration,
    /// How many queries run at the same time.
    pub(crate) at_once: u32,
}

/// A MongoDB deployment.
pub(crate) struct Deployment {
    client: Client,
    limits: Limits,
    database: Option<String>,
    hosts: String,
}

impl Deployment {
    /// Prepares a connection; nothing is sent yet.
    pub(crate) async fn prepare(uri: &SecretString, limits: Limits) -> Result<Self> {
        let mut options = ClientOptions::parse(uri.expose_secret())
            .await
            .map_err(|error| unusable(&error))?;
        let hosts = options
            .hosts
            .iter()
            .map(ServerAddress::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        options
            .app_name
            .get_or_insert_with(|| "rc-audit".to_owned());
        options
            .server_selection_timeout
            .get_or_insert(limits.connect);
        options.connect_timeout.get_or_insert(limits.connect);
        options.max_pool_size = Some(limits.at_once);
        options.retry_writes = Some(false);
        // With one host and no name of a replica set, the operator means this host. Discovery would
        // go on to whatever names the members have among themselves.
        if options.hosts.len() == 1 && options.repl_set_name.is_none() {
            options.direct_connection.get_or_insert(true);
        }
        options.selection_criteria.get_or_insert_with(|| {
            SelectionCriteria::ReadPreference(ReadPreference::SecondaryPreferred {
                options: Some(ReadPreferenceOptions::default()),
            })
        });
        options
            .read_concern
            .get_or_insert_with(ReadConcern::majority);
        let database = options.default_database.clone();
        let client = Client::with_options(options).map_err(|error| unusable(&error))?;
        Ok(Self {
            client,
            limits,
            database,
            hosts,
        })
    }

    /// The workspaces: the database that the address names, or every one that holds settings.
    pub(crate) async fn workspaces(&self) -> Result<Vec<Workspace>> {
        let hello = self
            .client
            .database("admin")
            .run_command(doc! { "hello": 1 })
            .await
            .map_err(|error| self.unreachable(&error))?;
        if let Some(name) = &self.database {
            let database = self.client.database(name);
            let names = self.collections(&database).await?;
            // Whoever may not list collections may still read them, so only a list can say no.
            if let Some(names) = &names
                && !names.iter().any(|name| name == SETTINGS)
            {
                let others = self.databases_with_settings().await.unwrap_or_default();
                return Err(no_settings(name, &others));
            }
            return Ok(vec![self.workspace(database, names, &hello).await]);
        }
        let mut found = Vec::new();
        for name in self.databases_with_settings().await? {
            let database = self.client.database(&name);
            let names = self.collections(&database).await?;
            found.push(self.workspace(database, names, &hello).await);
        }
        if found.is_empty() {
            return Err(Error::new(
                Exit::Nothing,
                format!("no database at {} holds {SETTINGS}", self.hosts),
                "Name the database in the address: mongodb://host/rocketchat. A login that may not \
                 list databases has to name it.",
            ));
        }
        Ok(found)
    }

    async fn workspace(
        &self,
        database: Database,
        collections: Option<Vec<String>>,
        hello: &Document,
    ) -> Workspace {
        let build = database
            .run_command(doc! { "buildInfo": 1 })
            .await
            .ok()
            .and_then(|info| info.get_str("version").map(str::to_owned).ok());
        Workspace::new(database, collections, hello, build, self.limits)
    }

    async fn collections(&self, database: &Database) -> Result<Option<Vec<String>>> {
        match database.list_collection_names().await {
            Ok(names) => Ok(Some(names)),
            Err(error) if is_denied(&error) => Ok(None),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    async fn databases_with_settings(&self) -> Result<Vec<String>> {
        let names = self
            .client
            .list_database_names()
            .authorized_databases(true)
            .await
            .map_err(|error| self.unreachable(&error))?;
        let mut found = Vec::new();
        for name in names {
            if matches!(name.as_str(), "admin" | "config" | "local") {
                continue;
            }
            let collections = self.client.database(&name).list_collection_names().await;
            if collections.is_ok_and(|names| names.iter().any(|name| name == SETTINGS)) {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }

    /// The error for a server that can't be reached or refuses the login.
    fn unreachable(&self, error: &DriverError) -> Error {
        let hosts = &self.hosts;
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
                    self.limits.connect.as_secs(),
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
        ErrorKind::ServerSelection { message, .. } => message
            .split("Error: ")
            .nth(1)
            .unwrap_or(message)
            .to_owned(),
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

fn no_settings(name: &str, others: &[String]) -> Error {
    let what = format!("the database '{name}' holds no {SETTINGS}, so it is no workspace");
    let next = if others.is_empty() {
        "No other database that this login sees has one.".to_owned()
    } else {
        format!("These databases have one: {}.", others.join(", "))
    };
    Error::new(Exit::Nothing, what, next)
}
