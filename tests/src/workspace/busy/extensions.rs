//! What connects the workspace with others: webhooks, clients, apps, files elsewhere, imports,
//! devices, other servers, mail.

use super::super::{Maker, Workspace, who};
use super::{id, person};
use bson::{Bson, Document, doc};

pub(super) fn add(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) {
    let mut put = |collection: &str, documents: Vec<Document>| {
        workspace.documents(collection).extend(documents);
    };
    put("rocketchat_integrations", integrations(maker, &people[0]));
    put("rocketchat_oauth_apps", clients(maker, &people[0]));
    put("rocketchat_apps", apps(maker));
    put("rocketchat_apps_logs", logs(maker));
    put("rocketchat_webdav_accounts", accounts(maker, people));
    put("rocketchat_email_inbox", inboxes(maker, &people[0]));
    put("rocketchat_import", imports(maker, &people[0]));
    put("rocketchat_import_data", imported(maker));
    put("_raix_push_app_tokens", devices(maker, people));
    put("rocketchat_matrix_bridged_rooms", bridges(maker));
    put("rocketchat_nps_vote", votes(maker, people));
}

fn integrations(maker: &mut Maker<'_>, owner: &Document) -> Vec<Document> {
    let made = maker.before(600);
    let user = who(owner);
    let mut one = |number: usize, kind: &str, rest: Document| {
        let mut integration = doc! {
            "_id": maker.id(), "type": kind, "name": format!("hook {number}"), "enabled": true,
            "token": maker.hexadecimal(48), "channel": ["#general"], "scriptEnabled": false,
            "script": "", "username": "rocket.cat", "userId": "rocket.cat", "_createdAt": made,
            "_createdBy": user.clone(), "_updatedAt": made,
        };
        integration.extend(rest);
        integration
    };
    let (out, into) = ("webhook-outgoing", "webhook-incoming");
    let script = "class Script { process_outgoing_request({ request }) { return request; } }";
    vec![
        one(
            1,
            out,
            doc! { "event": "sendMessage", "urls": [
                "https://hooks.pager.example/T0123/a-token-in-the-path",
                "https://robot:a-webhook-password@Bridge.Example:8443/in?key=another-secret",
            ] },
        ),
        one(
            2,
            out,
            doc! { "event": "fileUploaded", "urls": ["http://files.lindenhof.example/take/me-away"],
            "script": script, "scriptEnabled": true },
        ),
        one(
            3,
            out,
            doc! { "enabled": false, "urls": ["https://retired.example/hook-of-old"] },
        ),
        one(
            4,
            out,
            doc! { "urls": ["http://127.0.0.1:9000/local-path", "  //cdn.example/without-scheme", ""] },
        ),
        one(
            5,
            into,
            doc! { "script": "class Script { process_incoming_request() {} }",
            "scriptEnabled": true },
        ),
        one(
            6,
            into,
            doc! { "scriptEnabled": true, "enabled": false, "script": "retired script" },
        ),
    ]
}

fn clients(maker: &mut Maker<'_>, owner: &Document) -> Vec<Document> {
    let made = maker.before(500);
    [("Duty planner", true), ("Retired planner", false)]
        .into_iter()
        .map(|(name, active)| {
            doc! {
                "_id": maker.id(), "name": name, "active": active, "clientId": maker.id(),
                "clientSecret": maker.hexadecimal(43), "redirectUri": "https://planner.example/back",
                "_createdAt": made, "_createdBy": who(owner), "_updatedAt": made,
            }
        })
        .collect()
}

/// Apps as different releases store them: a list or one document of the marketplace, and none.
fn apps(maker: &mut Maker<'_>) -> Vec<Document> {
    let mut app = |slug: &str, status: &str, rest: Document| {
        let made = maker.before(300);
        let mut app = doc! {
            "_id": maker.hexadecimal(24), "id": maker.uuid(), "status": status,
            "info": {
                "name": slug, "nameSlug": slug, "version": "1.4.2", "requiredApiVersion": "^1.19.0",
                "author": { "name": "Made Up Apps", "support": "apps@example.org" },
            },
            "settings": { "key": { "id": "key", "value": maker.hexadecimal(32) } },
            "createdAt": made, "updatedAt": made, "_updatedAt": made,
        };
        app.extend(rest);
        app
    };
    let permissions = |names: &[&str]| -> Vec<Document> {
        names.iter().map(|name| doc! { "name": *name }).collect()
    };
    vec![
        app(
            "minutes",
            "manually_enabled",
            doc! {
                "installationSource": "marketplace", "marketplaceInfo": [{ "appId": "1", "version": "1" }],
                "permissionsGranted": permissions(&["message.read", "networking.default"]),
            },
        ),
        app(
            "polls",
            "auto_enabled",
            doc! {
                "marketplaceInfo": { "appId": "2" }, "permissionsGranted": permissions(&["user.read"]),
            },
        ),
        app(
            "in-house",
            "manually_enabled",
            doc! { "installationSource": "private" },
        ),
        app(
            "retired",
            "manually_disabled",
            doc! {
                "installationSource": "private", "permissionsGranted": Bson::Array(Vec::new()),
            },
        ),
    ]
}

