//! Accounts of all kinds, and other ways in: tokens, roles, grants, invitations.

use super::super::people::{DOMAIN, login_tokens};
use super::super::{Maker, Workspace, has, moment};
use super::id;
use bson::{Bson, Document, doc};

/// Adds them and gives the people that were there before.
pub(super) fn add(workspace: &mut Workspace, maker: &mut Maker<'_>) -> Vec<Document> {
    let users = workspace.documents("users");
    let people: Vec<Document> = users[1..].to_vec();
    change(users, maker);
    users.extend(accounts(maker));
    roles(workspace, maker);
    grants(workspace);
    for invitation in invitations(maker, id(&people[0])) {
        workspace.insert("rocketchat_invites", invitation);
    }
    people
}

/// What became of people that were there before, one of each kind, round and round.
fn change(users: &mut [Document], maker: &mut Maker<'_>) {
    for (number, user) in users.iter_mut().skip(2).enumerate() {
        let at = maker.within(300);
        match number % 8 {
            0 => {
                let totp = doc! {
                    "enabled": true, "secret": maker.hexadecimal(32),
                    "hashedBackup": [maker.hexadecimal(64)],
                };
                services(user).insert("totp", totp);
            }
            1 => {
                let token = maker.access_token("export of files", at, true);
                login_tokens(user).push(token.into());
            }
            2 => {
                user.insert("active", false);
                let token = maker.access_token("statistics", at, true);
                login_tokens(user).push(token.into());
            }
            3 => {
                user.insert("mailer", doc! { "unsubscribed": true });
                let fields = doc! {
                    "pager": format!("pager {}", maker.hexadecimal(8)), "birthday": "17 March 1984",
                };
                user.insert("customFields", fields);
                user.insert("bio", "Collects stamps and keeps bees");
            }
            4 => {
                let ldap = doc! { "id": maker.hexadecimal(32), "idAttribute": "objectGUID" };
                user.insert("ldap", true);
                services(user).remove("password");
                services(user).insert("ldap", ldap);
            }
            5 => {
                let google = doc! {
                    "accessToken": maker.hexadecimal(40), "id": maker.hexadecimal(21),
                    "email": user.get_str("username").expect("a name"),
                };
                let keycloak = doc! { "accessToken": maker.hexadecimal(40), "id": maker.uuid() };
                services(user).insert("google", google);
                services(user).insert("keycloak", keycloak);
            }
            6 => {
                let cas = doc! { "external_id": maker.hexadecimal(16), "version": 2.0 };
                let saml = doc! { "provider": "default", "nameID": maker.uuid() };
                services(user).insert("cas", cas);
                services(user).insert("saml", saml);
            }
            _ => {
                user.insert("lastLogin", maker.before(420));
                user.insert("emails", unverified(user));
            }
        }
    }
}

fn services(user: &mut Document) -> &mut Document {
    user.get_document_mut("services").expect("services")
}

/// The addresses of a person, none of them confirmed.
fn unverified(user: &Document) -> Bson {
    let name = user.get_str("username").expect("a name");
    Bson::from(vec![
        doc! { "address": format!("{name}@{DOMAIN}"), "verified": false },
        doc! { "address": format!("{name}@private.example"), "verified": false },
    ])
}

/// Accounts that nobody has in a quiet workspace.
fn accounts(maker: &mut Maker<'_>) -> Vec<Document> {
    let created = maker.before(800);
    let mut account = |kind: &str, name: &str, rest: Document| {
        let mut user = doc! {
            "_id": maker.id(), "type": kind, "name": format!("{name} the second"),
            "username": name, "active": true, "roles": ["user"], "createdAt": created,
            "emails": [{ "address": format!("{name}@{DOMAIN}"), "verified": true }],
            "services": { "password": { "bcrypt": format!("$2b$10${}", maker.id()) } },
            "status": "offline", "_updatedAt": created,
        };
        user.extend(rest);
        user
    };
    let bypassing = |name: &str| {
        doc! { "resume": { "loginTokens": [{
            "type": "personalAccessToken", "name": format!("{name} token"), "createdAt": created,
            "hashedToken": format!("hashed-for-{name}"), "bypassTwoFactor": true,
        }] } }
    };
    vec![
        account(
            "user",
            "stale.keeper",
            doc! {
                "roles": ["user", "admin"],
                "emails": [{ "address": format!("stale.keeper@{DOMAIN}"), "verified": false }],
                "services": { "email2fa": { "enabled": false } },
            },
        ),
        account(
            "user",
            "vendor.helper",
            doc! {
                "roles": ["user", "admin"],
                "emails": [{ "address": "vendor.helper@support.rocket.chat", "verified": true }],
                "services": {
                    "cloud": { "accessToken": "cloud-access-token", "expiresAt": created },
                    "totp": { "enabled": true, "secret": "a-time-based-secret" },
                },
            },
        ),
        account(
            "bot",
            "lift.announcer",
            doc! { "roles": ["bot"], "services": bypassing("lift") },
        ),
        account(
            "user",
            "menu.writer",
            doc! { "services": bypassing("menu") },
        ),
        account(
            "app",
            "minutes.taker",
            doc! { "roles": ["app"], "appId": "a-made-up-app", "emails": Bson::Array(Vec::new()) },
        ),
        account(
            "user",
            "mirrored.guest",
            doc! { "federated": true, "federation": { "origin": "matrix.example" } },
        ),
        account(
            "user",
            "older.mirrored",
            doc! { "isRemote": true, "emails": Bson::Null, "services": {} },
        ),
        account(
            "user",
            "half.keyed",
            doc! { "e2e": { "public_key": "" }, "lastLogin": created },
        ),
    ]
}

/// A role of the workspace's own, and administrators who need a second factor.
fn roles(workspace: &mut Workspace, maker: &mut Maker<'_>) {
    let roles = workspace.documents("rocketchat_roles");
    for role in roles.iter_mut().filter(|role| has(role, "_id", "admin")) {
        role.insert("mandatory2fa", true);
    }
    roles.push(doc! {
        "_id": maker.hexadecimal(24), "name": "ward-desk", "scope": "Users", "description": "",
        "mandatory2fa": false, "protected": false, "_updatedAt": maker.before(200),
    });
}

/// Single settings that others than administrators may change.
fn grants(workspace: &mut Workspace) {
    for permission in workspace.documents("rocketchat_permissions") {
        let roles = match permission.get_str("_id") {
            Ok("manage-selected-settings") => vec!["admin", "livechat-manager"],
            Ok("change-setting-SMTP_Host") => vec!["livechat-manager"],
            Ok("change-setting-Site_Name") => vec![],
            _ => continue,
        };
        permission.insert("roles", roles);
    }
}

fn invitations(maker: &mut Maker<'_>, inviter: &str) -> Vec<Document> {
    let made = maker.before(40);
    let soon = moment(maker.plan.now + jiff::SignedDuration::from_hours(70));
    [
        (0, 0, Bson::Null),
        (1, 10, soon.into()),
        (7, 0, made.into()),
    ]
    .into_iter()
    .map(|(days, uses, expires)| {
        doc! {
            "_id": maker.hexadecimal(6), "days": days, "maxUses": uses, "uses": 2,
            "rid": "GENERAL", "userId": inviter, "createdAt": made, "expires": expires,
            "_updatedAt": made,
        }
    })
    .collect()
}
