//! What the tests here share: the program, tools of the system, and reports made comparable.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use rc_audit_tests::dump;
use rc_audit_tests::mongod::{Mongod, Options};
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::{Workspace, clinic};
use serde_json::Value;

/// A desk with the program.
pub(crate) fn desk() -> Desk {
    Desk::new(env!("CARGO_BIN_EXE_agent-under-test"))
}

/// The workspace that most tests read.
pub(crate) fn clinic_workspace() -> Workspace {
    let mut workspace = Workspace::of("6.13.0");
    clinic(&mut workspace);
    workspace
}

/// Writes a workspace as a plain dump below the desk and gives the folder of its database.
pub(crate) fn dumped(desk: &Desk, workspace: &Workspace) -> PathBuf {
    let folder = desk.path("dump");
    dump::folder(workspace, &folder, false);
    folder.join(dump::DATABASE)
}

/// The folder of the database in the dump that [`dumped`] wrote.
pub(crate) fn database(desk: &Desk) -> PathBuf {
    desk.path("dump").join(dump::DATABASE)
}

/// The outcome of each rule of a report; a false assurance is marked with an exclamation mark.
pub(crate) fn outcomes(report: &Value) -> BTreeMap<String, String> {
    report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let mark = if finding["false_assurance"] == true {
                "!"
            } else {
                ""
            };
            let outcome = finding["outcome"].as_str().expect("an outcome");
            let rule = finding["rule"].as_str().expect("a rule");
            (rule.to_owned(), format!("{outcome}{mark}"))
        })
        .collect()
}

/// The collections that a report could not read.
pub(crate) fn gaps(report: &Value) -> BTreeSet<String> {
    report["evidence"]["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .map(|gap| gap["collection"].as_str().expect("a collection").to_owned())
        .collect()
}

/// Reads a JSON file.
pub(crate) fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A tool of the system. Without it a test fails and says what brings it.
pub(crate) fn tool(name: &str) -> Command {
    let package = match name {
        "openssl" => "openssl",
        "ssh-keygen" | "ssh-agent" | "ssh-add" => "openssh-client",
        "strace" => "strace",
        "systemd-analyze" => "systemd",
        "unshare" => "util-linux",
        _ => "coreutils",
    };
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|it| it.join(name).is_file()));
    assert!(found, "this test needs {name}: apt-get install {package}");
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    command
}

/// Runs a tool that has to succeed and gives its standard output.
pub(crate) fn run<A: AsRef<OsStr>>(name: &str, folder: &Path, arguments: &[A]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = tool(name)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the tool can be started");
    assert!(
        status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&stderr)
    );
    String::from_utf8(stdout).expect("output in UTF-8")
}

/// Everything below a folder, so that a test can see that nothing was added. Locks stay behind by
/// design and hold nothing.
pub(crate) fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(below(&path));
        } else if path.file_name().is_some_and(|name| name != ".lock") {
            found.insert(path);
        }
    }
    found
}

/// A server that asks for logins, talks TLS as well as clear text, and listens on a unix socket.
pub(crate) struct Guarded {
    /// The server.
    pub(crate) server: Mongod,
    /// The certificate of the authority that vouches for it.
    pub(crate) authority: Vec<u8>,
}

/// The guarded server that several tests share.
pub(crate) fn guarded() -> &'static Guarded {
    static GUARDED: OnceLock<Guarded> = OnceLock::new();
    GUARDED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        certificates(folder.path());
        let certificate = folder.path().join("both.pem").display().to_string();
        let arguments = [
            "--tlsMode",
            "allowTLS",
            "--tlsCertificateKeyFile",
            &certificate,
        ]
        .map(str::to_owned)
        .to_vec();
        // The server reads its certificate when it starts, so the folder may go afterwards.
        Guarded {
            server: Mongod::start(&Options {
                user: Some(("root", "a-root-password")),
                arguments,
                unix_socket: true,
                ..Options::default()
            }),
            authority: std::fs::read(folder.path().join("authority.pem"))
                .expect("the authority's certificate"),
        }
    })
}

impl Guarded {
    /// The address of a database for a user whose password is `secret-` and the user's name.
    pub(crate) fn address(&self, user: &str, database: &str) -> String {
        let port = self.server.port();
        format!("mongodb://{user}:secret-{user}@127.0.0.1:{port}/{database}?authSource=admin")
    }

    /// Makes a user with roles on databases.
    pub(crate) fn user(&self, name: &str, roles: bson::Array) {
        self.server.command(
            "admin",
            bson::doc! { "createUser": name, "pwd": format!("secret-{name}"), "roles": roles },
        );
    }
}

/// A private authority, and a certificate of the loopback address by it.
fn certificates(folder: &Path) {
    let make = |arguments: &str| {
        let arguments: Vec<&str> = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
            .split(' ')
            .chain(["-days", "2"])
            .chain(arguments.split(' '))
            .collect();
        run("openssl", folder, &arguments);
    };
    make(
        "-subj /CN=made-up-authority -keyout authority.key -out authority.pem \
         -addext basicConstraints=critical,CA:TRUE",
    );
    make(
        "-subj /CN=loopback -keyout own.key -out own.pem -CA authority.pem -CAkey authority.key \
         -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=IP:127.0.0.1",
    );
    let mut both = std::fs::read(folder.join("own.pem")).expect("a certificate");
    both.extend(std::fs::read(folder.join("own.key")).expect("a key"));
    std::fs::write(folder.join("both.pem"), both).expect("a file can be written");
}
