//! The indexes that a server makes, as far as queries of the program rest on them.

use bson::{Document, doc};

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The fields, each with 1 or -1.
    pub keys: Document,
    /// Whether no two documents may have the same key.
    pub unique: bool,
    /// Whether documents without the field are left out.
    pub sparse: bool,
    /// After how many seconds the server removes a document.
    pub expires: Option<i32>,
}

impl Index {
    /// The name as the server gives it: `ts_1`.
    pub fn name(&self) -> String {
        let parts: Vec<String> = self
            .keys
            .iter()
            .map(|(field, order)| format!("{field}_{order}"))
            .collect();
        parts.join("_")
    }

    /// As `mongodump` writes it into metadata.
    pub fn document(&self) -> Document {
        let mut document = doc! { "v": 2, "key": self.keys.clone(), "name": self.name() };
        if self.unique {
            document.insert("unique", true);
        }
        if self.sparse {
            document.insert("sparse", true);
        }
        if let Some(seconds) = self.expires {
            document.insert("expireAfterSeconds", seconds);
        }
        document
    }
}

/// By collection: fields joined by commas, `-` before a descending one, then flags.
const INDEXES: &[(&str, &[&str])] = &[
    (
        "users",
        &[
            "username unique sparse",
            "emails.address unique sparse",
            "roles sparse",
            "type",
            "name",
            "createdAt",
            "lastLogin",
            "__rooms sparse",
            "active,services.totp.enabled sparse",
            "active,services.email2fa.enabled sparse",
            "services.resume.loginTokens.hashedToken unique sparse",
        ],
    ),
    (
        "rocketchat_room",
        &[
            "name unique sparse",
            "t,ts",
            "ts",
            "prid sparse",
            "encrypted sparse",
            "closedAt sparse",
            "uids sparse",
        ],
    ),
    (
        "rocketchat_message",
        &[
            "rid,ts,_updatedAt",
            "ts",
            "u._id",
            "rid,t,u._id",
            "file._id sparse",
            "pinned sparse",
            "tmid sparse",
            "drid sparse",
            "t sparse",
        ],
    ),
    (
        "rocketchat_subscription",
        &[
            "rid,u._id unique",
            "u._id,name,t",
            "rid,roles",
            "open",
            "ts",
        ],
    ),
    (
        "rocketchat_uploads",
        &["name sparse", "rid sparse", "-uploadedAt"],
    ),
    (
        "rocketchat_sessions",
        &[
            "-createdAt",
            "-loginAt",
            "ip,loginAt",
            "userId,sessionId",
            "type,year,month,day",
            "_computedAt expires=3888000",
        ],
    ),
    (
        "rocketchat_server_events",
        &["t,ip,-ts", "t,u.username,-ts"],
    ),
    ("rocketchat_statistics", &["-createdAt"]),
    ("rocketchat_permissions", &["level,settingId"]),
    ("rocketchat_cron_history", &["intendedAt,name unique"]),
    (
        "rocketchat__trash",
        &["__collection__", "_deletedAt expires=2592000"],
    ),
    (
        "_raix_push_app_tokens",
        &["userId,authToken", "appName,token"],
    ),
];

/// The indexes of a collection besides that of `_id`.
pub fn indexes(collection: &str) -> Vec<Index> {
    INDEXES
        .iter()
        .filter(|(name, _)| *name == collection)
        .flat_map(|(_, indexes)| indexes.iter().map(|text| index(text)))
        .collect()
}

fn index(text: &str) -> Index {
    let mut words = text.split(' ');
    let keys = words.next().expect("fields").split(',');
    let mut index = Index {
        keys: keys
            .map(|field| match field.strip_prefix('-') {
                Some(field) => (field.to_owned(), bson::Bson::Int32(-1)),
                None => (field.to_owned(), bson::Bson::Int32(1)),
            })
            .collect(),
        unique: false,
        sparse: false,
        expires: None,
    };
    for word in words {
        match word.split_once('=') {
            None if word == "unique" => index.unique = true,
            None if word == "sparse" => index.sparse = true,
            Some(("expires", seconds)) => index.expires = Some(seconds.parse().expect("seconds")),
            _ => panic!("{word} is no flag of an index"),
        }
    }
    index
}
