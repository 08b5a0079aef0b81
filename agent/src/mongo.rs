//! The only place that names the MongoDB driver.
//!
//! It reads: `aggregate`, `listCollections`, `listIndexes`, `listDatabases`, and what a server says of
//! itself and of the login (`hello`, `ping`, `buildInfo`, `connectionStatus`), nothing else. Every aggregation reduces documents inside the database, so that texts nobody needs never
//! cross the connection.

mod connect;
mod decode;
mod deployment;
mod gate;
mod key;
mod login;
mod pipeline;
mod read;
mod unreferenced;

pub(crate) use connect::{Address, Limits};
pub(crate) use decode::{field_value, setting, value};
pub(crate) use deployment::Deployment;
pub(crate) use key::Key;
pub(crate) use read::{Settings, Workspace, returned};

/// The parts of BSON that reading dump files needs.
pub(crate) mod bson {
    pub(crate) use mongodb::bson::{DateTime, Document, RawBsonRef, RawDocument, RawDocumentBuf};
}
