//! What crosses between the database and the program.

use std::collections::BTreeSet;

use bson::{Bson, doc};
use rc_audit_rules::reduction::{self, Kept};
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Run;
use rc_audit_tests::proxy::Proxy;
use rc_audit_tests::workspace::{NOW, Workspace};

use crate::kit::{below, clinic_workspace, desk, dumped};

/// What every secret and every private text begins with.
const MARK: &str = "canary";

/// Where a marked text crosses because a rule needs the plain one, and why. Nothing of it is kept.
/// The claims of a licence cross too, encoded, so that the database can't cut names out of them; its
/// signature does not.
const NEEDED: &[(&str, &str)] = &[
    ("rocketchat_integrations.script", DIGEST),
    ("rocketchat_settings.Layout_Legal_Notice", NOTICE),
    ("rocketchat_settings.Layout_Login_Terms", NOTICE),
    ("rocketchat_settings.Layout_Privacy_Policy", NOTICE),
    ("rocketchat_settings.Layout_Terms_of_Service", NOTICE),
    (
        "rocketchat_settings.Livechat_data_processing_consent_text",
        NOTICE,
    ),
];
const DIGEST: &str = "rules compare the digest of a script with those that were reviewed, and the \
                      database has no function for it";
const NOTICE: &str = "rules ask whether the text names a contact; everybody may read it anyway";

