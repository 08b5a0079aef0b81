//! What crosses between the database and the program.

use std::collections::BTreeSet;

use bson::Bson;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Run;
use rc_audit_tests::proxy::Proxy;
use rc_audit_tests::workspace::{NOW, Workspace};

use crate::kit::{below, clinic_workspace, desk, dumped};

/// What every secret and every private text begins with.
const MARK: &str = "canary";

/// Where a marked text crosses because a rule needs the plain one, and why. Nothing of it is kept.
const NEEDED: &[(&str, &str)] = &[
    (
        "rocketchat_integrations.script",
        "rules compare the digest of a script with those that were reviewed, and this database has no \
         function for it",
    ),
    (
        "rocketchat_settings.Layout_Legal_Notice",
        "rules ask whether the notice names a contact; it is a text for everybody",
    ),
    (
        "rocketchat_settings.Enterprise_License",
        "the claims of a licence are encoded, so that the database can't cut the name of its holder out",
    ),
];

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
        let chosen = [
            "select", "boolean", "int", "timespan", "language", "range", "group",
        ];
        let Ok(old) = setting.get_str("value") else {
            continue;
        };
        if chosen.contains(&kind.as_str()) || WORDS.contains(&id.as_str()) {
            continue;
        }
        let mark = format!("{MARK}-rocketchat_settings.{id}");
        let text = match id.as_str() {
            "WebRTC_Servers" => format!("me:{mark}@turn:turn.example.org?key={mark},{mark}"),
            "Organization_Email" => format!("{mark}@example.org"),
            "Enterprise_License" => format!("RCV3_head-{mark}.eyJ2YWxpZGF0aW9uIjp7fX0.tail-{mark}"),
            "Layout_Legal_Notice" => format!("{mark}, +49 30 1234567"),
            id if is_address(id) => {
                format!("https://{mark}:{mark}@host.example/{mark}?to=http://{mark}#{mark}")
            }
            _ if !old.is_empty() || kind == "password" || kind == "string" => mark.clone(),
            _ => continue,
        };
        setting.insert("value", text);
        setting.insert("packageValue", mark.clone());
        setting.insert("processEnvValue", mark.clone());
        marks.insert(mark);
    }
    (workspace, marks)
}

/// Settings whose texts are the server's own words, ids, roles, types and domains.
const WORDS: &[&str] = &[
    "API_EmbedIgnoredHosts",
    "API_Shield_Types",
    "Accounts_AllowedDomainsList",
    "Accounts_CustomFields",
    "Accounts_OAuth_Proxy_services",
    "Accounts_Registration_AuthenticationServices_Default_Roles",
    "Accounts_Registration_Users_Default_Roles",
    "Enterprise_License_Status",
    "Federation_Service_Allow_List",
    "FileUpload_MediaTypeBlackList",
    "FileUpload_MediaTypeWhiteList",
    "FileUpload_S3_Acl",
    "Iframe_X_Frame_Options",
    "Layout_Login_Terms",
    "Layout_Privacy_Policy",
    "Layout_Terms_of_Service",
    "Livechat_AllowedDomainsList",
    "Livechat_data_processing_consent_text",
    "Meta_robots",
    "RetentionPolicy_Advanced_Precision_Cron",
    "VideoConf_Default_Provider",
    "uniqueID",
];

fn is_address(id: &str) -> bool {
    [
        "API_CORS_Origin",
        "Cloud_Url",
        "Extra_CSP_Domains",
        "LDAP_Host",
        "Push_gateway",
        "SMTP_Host",
        "Site_Url",
        "Livechat_webhookUrl",
        "PiwikAnalytics_url",
        "FileUpload_S3_BucketURL",
    ]
    .contains(&id)
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
            place
                .trim_end_matches("-of-a-length-that-no-class-hides")
                .to_owned()
        })
        .collect();
    let needed: BTreeSet<String> = NEEDED
        .iter()
        .map(|(place, _)| (*place).to_owned())
        .collect();
    let beyond: Vec<&String> = crossed.difference(&needed).collect();
    assert_eq!(beyond, Vec::<&String>::new());

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
