//! Made-up workspaces in the shapes that a server stores.
//!
//! A [`Plan`] says which release and how much of everything; [`Plan::build`] makes a
//! [`Workspace`], which a test then changes in the way an administrator, an environment variable
//! or an upgrade would. The same plan gives the same documents. Nobody in it exists.

mod busy;
mod clinic;
mod indexes;
mod people;
mod private;
mod rooms;
mod server;
mod settings;
mod traces;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rc_audit_rules::version::Version;

use bson::{Bson, DateTime, Document, doc};

pub use self::busy::busy;
pub use self::clinic::clinic;
pub use self::indexes::{Index, indexes};

/// The day on which made-up workspaces are read, unless a plan says otherwise.
pub const NOW: &str = "2026-11-20T06:00:00Z";

/// What to make up.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The release, such as `6.13.0`.
    pub version: Version,
    /// Other seeds give other people and texts.
    pub seed: u64,
    /// The moment of reading; everything lies before it.
    pub now: Timestamp,
    /// How many people, besides the built-in bot.
    pub users: usize,
    /// How many rooms, besides `GENERAL`.
    pub rooms: usize,
    /// How many messages.
    pub messages: usize,
    /// How many daily statistics documents.
    pub statistics: usize,
    /// Whether settings that only a licence brings exist.
    pub licensed: bool,
}

impl Plan {
    /// A small workspace of a release.
    pub fn new(version: &str) -> Self {
        Self {
            version: version.parse().expect("a version"),
            seed: 1,
            now: NOW.parse().expect("a time"),
            users: 12,
            rooms: 10,
            messages: 120,
            statistics: 30,
            licensed: false,
        }
    }

    /// Makes it.
    pub fn build(&self) -> Workspace {
        let mut maker = Maker::new(self);
        let mut collections = BTreeMap::new();
        let settings = maker.settings();
        let users = maker.users();
        let (rooms, subscriptions) = maker.rooms(&users);
        let mut messages = maker.messages(&rooms, &users);
        collections.insert("rocketchat_uploads", maker.uploads(&mut messages));
        collections.insert("rocketchat_message", messages);
        collections.insert("rocketchat_room", rooms);
        collections.insert("rocketchat_subscription", subscriptions);
        collections.extend(maker.server(&settings));
        collections.extend(maker.traces(&users));
        collections.insert("users", users);
        collections.insert("rocketchat_settings", settings);
        Workspace {
            plan: self.clone(),
            collections: collections
                .into_iter()
                .map(|(name, documents)| (name.to_owned(), documents))
                .collect(),
        }
    }
}

/// A workspace, as documents.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// What it was made from.
    pub plan: Plan,
    collections: BTreeMap<String, Vec<Document>>,
}

impl Workspace {
    /// A small workspace of a release, whose mail goes to a relay of its own.
    pub fn of(version: &str) -> Self {
        let mut workspace = Plan::new(version).build();
        workspace.set("SMTP_Host", "10.20.0.25");
        workspace
    }

    /// The collections and their documents, by name.
    pub fn collections(&self) -> &BTreeMap<String, Vec<Document>> {
        &self.collections
    }

    /// The documents of a collection.
    pub fn documents(&mut self, collection: &str) -> &mut Vec<Document> {
        self.collections.entry(collection.to_owned()).or_default()
    }

    /// Adds a document.
    pub fn insert(&mut self, collection: &str, document: Document) -> &mut Self {
        self.documents(collection).push(document);
        self
    }

    /// Removes a collection and its indexes.
    pub fn drop(&mut self, collection: &str) -> &mut Self {
        self.collections.remove(collection);
        self
    }

    /// The document of a setting.
    pub fn setting(&mut self, id: &str) -> &mut Document {
        self.documents("rocketchat_settings")
            .iter_mut()
            .find(|document| has(document, "_id", id))
            .unwrap_or_else(|| panic!("this release has no setting {id}"))
    }

