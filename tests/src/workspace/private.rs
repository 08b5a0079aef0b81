//! Which texts of a workspace nobody outside may read.

use super::{Workspace, has};
use bson::{Bson, Document};

/// Shorter texts turn up by chance.
const SHORTEST: usize = 6;

/// Fields with names of people, what they wrote, and secrets, by collection.
const TEXTS: &[(&str, &[&str])] = &[
    (
        "users",
        &[
            "name",
            "username",
            "emails.address",
            "bio",
            "customFields.pager",
            "customFields.birthday",
            "e2e.private_key",
            "services.password.bcrypt",
            "services.resume.loginTokens.hashedToken",
            "services.resume.loginTokens.name",
            "services.totp.secret",
            "services.totp.hashedBackup",
            "services.email.verificationTokens.token",
            "services.ldap.id",
            "services.saml.nameID",
            "services.cas.external_id",
            "services.google.accessToken",
            "services.keycloak.accessToken",
            "services.cloud.accessToken",
        ],
    ),
    (
        "rocketchat_message",
        &["msg", "navigation.token", "navigation.page.title"],
    ),
    ("rocketchat_room", &["joinCode", "v.token", "v.name"]),
    ("rocketchat_subscription", &["E2EKey"]),
    ("rocketchat__trash", &["msg", "value"]),
    ("rocketchat_invites", &["_id"]),
    ("rocketchat_integrations", &["token", "script"]),
    ("rocketchat_oauth_apps", &["clientSecret"]),
    ("rocketchat_apps", &["settings.key.value"]),
    ("rocketchat_apps_logs", &["entries.args"]),
    (
        "rocketchat_livechat_visitor",
        &[
            "name",
            "token",
            "visitorEmails.address",
            "phone.phoneNumber",
            "ip",
            "userAgent",
            "host",
        ],
    ),
    (
        "rocketchat_livechat_contact",
        &["name", "emails.address", "phones.phoneNumber"],
    ),
    ("rocketchat_sessions", &["loginToken", "ip"]),
    (
        "rocketchat_server_events",
        &["ip", "actor.ip", "data.value"],
    ),
    ("rocketchat_audit_log", &["fields.msg"]),
    (
        "rocketchat_export_operations",
        &["userData.bio", "exportPath"],
    ),
    ("rocketchat_user_data_files", &["name"]),
    ("rocketchat_uploads", &["name"]),
    ("rocketchat_webdav_accounts", &["username", "password"]),
    (
        "rocketchat_email_inbox",
        &["email", "smtp.password", "imap.password"],
    ),
    ("rocketchat_import", &["file"]),
    ("rocketchat_import_data", &["data.msg", "data.emails"]),
    ("rocketchat_nps_vote", &["comment"]),
    ("rocketchat_workspace_credentials", &["accessToken"]),
    (
        "_raix_push_app_tokens",
        &["token", "token.apn", "token.gcm", "authToken"],
    ),
    ("rocketchat_matrix_bridged_rooms", &["mri"]),
    (
        "rocketchat_statistics",
        &[
            "settings.email.smtp.fromEmail",
            "matrixFederation.biggestRoom.name",
            "omnichannelSources.alias",
        ],
    ),
];

/// Fields with addresses of which only the host may be read.
const ADDRESSES: &[(&str, &str)] = &[
    ("rocketchat_integrations", "urls"),
    ("rocketchat_webdav_accounts", "serverURL"),
];

impl Workspace {
    /// Every text that must not be in any output: names, addresses, messages, secrets.
    pub fn private_texts(&self) -> Vec<String> {
        let mut texts = self.secret_settings();
        for (collection, paths) in TEXTS {
            for document in self.collections.get(*collection).into_iter().flatten() {
                // The bot is part of the product.
                if !has(document, "_id", "rocket.cat") {
                    for path in *paths {
                        texts_at(document, path, &mut texts);
                    }
                }
            }
        }
        for (collection, path) in ADDRESSES {
            let mut addresses = Vec::new();
            for document in self.collections.get(*collection).into_iter().flatten() {
                texts_at(document, path, &mut addresses);
            }
            texts.extend(addresses.iter().flat_map(|address| around_host(address)));
        }
        // A recorded change names the setting, which is no secret.
        let settings = self.collections.get("rocketchat_settings");
        let is_setting = |text: &String| {
            let mut ids = settings.into_iter().flatten();
            ids.any(|setting| has(setting, "_id", text))
        };
        texts.retain(|text| text.len() >= SHORTEST && !is_setting(text));
        texts.sort();
        texts.dedup();
        texts
    }

    /// Values of passwords and of what the server keeps from apps, unless they are the default.
    fn secret_settings(&self) -> Vec<String> {
        let settings = self.collections.get("rocketchat_settings");
        settings
            .into_iter()
            .flatten()
            .filter(|setting| {
                has(setting, "type", "password") || setting.get_bool("secret").unwrap_or(false)
            })
            .filter(|setting| setting.get("value") != setting.get("packageValue"))
            .filter_map(|setting| setting.get_str("value").map(str::to_owned).ok())
            .collect()
    }
}

/// The texts at a path, through lists.
fn texts_at(document: &Document, path: &str, into: &mut Vec<String>) {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let Some(value) = document.get(first) else {
        return;
    };
    let items = match value {
        Bson::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    for item in items {
        match (item, rest) {
            (Bson::String(text), None) => into.push(text.clone()),
            (Bson::Document(inner), Some(rest)) => texts_at(inner, rest, into),
            _ => {}
        }
    }
}

/// User, password and the parts of the path of an address.
fn around_host(address: &str) -> Vec<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let mut parts = rest.split('/');
    let user = parts
        .next()
        .and_then(|authority| authority.rsplit_once('@'));
    user.into_iter()
        .flat_map(|(user, _)| user.split(':'))
        .chain(parts)
        .map(str::to_owned)
        .collect()
}
