//! No secret, no text of anybody, no name and no address in anything that the program writes, and
//! nothing in a text from outside that a terminal or a browser would obey.

use std::collections::BTreeMap;

use bson::{Bson, doc};
use rc_audit_rules::reduction::{self, Kept};
use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::{NOW, Plan, Workspace, clinic};

use crate::kit::{below, clinic_workspace, desk};

/// Everything that the program writes about a target: output, bundle and snapshot, by name.
fn everything(desk: &Desk, name: &str, target: &str) -> BTreeMap<String, String> {
    let mut written = BTreeMap::new();
    let snapshot = format!("{name}.snapshot");
    let runs = [
        vec!["collect", target, "-o", &snapshot],
        vec![
            "check",
            "--now",
            NOW,
            "--out",
            name,
            "--profile",
            "registered",
            target,
        ],
        vec![
            "check",
            "--now",
            NOW,
            "--out",
            name,
            "--profile",
            "airgapped",
            target,
        ],
        vec!["check", "--now", NOW, "--out", name, "--json", target],
    ];
    for arguments in runs {
        let run = Run::of(desk.command().args(&arguments));
        assert!([0, 1, 4].contains(&run.code), "{}", run.stderr);
        written.insert(format!("{arguments:?}, output"), run.stdout);
        written.insert(format!("{arguments:?}, talk"), run.stderr);
    }
    let mut paths = below(&desk.path(name));
    paths.insert(desk.path(&snapshot));
    for path in paths.into_iter().filter(|path| !path.is_symlink()) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        written.insert(path.display().to_string(), text);
    }
    assert!(written.len() > 20);
    written
}

fn assert_absent(written: &BTreeMap<String, String>, private: &[String]) {
    assert!(!private.is_empty());
    let words: Vec<String> = private.iter().map(|word| regex::escape(word)).collect();
    // Thousands of words in one pass; one by one they would take minutes.
    let any = regex::RegexBuilder::new(&words.join("|"))
        .size_limit(1 << 28)
        .build()
        .expect("an expression");
    assert!(any.is_match(&private[0]));
    for (place, text) in written {
        let found = any.find(text).map(|it| it.as_str());
        assert_eq!(found, None, "in {place}");
    }
}

/// Puts a text that is found again into every place of a workspace that holds something private,
/// and gives these texts.
fn marked(workspace: &mut Workspace) -> Vec<String> {
    let mut marks = Vec::new();
    let mut mark = |place: &str| {
        let text = format!("private{}x{}", marks.len(), place.replace(['.', '_'], ""));
        marks.push(text.clone());
        text
    };
    for setting in workspace.documents("rocketchat_settings") {
        let id = setting.get_str("_id").unwrap_or_default().to_owned();
        let kind = setting.get_str("type").unwrap_or_default().to_owned();
        let secret = setting.get_bool("secret").unwrap_or(false) || kind == "password";
        let personal = [
            "SMTP_Host",
            "SMTP_Username",
            "From_Email",
            "Layout_Legal_Notice",
            "Organization_Name",
            "Enterprise_License",
            "Custom_Script_Logged_In",
        ];
        if secret || personal.contains(&id.as_str()) {
            let is_text = matches!(setting.get("value"), Some(Bson::String(_)) | None)
                && !["int", "boolean", "select"].contains(&kind.as_str());
            // Of an address the host is read, and nothing else.
            let kept = reduction::of(&id, Some(&kind));
            if is_text && matches!(kept, Kept::Addresses | Kept::Relays) {
                let (user, word, path) = (mark(&id), mark(&id), mark(&id));
                let address = format!("https://{user}:{word}@made-up.example/{path}?{path}");
                setting.insert("value", address);
            } else if is_text && kept != Kept::Text {
                setting.insert("value", mark(&id));
            }
            setting.insert("processEnvValue", mark(&id));
        }
        if id == "Organization_Email" {
            setting.insert("value", format!("{}@made-up.example", mark(&id)));
        }
    }
    for room in workspace.documents("rocketchat_room") {
        for field in ["name", "fname", "topic", "description", "announcement"] {
            room.insert(field, mark(field));
        }
        room.insert(
            "retention",
            doc! { "enabled": true, "overrideGlobal": true, "maxAge": 9000 },
        );
    }
    for user in workspace.documents("users").iter_mut().skip(1) {
        user.insert("bio", mark("bio"));
        user.insert("statusText", mark("status"));
        user.insert("customFields", doc! { "ward": mark("field") });
        let cloud = doc! { "accessToken": mark("cloud") };
        user.get_document_mut("services")
            .expect("services")
            .insert("cloud", cloud);
    }
    for report in workspace.documents("rocketchat_statistics") {
        let smtp = doc! { "smtpHost": mark("host"), "fromEmail": mark("sender") };
        report.insert("settings", doc! { "email": { "smtp": smtp } });
        report.insert("statsToken", mark("token"));
        report.insert("services", doc! { mark("service"): true });
        let room = doc! { "_id": mark("id"), "name": mark("room") };
        report.insert("matrixFederation", doc! { "biggestRoom": room });
        report.insert(
            "omnichannelSources",
            vec![doc! { "type": "app", "alias": mark("alias") }],
        );
    }
    for run in workspace.documents("rocketchat_cron_history") {
        run.insert("error", mark("error"));
    }
    let device = doc! { "_id": "d", "userId": "gone", "token": { "apn": mark("device") } };
    workspace.insert("_raix_push_app_tokens", device);
    let vote = doc! { "_id": "v", "comment": mark("comment"), "ts": Bson::Null };
    workspace.insert("rocketchat_nps_vote", vote);
    let credential = doc! { "_id": "c", "accessToken": mark("credential") };
    workspace.insert("rocketchat_workspace_credentials", credential);
    let file =
        doc! { "_id": "f", "rid": "GENERAL", "name": mark("file"), "description": mark("d") };
    workspace.insert("rocketchat_uploads", file);
    marks
}

