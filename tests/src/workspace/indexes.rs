//! The indexes that a server makes, as far as queries of the program rest on them.

use bson::{Bson, Document, doc};

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The fields, each with 1, -1 or the name of another kind.
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
            .map(|(field, order)| match order.as_str() {
                Some(kind) => format!("{field}_{kind}"),
                None => format!("{field}_{order}"),
            })
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

/// By collection: fields joined by commas, `-` before a descending one, `:` and its kind after one of
/// another kind, then flags.
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
            "appId sparse",
            "federated sparse",
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
            "u._id",
            "prid sparse",
            "encrypted sparse",
            "open sparse",
            "closedAt sparse",
            "departmentId sparse",
            "v._id sparse",
            "uids sparse",
        ],
    ),
    (
        "rocketchat_message",
        &[
            "rid,ts,_updatedAt",
            "ts",
            "u._id",
            "editedAt sparse",
            "rid,t,u._id",
            "expireAt expires=0",
            "file._id sparse",
            "pinned sparse",
            "location:2dsphere",
            "tmid sparse",
            "drid sparse",
            "navigation.token sparse",
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
        &[
            "name sparse",
            "rid sparse",
            "expiresAt sparse",
            "-uploadedAt",
        ],
    ),
    ("rocketchat_avatars", &["name sparse", "rid sparse"]),
    ("rocketchat_user_data_files", &["userId"]),
    ("rocketchat_export_operations", &["userId", "status"]),
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
    ("rocketchat_integrations", &["type"]),
    ("rocketchat_oauth_apps", &["clientId,clientSecret", "appId"]),
    ("rocketchat_apps_logs", &["_updatedAt expires=2592000"]),
    ("rocketchat_cron_history", &["intendedAt,name unique"]),
    (
        "rocketchat__trash",
        &[
            "__collection__",
            "_deletedAt expires=2592000",
            "rid,__collection__,_deletedAt",
        ],
    ),
    (
        "_raix_push_app_tokens",
        &["userId,authToken", "appName,token"],
    ),
    (
        "rocketchat_livechat_visitor",
        &[
            "token",
            "phone.phoneNumber sparse",
            "visitorEmails.address sparse",
            "name sparse",
            "username",
        ],
    ),
    (
        "rocketchat_matrix_bridged_rooms",
        &["rid unique sparse", "mri unique sparse"],
    ),
    ("rocketchat_nps_vote", &["npsId,identifier unique"]),
    (
        "rocketchat_read_receipts",
        &["roomId,userId,messageId unique", "messageId", "userId"],
    ),
    ("rocketchat_webdav_accounts", &["userId"]),
    ("rocketchat_import_data", &["dataType"]),
    ("rocketchat_email_inbox", &["email unique"]),
    ("instances", &["_updatedAt expires=60"]),
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
            .map(
                |field| match (field.strip_prefix('-'), field.split_once(':')) {
                    (Some(field), _) => (field.to_owned(), Bson::Int32(-1)),
                    (None, Some((field, kind))) => (field.to_owned(), Bson::from(kind)),
                    (None, None) => (field.to_owned(), Bson::Int32(1)),
                },
            )
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
