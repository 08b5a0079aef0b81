//! Rooms with policies of their own, encrypted rooms, messages of special kinds, and files.

use super::super::{Maker, Workspace, has, who};
use super::{id, person};
use bson::{Bson, Document, doc};

pub(super) fn add(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) {
    let rooms = workspace.documents("rocketchat_room");
    change(rooms);
    let rooms: Vec<Document> = rooms.clone();
    for (number, room) in rooms.iter().enumerate() {
        let messages = messages(maker, id(room), person(people, number), number);
        workspace.documents("rocketchat_message").extend(messages);
    }
    let uploads = files(workspace, maker, people);
    workspace.documents("rocketchat_uploads").extend(uploads);
    keys(workspace, maker);
    trash(workspace, maker);
}

fn change(rooms: &mut [Document]) {
    let policies = [
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": 3650, "excludePinned": true,
        "filesOnly": false, "ignoreThreads": true },
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": 9, "excludePinned": false,
        "filesOnly": false, "ignoreThreads": false },
        doc! { "enabled": true, "overrideGlobal": true, "maxAge": 90, "filesOnly": true },
        doc! { "enabled": false },
        doc! { "enabled": true, "overrideGlobal": false },
    ];
    for (number, room) in rooms.iter_mut().enumerate() {
        if number % 3 == 0 {
            room.insert("retention", policies[number / 3 % policies.len()].clone());
        }
        if number % 4 == 2 {
            room.insert("encrypted", true);
        }
        match number % 6 {
            3 => drop(room.insert("federated", true)),
            4 => drop(room.insert("joinCode", format!("knock {number} times"))),
            5 => drop(room.insert("prid", "GENERAL")),
            _ => {}
        }
    }
}

/// Sealed, then clear; pinned, threaded, with a place.
fn messages(maker: &mut Maker<'_>, room: &str, author: &Document, number: usize) -> Vec<Document> {
    let mut message = |days: i64, rest: Document| {
        let at = maker.before(days);
        let mut message = doc! {
            "_id": maker.id(), "rid": room, "ts": at, "_updatedAt": at, "u": who(author),
            "msg": format!("an older remark of room {number}"), "urls": Bson::Array(Vec::new()),
        };
        message.extend(rest);
        message
    };
    let thread = format!("thread{number}");
    let place = doc! { "type": "Point", "coordinates": [8.55, 47.37] };
    let mut messages = vec![
        message(400, doc! { "pinned": true }),
        message(300, doc! { "_id": &thread, "tcount": 1 }),
        message(299, doc! { "tmid": thread }),
        message(
            200,
            doc! { "t": "discussion-created", "drid": "nowhere", "msg": "A plan" },
        ),
        message(40, doc! { "t": "e2e", "e2e": "done", "msg": "c2VhbGVk" }),
    ];
    if number % 8 == 2 {
        messages.push(message(10, doc! { "msg": "sent without a seal" }));
    }
    if number.is_multiple_of(3) {
        messages.push(message(5, doc! { "location": place, "msg": "" }));
    }
    messages
}

/// Files in several stores, some of them wanted by nobody.
fn files(workspace: &mut Workspace, maker: &mut Maker<'_>, people: &[Document]) -> Vec<Document> {
    const STORES: &[&str] = &[
        "GridFS:Uploads",
        "AmazonS3:Uploads",
        "FileSystem:Uploads",
        "GoogleCloudStorage:Uploads",
    ];
    let mut files = Vec::new();
    for number in 0..workspace.plan.messages / 10 {
        let (file, at) = (
            maker.id(),
            maker.before(3 + i64::try_from(number % 90).unwrap()),
        );
        let messages = workspace.documents("rocketchat_message");
        let place = number * 7 % messages.len();
        let room = messages[place].get_str("rid").expect("a room").to_owned();
        match number % 4 {
            0 => drop(messages[place].insert("file", doc! { "_id": &file })),
            // The second file of a message stands in the list alone.
            1 => drop(messages[place].insert("files", vec![doc! { "_id": &file }])),
            _ => {}
        }
        let mut upload = doc! {
            "_id": file, "name": format!("finding-{}.pdf", maker.hexadecimal(6)), "rid": room,
            "type": "application/pdf", "size": 9_120, "complete": true, "uploadedAt": at,
            "userId": id(person(people, number)), "store": STORES[number % STORES.len()],
            "_updatedAt": at,
        };
        if number % 5 == 4 {
            upload.insert("typeGroup", "thumb");
        }
        files.push(upload);
    }
    files
}

/// Keys of encrypted rooms, for those who have one of their own.
fn keys(workspace: &mut Workspace, maker: &mut Maker<'_>) {
    for subscription in workspace
        .documents("rocketchat_subscription")
        .iter_mut()
        .step_by(4)
    {
        subscription.insert("E2EKey", maker.hexadecimal(40));
    }
}

/// Deleted documents, one of them older than its time.
fn trash(workspace: &mut Workspace, maker: &mut Maker<'_>) {
    for days in [2, 20, 45] {
        workspace.insert(
            "rocketchat__trash",
            doc! {
                "_id": maker.id(), "__collection__": "message", "rid": "GENERAL",
                "msg": format!("a remark that was taken back {days} days ago"),
                "_deletedAt": maker.before(days), "_updatedAt": maker.before(days),
            },
        );
    }
    for run in workspace
        .documents("rocketchat_cron_history")
        .iter_mut()
        .filter(|run| has(run, "name", "Prune old messages by retention policy"))
        .step_by(9)
    {
        run.insert("error", "the connection was closed");
        run.remove("finishedAt");
    }
}
