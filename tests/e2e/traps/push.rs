//! Traps around push notifications.

use bson::{Document, doc};
use rc_audit_tests::workspace::{Workspace, days_before};

use super::{ALL, ALONE, Licence, REGISTERED, Trap, UNREGISTERED, check};

const ID_ONLY: Licence = Licence::with(&["push-privacy"]);
const ENDED: Licence = Licence {
    modules: &["push-privacy"],
    offline: false,
    until: "2026-01-01T00:00:00Z",
};

fn registered(workspace: &mut Workspace) {
    workspace.register();
}

fn gateway(workspace: &mut Workspace, lines: &str) {
    workspace.register().set("Push_gateway", lines);
}

/// A device of somebody.
fn device(workspace: &mut Workspace, user: &str, rest: Document) {
    let mut document = doc! { "_id": "device", "userId": user, "enabled": true };
    document.extend(rest);
    workspace.insert("_raix_push_app_tokens", document);
}

#[test]
fn the_gateway_is_used_when_four_settings_agree() {
    check(&[
        Trap::new(
            "a fresh workspace wants it and has not agreed",
            &["6.13.0"],
            ALONE,
            |_| (),
            &[
                ("PUSH-001", "pass"),
                ("PUSH-006", "not_applicable"),
                ("PUSH-007", "fail"),
            ],
        ),
        Trap::new(
            "switched off, and one click from on",
            &["6.13.0"],
            ALONE,
            |it| _ = it.set("Push_enable", false),
            &[
                ("PUSH-001", "pass"),
                ("PUSH-006", "fail"),
                ("PUSH-007", "pass"),
            ],
        ),
        Trap::new(
            "switched off in words only",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                it.set("Push_enable", "false")
                    .set("Register_Server", true)
                    .set("Cloud_Service_Agree_PrivacyTerms", true);
            },
            &[("PUSH-001", "fail!")],
        ),
        Trap::new(
            "the first line only",
            &["6.13.0"],
            REGISTERED,
            |it| gateway(it, "https://gateway.rocket.chat\nhttps://relay.example"),
            &[("PUSH-005", "fail")],
        ),
        Trap::new(
            "a stranger in the first line",
            &["6.13.0"],
            REGISTERED,
            |it| gateway(it, "https://relay.example\nhttps://gateway.rocket.chat"),
            &[("PUSH-005", "fail")],
        ),
        Trap::new(
            "an own relay, as the operator wants",
            &["6.13.0"],
            REGISTERED,
            |it| gateway(it, " https://relay.example "),
            &[("PUSH-005", "pass")],
        )
        .policy("[parameters]\npush_gateways = [\"relay.example\"]"),
        Trap::new(
            "not encrypted",
            &["6.13.0"],
            REGISTERED,
            |it| gateway(it, "http://gateway.rocket.chat"),
            &[("PUSH-005", "fail")],
        ),
        Trap::new(
            "changed since the server started",
            &["6.13.0"],
            ALL,
            |it| {
                let yesterday = days_before(it.plan.now, 1);
                it.set("Push_enable_gateway", false)
                    .setting("Push_enable_gateway")
                    .insert("_updatedAt", yesterday);
            },
            &[("PUSH-008", "fail")],
        ),
        Trap::new(
            "changed before it",
            &["6.13.0"],
            UNREGISTERED,
            |it| _ = it.set("Push_enable_gateway", false),
            &[("PUSH-008", "pass")],
        ),
    ]);
}

#[test]
fn sending_only_an_id_needs_a_licence() {
    check(&[
        Trap::new(
            "the default reads like protection",
            &["5.4.4", "6.13.0", "8.3.0"],
            REGISTERED,
            registered,
            &[
                ("PUSH-002", "fail|fail!"),
                ("PUSH-003", "fail|fail!"),
                ("PUSH-004", "fail!"),
            ],
        ),
        Trap::new(
            "with the module",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                ID_ONLY.install(it);
            },
            &[
                ("PUSH-002", "pass"),
                ("PUSH-003", "pass"),
                ("PUSH-004", "pass"),
            ],
        ),
        Trap::new(
            "with another module",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                Licence::with(&["auditing"]).install(it);
            },
            &[("PUSH-004", "fail!")],
        ),
        Trap::new(
            "with a licence that has ended",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                ENDED.install(it);
            },
            &[("PUSH-004", "fail!")],
        ),
        Trap::new(
            "nobody knows what takes its place",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                it.setting("Push_request_content_from_server")
                    .remove("invalidValue");
            },
            &[("PUSH-004", "unknown")],
        ),
        Trap::new(
            "no text and no names, and yet the sender",
            &["6.13.0"],
            REGISTERED,
            |it| {
                it.register()
                    .set("Push_show_message", false)
                    .set("Push_show_username_room", false);
            },
            &[
                ("PUSH-002", "pass"),
                ("PUSH-003", "pass"),
                ("PUSH-004", "fail!"),
            ],
        ),
        Trap::new(
            "ringing without a licence does not ring",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                it.set("VideoConf_Mobile_Ringing", true);
            },
            &[("PUSH-012", "pass")],
        ),
        Trap::new(
            "ringing with one ignores every switch",
            &["6.13.0"],
            REGISTERED,
            |it| {
                registered(it);
                Licence::with(&["push-privacy", "videoconference-enterprise"]).install(it);
                it.set("VideoConf_Mobile_Ringing", true);
            },
            &[("PUSH-012", "fail")],
        ),
    ]);
}

#[test]
fn keys_and_devices_outlive_their_use() {
    check(&[
        Trap::new(
            "a device of nobody",
            &["6.13.0"],
            ALL,
            |it| device(it, "somebodyGone", doc! { "token": { "apn": "made-up" } }),
            &[("PUSH-013", "fail"), ("PUSH-015", "manual")],
        ),
        Trap::new(
            "a device of nobody in the shape of 9.0",
            &["9.0.0"],
            UNREGISTERED,
            |it| {
                let token = doc! { "tokenValue": "made-up", "tokenType": "gcm" };
                device(it, "somebodyGone", token);
            },
            &[("PUSH-013", "fail"), ("PUSH-015", "manual")],
        ),
        Trap::new(
            "a device of somebody deactivated",
            &["6.13.0"],
            UNREGISTERED,
            |it| {
                let user = &mut it.documents("users")[3];
                user.insert("active", false);
                let id = user.get_str("_id").expect("an id").to_owned();
                device(it, &id, doc! { "token": { "gcm": "made-up" } });
            },
            &[("PUSH-013", "fail")],
        ),
        Trap::new(
            "keys of the push services beside the gateway",
            &["6.13.0"],
            REGISTERED,
            |it| _ = it.register().set("Push_apn_key", "made-up-push-key"),
            &[("PUSH-009", "fail")],
        ),
        Trap::new(
            "keys for sending without the gateway",
            &["6.13.0"],
            REGISTERED,
            |it| {
                it.register()
                    .set("Push_apn_key", "made-up-push-key")
                    .set("Push_enable_gateway", false);
            },
            &[("PUSH-009", "pass")],
        ),
    ]);
}