#[test]
fn nothing_private_of_the_clinic_is_written_anywhere() {
    let desk = desk();
    let workspace = clinic_workspace();
    dump::folder(&workspace, &desk.path("dump"), false);
    let server = shared();
    server.load("privacy_clinic", &workspace);
    let private = workspace.private_texts();
    assert!(private.len() > 100, "{}", private.len());
    assert!(private.iter().any(|it| it == "a-made-up-mail-password"));
    assert_absent(&everything(&desk, "a", "dump"), &private);
    assert_absent(
        &everything(&desk, "b", &server.address("privacy_clinic")),
        &private,
    );
}

#[test]
fn nothing_private_of_a_large_workspace_is_written_anywhere() {
    let desk = desk();
    let server = shared();
    for version in ["4.8.2", "6.13.0", "8.3.0"] {
        let mut plan = Plan::new(version);
        (plan.users, plan.rooms, plan.messages, plan.licensed) = (120, 40, 1_000, true);
        let mut workspace = plan.build();
        if version == "6.13.0" {
            clinic(&mut workspace);
        }
        workspace.register();
        let mut private = marked(&mut workspace);
        private.extend(workspace.private_texts());
        let database = format!("privacy_{}", version.replace('.', "_"));
        dump::folder(&workspace, &desk.path(version), true);
        let mut written = everything(&desk, &format!("{version}-dump"), version);
        if version == "6.13.0" {
            server.load(&database, &workspace);
            let address = server.address(&database);
            written.extend(everything(&desk, "server", &address));
            dump::settings_file(&workspace, &desk.path("settings.jsonl"));
            written.extend(everything(&desk, "settings", "settings.jsonl"));
        }
        assert_absent(&written, &private);
    }
}

#[test]
fn neither_password_nor_environment_nor_policy_leaks() {
    let desk = desk();
    dump::folder(&clinic_workspace(), &desk.path("dump"), false);
    desk.write(
        "environment",
        "MONGO_URL=mongodb://u:private-word@db.example/rocketchat\n\
         OVERWRITE_SETTING_SMTP_Password=private-mail-word\n\
         ADMIN_PASS=private-admin-word\nRC_DISABLE_STATISTICS_REPORTING=private-flag\n",
    );
    let run = desk.check(&["--env-file", "environment", "dump"]);
    run.expect(1, &["Bundle:"]);
    let mut written = vec![run.stdout, run.stderr];
    for path in below(&desk.path("out")) {
        if path.is_file() {
            written.push(String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned());
        }
    }
    // An address of a relay may have a login in it, which is nobody's business.
    let mut workspace = clinic_workspace();
    let relay = "https://private-user:private-word@relay.example/private-path?key=private-key";
    workspace
        .register()
        .set("Push_gateway", relay)
        .set("Cloud_Url", relay);
    dump::folder(&workspace, &desk.path("relay"), false);
    written.extend(everything(&desk, "relay-out", "relay").into_values());
    for text in written {
        assert!(!text.contains("private-"), "{text}");
    }
}

