//! Traps around end-to-end encryption.

use bson::{Document, doc};
use rc_audit_tests::workspace::{Workspace, days_before};

use super::{ALL, Trap, UNREGISTERED, check, room};

/// Encryption is on, and a direct room began it twenty days ago.
fn encrypted(workspace: &mut Workspace) {
    workspace.set("E2E_Enable", true);
    let room = room(workspace, "d");
    room.insert("encrypted", true);
    let id = room.get_str("_id").expect("an id").to_owned();
    // Whatever the maker said there came before.
    for message in workspace.documents("rocketchat_message") {
        if message.get_str("rid").is_ok_and(|it| it == id) {
            message.insert("rid", "GENERAL");
        }
    }
    say(workspace, 20, doc! { "t": "e2e", "msg": "sealed" });
}

/// A message in the encrypted room some days ago.
fn say(workspace: &mut Workspace, days: i64, rest: Document) {
    let room = room(workspace, "d")
        .get_str("_id")
        .expect("an id")
        .to_owned();
    let at = days_before(workspace.plan.now, days);
    let number = workspace.documents("rocketchat_message").len();
    let mut message = doc! {
        "_id": format!("said{number}"), "rid": room, "ts": at, "_updatedAt": at,
        "u": { "_id": "somebody", "username": "somebody" },
    };
    message.extend(rest);
    workspace.insert("rocketchat_message", message);
}

#[test]
fn switches_of_encryption_say_nothing_about_rooms() {
    check(&[
        Trap::new(
            "off by default, with defaults for new rooms on",
            &["5.4.4", "6.13.0"],
            ALL,
            |it| {
                it.set("E2E_Enabled_Default_DirectRooms", true)
                    .set("E2E_Enabled_Default_PrivateRooms", true);
            },
            &[
                ("E2E-001", "fail"),
                ("E2E-002", "fail|fail!"),
                ("E2E-003", "fail|fail!"),
                ("E2E-009", "pass"),
            ],
        ),
        Trap::new(
            "switched off while a room is encrypted",
            &["6.13.0"],
            ALL,
            |it| {
                encrypted(it);
                it.set("E2E_Enable", false);
            },
            &[("E2E-009", "fail")],
        ),
        Trap::new(
            "on in words only",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("E2E_Enable", "true"),
            &[("E2E-001", "fail|fail!|unknown")],
        ),
        Trap::new(
            "on, and no room is encrypted",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("E2E_Enable", true),
            &[("E2E-001", "pass"), ("E2E-009", "pass")],
        ),
    ]);
}

#[test]
fn clear_text_gets_into_encrypted_rooms() {
    check(&[
        Trap::new(
            "no setting decides it before 6.10",
            &["6.4.8"],
            UNREGISTERED,
            encrypted,
            &[("E2E-004", "unknown"), ("E2E-010", "pass")],
        ),
        Trap::new(
            "allowed by default from 6.10 to 6.14",
            &["6.10.0", "6.13.0"],
            UNREGISTERED,
            encrypted,
            &[("E2E-004", "fail"), ("E2E-010", "pass")],
        ),
        Trap::new(
            "forbidden by default since 7.0",
            &["7.7.1"],
            UNREGISTERED,
            encrypted,
            &[("E2E-004", "pass"), ("E2E-010", "pass")],
        ),
        Trap::new(
            "said in clear after the room was encrypted",
            &["6.13.0", "7.7.1"],
            ALL,
            |it| {
                encrypted(it);
                say(it, 9, doc! { "msg": "in clear" });
            },
            &[("E2E-010", "fail")],
        ),
        Trap::new(
            "said in clear before it",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                encrypted(it);
                say(it, 30, doc! { "msg": "in clear" });
            },
            &[("E2E-010", "pass")],
        ),
        Trap::new(
            "a notice of the server and a file without text",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                encrypted(it);
                say(it, 9, doc! { "t": "au", "msg": "somebody" });
                say(it, 8, doc! { "msg": "" });
            },
            &[("E2E-010", "pass")],
        ),
        Trap::new(
            "files are not encrypted before 6.12",
            &["6.10.0"],
            UNREGISTERED,
            encrypted,
            &[("E2E-005", "not_applicable")],
        ),
        Trap::new(
            "files in clear",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                encrypted(it);
                it.set("E2E_Enable_Encrypt_Files", false);
            },
            &[("E2E-005", "fail")],
        ),
    ]);
}
