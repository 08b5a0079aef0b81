//! What to read, worked out from the command line and the environment.

use std::env;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rc_audit_rules::contact::destination;
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli;
use crate::error::{Error, Result};

/// The name of the systemd credential with the address.
const CREDENTIAL: &str = "rc-audit-uri";
/// Variables with the address; the second is the one that the server itself uses.
const VARIABLES: [&str; 2] = ["RC_AUDIT_URI", "MONGO_URL"];
/// How a snapshot begins.
const SNAPSHOT: &str = "{\"format\":\"rc-audit-snapshot/";

/// What to read.
pub(crate) enum Target {
    /// A MongoDB server.
    Server(SecretString),
    /// Files of `mongodump` or `mongoexport`.
    Dump(PathBuf),
    /// A snapshot.
    Snapshot(PathBuf),
}

impl Target {
    /// Works out what to read. Nothing is opened but to look at the first bytes of a file.
    pub(crate) fn resolve(given: &cli::Target) -> Result<Self> {
        if let Some(text) = &given.address {
            if text.contains("://") {
                return Ok(Self::Server(SecretString::from(text.clone())));
            }
            return Self::path(Path::new(text));
        }
        if let Some(path) = &given.uri_file {
            return Self::in_file(path);
        }
        if let Some(folder) = env::var_os("CREDENTIALS_DIRECTORY") {
            let path = Path::new(&folder).join(CREDENTIAL);
            if path.exists() {
                return Self::in_file(&path);
            }
        }
        for name in VARIABLES {
            if let Ok(address) = env::var(name)
                && !address.trim().is_empty()
            {
                return Ok(Self::Server(SecretString::from(address.trim().to_owned())));
            }
        }
        Err(Error::usage(
            "nothing to read was named",
            "Give a MongoDB address, a dump or a settings file, or set RC_AUDIT_URI. See 'rc-audit \
             check --help'.",
        ))
    }

    /// The server at an address.
    pub(crate) fn address(address: SecretString) -> Result<Self> {
        if address.expose_secret().contains("://") {
            Ok(Self::Server(address))
        } else {
            Err(Error::usage(
                "the address is none",
                "It should be like mongodb://user:password@host:27017/database?authSource=admin.",
            ))
        }
    }

    /// The server whose address is the first line of a file.
    pub(crate) fn in_file(path: &Path) -> Result<Self> {
        address_in(path).map(Self::Server)
    }

    /// The hosts that an address of a server names, or the domain that lists them; none of a file.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let Self::Server(address) = self else {
            return Vec::new();
        };
        let address = address.expose_secret();
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let places = authority.rsplit('@').next().unwrap_or_default();
        places
            .split(',')
            .filter_map(destination)
            .map(|host| match host.split_once('.') {
                // The name of a list of servers, which are its siblings.
                Some((_, domain)) if scheme == "mongodb+srv" => domain.to_owned(),
                _ => host,
            })
            .collect()
    }

    /// A file or a folder.
    pub(crate) fn path(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(Error::usage(
                format!("{} does not exist", path.display()),
                "Give a path that exists, or an address that begins with mongodb://.",
            ));
        }
        if path.is_file() {
            let mut start = String::new();
            let length = u64::try_from(SNAPSHOT.len()).unwrap_or(0);
            let is_snapshot = fs::File::open(path)
                .map(|file| file.take(length).read_to_string(&mut start))
                .is_ok_and(|read| read.is_ok())
                && start == SNAPSHOT;
            if is_snapshot {
                return Ok(Self::Snapshot(path.to_owned()));
            }
        }
        Ok(Self::Dump(path.to_owned()))
    }
}

/// The address in a file: its first line.
fn address_in(path: &Path) -> Result<SecretString> {
    let text = fs::read_to_string(path).map_err(|error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "It should hold one line with the MongoDB address.",
        )
    })?;
    match text.lines().next().map(str::trim) {
        Some(line) if line.contains("://") => Ok(SecretString::from(line.to_owned())),
        _ => Err(Error::usage(
            format!("the first line of {} is no address", path.display()),
            "It should be like mongodb://user:password@host:27017/database?authSource=admin.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_hosts_of_the_database_and_no_login() {
        let hosts = |address: &str| Target::Server(SecretString::from(address)).hosts();
        assert_eq!(
            hosts("mongodb://user:pass@DB1.example:27017,db2.example,[2001:db8::1]:27017/rc?a=b"),
            ["db1.example", "db2.example", "2001:db8::1"]
        );
        assert_eq!(
            hosts("mongodb+srv://user:pass@main.cluster.example/rc"),
            ["cluster.example"]
        );
        assert!(hosts("mongodb://%2Ftmp%2Fmongodb-27017.sock/rc").is_empty());
        assert!(Target::Dump(PathBuf::from("dump")).hosts().is_empty());
    }
}