/// What a terminal obeys, what turns text round, and what a browser obeys.
const HOSTILE: &str = "</style><script>alert(1)</script>\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\r\u{8}\"'&<b onclick=x>";

/// A workspace with hostile texts wherever somebody can put one.
fn hostile() -> Workspace {
    let mut workspace = clinic_workspace();
    workspace
        .register()
        .set("Site_Name", HOSTILE)
        .set("Site_Url", format!("https://{HOSTILE}.example"))
        .set("Push_gateway", format!("https://{HOSTILE}/\n{HOSTILE}"))
        .set("Cloud_Url", format!("https://{HOSTILE}"))
        .set("Show_Setup_Wizard", HOSTILE)
        .set("RetentionPolicy_Precision", HOSTILE)
        .set("RetentionPolicy_Advanced_Precision", true)
        .set("RetentionPolicy_Advanced_Precision_Cron", HOSTILE)
        .set("RetentionPolicy_TTL_DMs", HOSTILE)
        .set("Statistics_reporting", HOSTILE)
        .set("E2E_Enable", HOSTILE);
    for setting in workspace.documents("rocketchat_settings") {
        setting.insert("i18nLabel", HOSTILE);
        if setting.get_str("type").is_ok_and(|it| it == "select") {
            setting.insert("valueSource", HOSTILE);
        }
    }
    let premium = doc! {
        "_id": format!("Premium_{HOSTILE}"), "type": "boolean", "value": true, "enterprise": true,
        "modules": [HOSTILE], "invalidValue": false,
    };
    workspace.insert("rocketchat_settings", premium);
    for room in workspace.documents("rocketchat_room") {
        room.insert("name", HOSTILE);
        room.insert(
            "retention",
            doc! { "overrideGlobal": true, "maxAge": HOSTILE },
        );
    }
    for report in workspace.documents("rocketchat_statistics") {
        report.insert("deploy", doc! { "method": HOSTILE, "platform": HOSTILE });
        report.insert("enterprise", doc! { "modules": [HOSTILE], "tags": [] });
        report.insert(
            "settings",
            doc! { "email": { "smtp": { "fromEmail": HOSTILE } } },
        );
        report.insert("statsToken", HOSTILE);
    }
    for permission in workspace.documents("rocketchat_permissions") {
        permission.insert("roles", vec![HOSTILE, "admin"]);
    }
    workspace
}

/// Whether a terminal or a reader would take a character for more than a sign.
fn obeyed(character: char) -> bool {
    character != '\n' && character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn hostile_texts_reach_neither_terminal_nor_browser() {
    let desk = desk();
    let folder = desk.path("dump");
    dump::folder(&hostile(), &folder, false);
    // The name of a folder is a text from outside too.
    let named = folder.join(HOSTILE.replace('/', "|"));
    std::fs::rename(folder.join(dump::DATABASE), &named).unwrap();
    for profile in ["airgapped", "registered"] {
        let run = desk.check(&["--profile".as_ref(), profile.as_ref(), named.as_os_str()]);
        assert!([1, 4].contains(&run.code), "{}", run.stderr);
        for text in [&run.stdout, &run.stderr] {
            let found = text.lines().find(|line| line.chars().any(obeyed));
            assert_eq!(found, None);
        }
    }
    assert_eq!(desk.bundles().len(), 2);
    for path in below(&desk.path("out")) {
        if !path.is_file() || path.is_symlink() {
            continue;
        }
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else {
            let bytes = ["MANIFEST.sig", "MANIFEST.tsq"];
            assert!(
                bytes.iter().any(|it| path.ends_with(it)),
                "{}",
                path.display()
            );
            continue;
        };
        let place = path.display();
        if path.ends_with("report.html") {
            // One is the page's own.
            assert_eq!(text.matches("<script").count(), 1, "{place}");
            assert!(!text.contains("<script>alert"), "{place}");
            assert!(!text.contains("<b onclick"), "{place}");
            assert_eq!(text.matches("</style>").count(), 1, "{place}");
            assert!(text.contains("&lt;script"), "the text was not shown at all");
        }
        let found = text.lines().find(|line| line.chars().any(obeyed));
        assert_eq!(found, None, "{place}");
    }
}
