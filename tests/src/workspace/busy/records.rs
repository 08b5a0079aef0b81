//! What the server wrote down: logins, changes, searches, reports, exports and archives.

use jiff::SignedDuration;

use super::super::traces::SEVEN;
use super::super::{Maker, Workspace, days_before, who};
use super::{id, person};
use bson::{Bson, Document, doc};

/// An account that is no longer there.
const GONE: &str = "aPersonWhoLeft";

pub(super) fn add(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) {
    sessions(workspace, maker);
    events(workspace, maker, people);
    for export in exports(maker, people) {
        workspace.insert("rocketchat_export_operations", export);
    }
    for archive in archives(maker, people) {
        workspace.insert("rocketchat_user_data_files", archive);
    }
    reports(workspace);
    for days in [400, 12] {
        let search = doc! {
            "_id": maker.hexadecimal(24), "ts": maker.before(days), "u": who(&people[0]),
            "results": 3, "_updatedAt": maker.before(days),
            "fields": { "type": "", "msg": "who complained about the roster", "rids": ["GENERAL"] },
        };
        workspace.insert("rocketchat_audit_log", search);
    }
    for kind in ["version_check", "Crowd-Sync"] {
        let job = doc! {
            "_id": maker.hexadecimal(24), "name": kind, "type": "single",
            "nextRunAt": maker.before(0), "lastRunAt": maker.before(1),
        };
        workspace.insert("rocketchat_cron", job);
    }
    let started = maker.before(3);
    let second = doc! {
        "_id": maker.uuid(), "name": "rocket.chat", "pid": 7, "_createdAt": started,
        "_updatedAt": maker.before(0), "extraInformation": { "host": "127.0.0.2", "port": "3000" },
    };
    workspace.insert("instances", second);
    receipts(workspace, maker, people);
    if maker.since(SEVEN) {
        let credentials = doc! {
            "_id": maker.hexadecimal(24), "scope": "workspace:license:read",
            "accessToken": maker.hexadecimal(60), "expirationDate": maker.before(1),
        };
        workspace.insert("rocketchat_workspace_credentials", credentials);
    }
}

/// One that was never computed, and those of somebody who left.
fn sessions(workspace: &mut Workspace, maker: &mut Maker<'_>) {
    for days in [3, 90, 200] {
        let at = maker.plan.now - SignedDuration::from_hours(24 * days);
        let session = maker.session(GONE, at);
        workspace.insert("rocketchat_sessions", session);
    }
}

fn events(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) {
    for number in 0..workspace.plan.users {
        let (kind, user) = if number.is_multiple_of(3) {
            ("failed-login-attempt", doc! { "username": "nobody.known" })
        } else {
            ("login", who(person(people, number)))
        };
        let event = doc! {
            "_id": maker.hexadecimal(24), "t": kind, "ip": maker.inner_address(), "u": user,
            "ts": maker.before(7 + 31 * i64::try_from(number % 24).expect("a small number")),
        };
        workspace.insert("rocketchat_server_events", event);
    }
    if maker.since(SEVEN) {
        let passwords = ["an-older-mail-password", "a-newer-mail-password"];
        let change = maker.change(&people[0], "SMTP_Password", passwords, 100);
        workspace.insert("rocketchat_server_events", change);
    }
}

/// Copies of accounts that people asked for: done, overdue, and of somebody who left.
fn exports(maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    let whose = [
        id(person(people, 1)),
        id(person(people, 2)),
        GONE,
        id(person(people, 3)),
    ];
    let states = ["completed", "pending", "exporting", "preparing"];
    whose
        .into_iter()
        .zip(states)
        .zip([200, 80, 300, 0])
        .map(|((user, status), days)| {
            let folder = maker.hexadecimal(24);
            doc! {
                "_id": &folder, "userId": user, "status": status, "fullExport": true,
                "createdAt": maker.before(days), "roomList": Bson::Array(Vec::new()),
                "exportPath": format!("/tmp/userData/{folder}"),
                "userData": { "_id": user, "bio": "Plays the oboe in the orchestra" },
                "_updatedAt": maker.before(days),
            }
        })
        .collect()
}

fn archives(maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    [
        (id(person(people, 1)), "GridFS:UserDataFiles", 199),
        (GONE, "AmazonS3:UserDataFiles", 500),
        (id(person(people, 4)), "FileSystem:UserDataFiles", 3),
    ]
    .into_iter()
    .map(|(user, store, days)| {
        let at = maker.before(days);
        doc! {
            "_id": maker.id(), "userId": user, "store": store, "type": "application/zip",
            "name": format!("archive-of-{}.zip", maker.hexadecimal(8)), "complete": true,
            "size": 120_400, "uploadedAt": at, "_updatedAt": at,
        }
    })
    .collect()
}

/// Usage reports, of which the collector took every second, with more in them than numbers.
fn reports(workspace: &mut Workspace) {
    for (number, report) in workspace
        .documents("rocketchat_statistics")
        .iter_mut()
        .enumerate()
    {
        report.insert("uniqueId", "6f0d0c1e-0000-4000-a000-000000000001");
        if number % 2 == 1 {
            report.insert("statsToken", format!("answer {number}"));
        }
        if number.is_multiple_of(5) {
            let from = doc! { "smtp": { "fromEmail": "sender@lindenhof.example", "smtpHost": "" } };
            report.insert("settings", doc! { "email": from });
            let rooms = doc! { "biggestRoom": { "name": "the ward of the east wing" } };
            report.insert("matrixFederation", rooms);
            let sources = vec![
                doc! { "type": "widget" },
                doc! { "alias": "our front page" },
            ];
            report.insert("omnichannelSources", sources);
            let custom = doc! { "custom": { "keycloak": 4 } };
            report.insert("services", doc! { "oauth": custom });
            let modules = vec!["auditing", "livechat-enterprise"];
            report.insert("enterprise", doc! { "modules": modules });
        }
    }
}

/// Who read what, under the name of the release.
fn receipts(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) {
    let name = [
        "rocketchat_read_receipts",
        "rocketchat_message_read_receipt",
    ]
    .into_iter()
    .find(|name| workspace.collections().contains_key(*name))
    .expect("one of the two names");
    let now = workspace.plan.now;
    let messages: Vec<Document> = workspace.documents("rocketchat_message").clone();
    for (number, message) in messages.iter().enumerate().step_by(6) {
        let receipt = doc! {
            "_id": maker.hexadecimal(24), "messageId": id(message), "ts": days_before(now, 1),
            "roomId": message.get_str("rid").expect("a room"), "userId": id(person(people, number)),
        };
        workspace.insert(name, receipt);
    }
}