    /// What an administrator does in the panel: another value, nothing else.
    pub fn set(&mut self, id: &str, value: impl Into<Bson>) -> &mut Self {
        let edited = days_before(self.plan.now, 90);
        let document = self.setting(id);
        document.insert("value", value);
        document.insert("_updatedAt", edited);
        self
    }

    /// What `OVERWRITE_SETTING_<id>` does at a start.
    pub fn overwrite(&mut self, id: &str, value: impl Into<Bson>) -> &mut Self {
        let started = days_before(self.plan.now, 20);
        let value = value.into();
        let document = self.setting(id);
        document.insert("value", value.clone());
        document.insert("processEnvValue", value);
        document.insert("valueSource", "processEnvValue");
        for name in ["ts", "createdAt", "_updatedAt"] {
            document.insert(name, started);
        }
        self
    }

    /// A setting that an older release left behind.
    pub fn leftover(&mut self, id: &str, value: impl Into<Bson>) -> &mut Self {
        let document = doc! {
            "_id": id, "value": value, "type": "boolean", "group": "General", "hidden": false,
            "_updatedAt": days_before(self.plan.now, 800),
        };
        self.insert("rocketchat_settings", document)
    }

    /// Takes a setting away.
    pub fn unset(&mut self, id: &str) -> &mut Self {
        self.documents("rocketchat_settings")
            .retain(|document| !has(document, "_id", id));
        self
    }

    /// Gives it the vendor's credentials, as registering does.
    pub fn register(&mut self) -> &mut Self {
        for (id, value) in [
            ("Cloud_Workspace_Id", "64f0c2a7"),
            ("Cloud_Workspace_Name", "made up"),
            ("Cloud_Workspace_Client_Id", "made-up-client-id"),
            ("Cloud_Workspace_Client_Secret", "made-up-client-secret"),
        ] {
            self.set(id, value);
        }
        self.set("Register_Server", true)
            .set("Cloud_Service_Agree_PrivacyTerms", true)
    }
}

/// Whether a field of a document is this text.
fn has(document: &Document, field: &str, text: &str) -> bool {
    document.get_str(field).is_ok_and(|it| it == text)
}

/// A moment in the driver's form.
pub fn moment(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

/// A moment some days before another.
pub fn days_before(now: Timestamp, days: i64) -> DateTime {
    moment(now - SignedDuration::from_hours(24 * days))
}

/// A person as other documents name them.
fn who(user: &Document) -> Document {
    let text = |field| user.get_str(field).expect("a text");
    doc! { "_id": text("_id"), "username": text("username") }
}

/// What the parts of the maker share.
struct Maker<'a> {
    plan: &'a Plan,
    random: fastrand::Rng,
    installed: Timestamp,
}

impl<'a> Maker<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            random: fastrand::Rng::with_seed(plan.seed),
            installed: plan.now - SignedDuration::from_hours(24 * 900),
        }
    }

    /// One that makes other ids than [`Maker::new`] of the same plan.
    fn another(plan: &'a Plan) -> Self {
        Self {
            random: fastrand::Rng::with_seed(!plan.seed),
            ..Self::new(plan)
        }
    }

    /// An id as the server makes them.
    fn id(&mut self) -> String {
        self.text(
            17,
            "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz",
        )
    }

    fn hexadecimal(&mut self, length: usize) -> String {
        self.text(length, "0123456789abcdef")
    }

    fn uuid(&mut self) -> String {
        let mut part = |length| self.hexadecimal(length);
        format!(
            "{}-{}-4{}-a{}-{}",
            part(8),
            part(4),
            part(3),
            part(3),
            part(12)
        )
    }

    fn text(&mut self, length: usize, alphabet: &str) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| *self.one_of(&letters)).collect()
    }

    fn one_of<'b, T>(&mut self, items: &'b [T]) -> &'b T {
        &items[self.random.usize(..items.len())]
    }

    /// A moment within the last `days` days.
    fn within(&mut self, days: i64) -> Timestamp {
        self.plan.now - SignedDuration::from_secs(self.random.i64(60..days * 86_400))
    }

    fn before(&self, days: i64) -> DateTime {
        days_before(self.plan.now, days)
    }
}