fn logs(maker: &mut Maker<'_>) -> Vec<Document> {
    (0..5)
        .map(|number| {
            let at = maker.before(number * 4);
            doc! {
                "_id": maker.hexadecimal(24), "appId": maker.uuid(), "method": "executePreMessageSent",
                "entries": [{ "severity": "debug", "args": ["what somebody had just written"] }],
                "_createdAt": at, "_updatedAt": at,
            }
        })
        .collect()
}

fn accounts(maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    vec![doc! {
        "_id": maker.id(), "userId": id(person(people, 3)), "name": "My files",
        "serverURL": "https://cloud.example/remote.php/webdav-of-mine",
        "username": "cloud-user-name", "password": "a-webdav-password", "_updatedAt": maker.before(50),
    }]
}

fn inboxes(maker: &mut Maker<'_>, owner: &Document) -> Vec<Document> {
    vec![doc! {
        "_id": maker.id(), "active": true, "name": "Reception", "email": "reception@lindenhof.example",
        "smtp": { "server": "mail.lindenhof.example", "port": 587, "password": "an-smtp-password" },
        "imap": { "server": "mail.lindenhof.example", "port": 993, "password": "an-imap-password" },
        "_createdBy": who(owner), "_updatedAt": maker.before(20),
    }]
}

fn imports(maker: &mut Maker<'_>, owner: &Document) -> Vec<Document> {
    [
        ("importer_done", 700, false),
        ("importer_user_selection", 80, true),
    ]
    .into_iter()
    .map(|(status, days, valid)| {
        doc! {
            "_id": maker.id(), "type": "Slack", "importerKey": "slack", "status": status,
            "ts": maker.before(days), "valid": valid, "user": id(owner),
            "file": "export-of-the-old-chat.zip", "_updatedAt": maker.before(days),
        }
    })
    .collect()
}

fn imported(maker: &mut Maker<'_>) -> Vec<Document> {
    vec![
        doc! { "_id": maker.id(), "dataType": "user", "data": { "emails": ["imported@home.example"] } },
        doc! { "_id": maker.id(), "dataType": "message", "data": { "msg": "an imported remark" } },
    ]
}

/// Devices of people, of a closed account and of nobody, in the shapes of old and new releases.
fn devices(maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    let owners = [
        id(person(people, 1)),
        id(person(people, 3)),
        id(person(people, 4)),
        "gone",
    ];
    owners
        .into_iter()
        .enumerate()
        .map(|(number, owner)| {
            let (at, secret) = (maker.before(30), maker.hexadecimal(64));
            let mut device = doc! {
                "_id": maker.id(), "appName": "chat.rocket.android", "userId": owner,
                "enabled": true, "authToken": maker.hexadecimal(44), "createdAt": at,
                "updatedAt": at, "_updatedAt": at,
            };
            match number % 3 {
                0 => drop(device.insert("token", doc! { "gcm": secret })),
                1 => drop(device.insert("token", doc! { "apn": secret })),
                _ => {
                    device.insert("token", secret);
                    device.insert("tokenType", "gcm");
                }
            }
            device
        })
        .collect()
}

fn bridges(maker: &mut Maker<'_>) -> Vec<Document> {
    (0..3)
        .map(|number| {
            doc! {
                "_id": maker.hexadecimal(24), "rid": maker.id(), "fromServer": "matrix.example",
                "mri": format!("!bridge{number}:matrix.example"), "_updatedAt": maker.before(100),
            }
        })
        .collect()
}

fn votes(maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    people
        .iter()
        .take(5)
        .enumerate()
        .map(|(number, _)| {
            let at = maker.before(20 + i64::try_from(number).expect("a small number"));
            doc! {
                "_id": maker.hexadecimal(24), "npsId": "2026-10", "identifier": maker.hexadecimal(64),
                "ts": at, "score": 7, "comment": "The canteen is what matters", "status": "sent",
                "roles": ["user"], "_updatedAt": at,
            }
        })
        .collect()
}
