//! A clinic that tried to keep its data in, and overlooked some things.

use super::people::login_tokens;
use super::{Workspace, days_before, has};
use bson::{Bson, Document, doc};

/// Thirty days in milliseconds, as the server stores them.
const THIRTY_DAYS: f64 = 2_592_000_000.0;

/// Does to a fresh workspace of 6.13 what the clinic's administrators did over three years.
pub fn clinic(workspace: &mut Workspace) {
    // They closed the wizard, wanted no reports, no surveys and no marketing.
    workspace
        .set("Show_Setup_Wizard", "completed")
        .set("Site_Url", "https://chat.lindenhof.example")
        .set("Organization_Name", "Lindenhof clinic")
        .set("Organization_Email", "it-operations@lindenhof.example")
        .set("Statistics_reporting", false)
        .set("NPS_survey_enabled", false)
        .set("Allow_Marketing_Emails", false)
        .overwrite("Update_EnableChecker", false);
    // Reports went on after 6.5: the vendor's collector answered them.
    for report in workspace
        .documents("rocketchat_statistics")
        .iter_mut()
        .skip(1)
    {
        report.insert("statsToken", "made-up-token");
    }
    // Push without texts, for which they hold no licence.
    workspace
        .set("Push_enable", true)
        .set("Push_show_message", true)
        .set("Push_show_username_room", false);
    retention(workspace);
    encryption(workspace);
    access(workspace);
    webhook(workspace);
    overdue_export(workspace);
    let mail = "a-made-up-mail-password";
    workspace
        .set("SMTP_Host", "10.20.0.25")
        .set("SMTP_Password", mail);
}

/// Thirty days for everything, but for one room of its own, and threads stay.
fn retention(workspace: &mut Workspace) {
    workspace.set("RetentionPolicy_Enabled", true);
    for kind in ["Channels", "Groups", "DMs"] {
        workspace
            .set(&format!("RetentionPolicy_AppliesTo{kind}"), true)
            .set(&format!("RetentionPolicy_TTL_{kind}"), THIRTY_DAYS)
            .set(&format!("RetentionPolicy_MaxAge_{kind}"), -1);
    }
    workspace.set("RetentionPolicy_DoNotPruneThreads", true);
    let own = doc! {
        "enabled": true, "overrideGlobal": true, "maxAge": 3650, "excludePinned": true,
        "filesOnly": false, "ignoreThreads": true,
    };
    room(workspace, "p").insert("retention", own);
}

/// Encryption is on, and one room that began it still has messages in clear.
fn encryption(workspace: &mut Workspace) {
    workspace
        .set("E2E_Enable", true)
        .set("E2E_Enabled_Default_DirectRooms", true)
        .set("E2E_Enabled_Default_PrivateRooms", false);
    let room = room(workspace, "d");
    room.insert("encrypted", true);
    let id = room.get_str("_id").expect("an id").to_owned();
    let began = days_before(workspace.plan.now, 20);
    let later = days_before(workspace.plan.now, 9);
    let message = |number: i32, at, rest: Document| {
        let mut message = doc! {
            "_id": format!("clinicMessage{number}"), "rid": &id, "ts": at, "_updatedAt": at,
            "u": { "_id": "somebody", "username": "somebody" },
            "urls": Bson::Array(Vec::new()),
        };
        message.extend(rest);
        message
    };
    let sealed = message(
        1,
        began,
        doc! { "t": "e2e", "e2e": "pending", "msg": "a-made-up-sealed-text" },
    );
    let clear = message(2, later, doc! { "msg": "this one went out in clear" });
    workspace
        .insert("rocketchat_message", sealed)
        .insert("rocketchat_message", clear);
}

/// Registration is closed with a notice of their own. An administrator left and kept the account, and
/// a person has a token that skips the second factor.
fn access(workspace: &mut Workspace) {
    workspace.set("Accounts_RegistrationForm", "Disabled").set(
        "Accounts_RegistrationForm_LinkReplacementText",
        "Ask the service desk for an account",
    );
    let left = days_before(workspace.plan.now, 410);
    let began = days_before(workspace.plan.now, 130);
    let users = workspace.documents("users");
    let former = &mut users[4];
    former.insert("roles", ["user", "admin"].map(Bson::from).to_vec());
    former.insert("lastLogin", left);
    former.insert("_updatedAt", left);
    login_tokens(former).clear();
    let token = doc! {
        "type": "personalAccessToken", "name": "token for the roster", "createdAt": began,
        "hashedToken": "not-a-digest-of-anything", "lastTokenPart": "c0ffee", "bypassTwoFactor": true,
    };
    login_tokens(&mut users[6]).push(token.into());
}

/// What is said in one channel goes to a service outside, with the key to it in the address.
fn webhook(workspace: &mut Workspace) {
    let made = days_before(workspace.plan.now, 340);
    let system = doc! { "_id": "system", "username": "system" };
    let webhook = doc! {
        "_id": "clinicWebhook0001", "type": "webhook-outgoing", "name": "Pager", "enabled": true,
        "event": "sendMessage", "channel": ["#general"], "username": "rocket.cat",
        "urls": ["https://hooks.pager.example/T0123/not-a-real-key"],
        "token": "not-a-real-token", "scriptEnabled": false, "script": "",
        "_createdAt": made, "_createdBy": system, "_updatedAt": made,
    };
    workspace.insert("rocketchat_integrations", webhook);
}

/// Somebody asked for a copy of the own data and never got it.
fn overdue_export(workspace: &mut Workspace) {
    let asked = days_before(workspace.plan.now, 75);
    let who = workspace.documents("users")[5].get_str("_id");
    let who = who.expect("an id").to_owned();
    let export = doc! {
        "_id": "c11n1cc11n1cc11n1c000001", "userId": who, "status": "pending", "fullExport": true,
        "createdAt": asked, "roomList": Bson::Array(Vec::new()),
        "exportPath": "/tmp/userData/c11n1cc11n1cc11n1c000001", "_updatedAt": asked,
    };
    workspace.insert("rocketchat_export_operations", export);
}

/// The first room of a kind that is not the general one.
fn room<'a>(workspace: &'a mut Workspace, kind: &str) -> &'a mut Document {
    workspace
        .documents("rocketchat_room")
        .iter_mut()
        .find(|room| has(room, "t", kind) && !has(room, "_id", "GENERAL"))
        .expect("a workspace has rooms of all kinds")
}