/// Marks every text in a document that is no word of the server's own, and gives the marks.
fn mark(collection: &str, document: &mut bson::Document, marks: &mut BTreeSet<String>) {
    /// Fields by which the server, and so the rules, tell documents apart.
    const WORDS: &[&str] = &[
        "_id",
        "t",
        "type",
        "roles",
        "status",
        "version",
        "kind",
        "store",
        "scope",
        "event",
        "collection",
        "__collection__",
        "level",
        "group",
        "settingId",
        "installationSource",
        "rid",
        "scriptEngine",
        "section",
        "state",
        "uniqueId",
        "actionId",
        "action",
        "method",
        "platform",
        "tag",
        "name",
        "u",
        "v",
        "typeGroup",
        "userId",
        "service",
        "os",
        "process",
        "wizard",
        "deploy",
        "migration",
        "enterprise",
        "uids",
        "valueSource",
        "modules",
        "tokens",
        "hash",
    ];
    for (name, value) in document.iter_mut() {
        if WORDS.contains(&name.as_str()) {
            continue;
        }
        match value {
            Bson::String(text) => {
                // Names are unique, so every mark is.
                let number = marks.len();
                *text = format!("{MARK}-{collection}.{name}#{number}#long-enough-for-any-class");
                marks.insert(text.clone());
            }
            Bson::Document(inner) => mark(collection, inner, marks),
            Bson::Array(items) => {
                for item in items {
                    if let Bson::Document(inner) = item {
                        mark(collection, inner, marks);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A workspace in which every text that somebody typed is marked.
fn marked() -> (Workspace, BTreeSet<String>) {
    let mut workspace = clinic_workspace();
    workspace.register();
    let script = doc! {
        "_id": "marked", "type": "webhook-incoming", "enabled": true, "scriptEnabled": true,
        "script": "text", "token": "text",
    };
    workspace.insert("rocketchat_integrations", script);
    let mut marks = BTreeSet::new();
    let names: Vec<String> = workspace.collections().keys().cloned().collect();
    for name in names.iter().filter(|name| *name != "rocketchat_settings") {
        for document in workspace.documents(name) {
            mark(name, document, &mut marks);
        }
    }
    for setting in workspace.documents("rocketchat_settings") {
        let id = setting.get_str("_id").unwrap_or_default().to_owned();
        let kind = setting.get_str("type").unwrap_or_default().to_owned();
        if !matches!(setting.get("value"), Some(Bson::String(_))) {
            continue;
        }
        let mark = format!("{MARK}-rocketchat_settings.{id}");
        let text = match reduction::of(&id, Some(&kind)) {
            // The server's own words and ids, roles, types of media, names of fields.
            Kept::Text | Kept::ShortText | Kept::RequiredFields => continue,
            // Of an address the host is read, and nothing else.
            Kept::Addresses => {
                format!("https://{mark}:{mark}@host.example/{mark}?to=http://{mark}#{mark}")
            }
            Kept::Relays => format!("me:{mark}@turn:turn.example.org?key={mark},{mark}"),
            Kept::Mailbox => format!("{mark}@example.org"),
            Kept::Notice => format!("{mark}, +49 30 1234567"),
            Kept::Licence => format!("RCV3_head-{mark}.eyJ2YWxpZGF0aW9uIjp7fX0.tail-{mark}"),
            Kept::Marks if kind == "group" => continue,
            Kept::Marks => mark.clone(),
        };
        setting.insert("value", text);
        setting.insert("packageValue", mark.clone());
        setting.insert("processEnvValue", mark.clone());
        marks.insert(mark);
    }
    (workspace, marks)
}

/// The marks that stand in some bytes.
fn seen<'a>(bytes: &[u8], marks: &'a BTreeSet<String>) -> BTreeSet<&'a str> {
    let text = String::from_utf8_lossy(bytes);
    marks
        .iter()
        .map(String::as_str)
        .filter(|mark| text.contains(mark))
        .collect()
}

#[test]
fn secrets_and_private_texts_do_not_cross_unless_a_rule_needs_them() {
    let desk = desk();
    let server = shared();
    let (workspace, marks) = marked();
    assert!(marks.len() > 250, "{}", marks.len());
    server.load("wire", &workspace);
    let wire = Proxy::to(server.port());
    let address = format!("mongodb://127.0.0.1:{}/wire", wire.port());
    let mut written = Vec::new();
    for arguments in [
        vec![
            "check",
            "--now",
            NOW,
            "--out",
            "out",
            "--format",
            "html,json,csv",
            &address,
        ],
        vec!["check", "--now", NOW, "--out", "out", "--json", &address],
        vec!["collect", "-o", "out/snapshot", &address],
        vec!["doctor", &address],
    ] {
        let run = Run::of(desk.command().args(&arguments));
        assert!([0, 1, 4].contains(&run.code), "{}", run.stderr);
        written.extend([run.stdout.into_bytes(), run.stderr.into_bytes()]);
    }
    let passed = wire.passed();
    assert!(passed.len() > 100_000, "{}", passed.len());
    // The sensor sees what passes: the names of settings do.
    assert!(String::from_utf8_lossy(&passed).contains("SMTP_Password"));
    let crossed: BTreeSet<String> = seen(&passed, &marks)
        .into_iter()
        .map(|mark| {
            let place = mark.trim_start_matches("canary-");
            place.split('#').next().unwrap().to_owned()
        })
        .collect();
    let needed: BTreeSet<String> = NEEDED
        .iter()
        .map(|(place, _)| (*place).to_owned())
        .collect();
    assert_eq!(crossed, needed);

    // Nothing of it is written, whether it crossed or came with a dump.
    let folder = dumped(&desk, &workspace);
    let run = desk.check(&[&folder]);
    written.extend([run.stdout.into_bytes(), run.stderr.into_bytes()]);
    let files = below(&desk.path("out"));
    assert!(files.len() > 20, "{}", files.len());
    for path in files.into_iter().filter(|path| path.is_file()) {
        written.push(std::fs::read(path).unwrap());
    }
    for bytes in &written {
        assert_eq!(seen(bytes, &marks), BTreeSet::new());
    }
}

#[test]
fn an_error_of_the_server_is_told_without_what_it_quotes() {
    let desk = desk();
    let server = shared();
    server.load("wire_error", &clinic_workspace());
    let wire = Proxy::to(server.port());
    let login = format!("mongodb://{MARK}-user:{MARK}-password@127.0.0.1");
    let addresses = [
        format!("{login}:{}/wire_error", wire.port()),
        format!(
            "{login}:{}/wire_error?tlsCAFile={MARK}-file&tls=true",
            wire.port()
        ),
        format!("{login}:{}/wire_error?authMechanism={MARK}", wire.port()),
        format!("{login}:1/wire_error?connectTimeoutMS=100"),
        format!("{login}:notaport/{MARK}"),
        format!("mongodb+srv://{MARK}-user:{MARK}-password@host.example/"),
    ];
    for address in addresses {
        for verb in ["check", "doctor"] {
            let run = Run::of(
                desk.command()
                    .args([verb, "--connect-seconds", "1", &address]),
            );
            assert!([2, 5].contains(&run.code), "{address}: {}", run.code);
            let said = format!("{}{}", run.stdout, run.stderr);
            for secret in ["-user", "-password"] {
                assert!(!said.contains(&format!("{MARK}{secret}")), "{said}");
            }
        }
    }
}
