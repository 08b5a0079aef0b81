//! Every verb under a sensor that counts sockets, and without any network.

use std::collections::BTreeSet;
use std::path::Path;

use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::NOW;

use crate::kit::{clinic_workspace, desk, dumped, tool};

/// What a traced run did with the network: its exit code, calls that succeeded, and how many were
/// refused.
struct Traced {
    code: i32,
    done: Vec<String>,
    refused: usize,
}

/// Calls that make, connect or hand over a socket, or start a program.
const CALLS: &str = "trace=socket,socketpair,connect,bind,listen,accept,accept4,sendto,sendmsg,\
                     sendmmsg,execve,execveat,io_uring_setup,pidfd_getfd";

fn traced(desk: &Desk, arguments: &[&str]) -> Traced {
    let program = desk.command();
    let folder = tempfile::tempdir().unwrap();
    let mut command = tool("strace");
    command
        .args([
            "-ff",
            "-ttt",
            "-qq",
            "-s",
            "400",
            "-e",
            CALLS,
            "-e",
            "signal=none",
            "-o",
        ])
        .arg(folder.path().join("trace"))
        .arg(program.get_program())
        .args(arguments)
        .current_dir(desk.path(""))
        .env("XDG_STATE_HOME", desk.path("state"));
    let output = command.output().unwrap();
    // One file for each thread; the moment stands before each line. A thread that the end of the
    // process met outside of any call is let go with '???(' in place of a call's name.
    let mut lines: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let calls = text
            .lines()
            .filter(|line| line.contains('(') && !line.contains(" ???("));
        lines.extend(calls.map(str::to_owned));
    }
    lines.sort();
    let (refused, done): (Vec<String>, Vec<String>) = lines
        .into_iter()
        .partition(|line| line.contains(" = -1 EPERM") || line.contains(" = -1 EACCES"));
    // The first call is the one by which the sensor starts the program.
    assert!(done[0].contains("execve("), "{}", done[0]);
    Traced {
        code: output.status.code().unwrap_or(-1),
        done: done[1..].to_vec(),
        refused: refused.len(),
    }
}

/// Every verb that reads no server, with a target and a bundle to work on, and its exit code.
fn offline(desk: &Desk, dump: &Path) -> Vec<(Vec<String>, i32)> {
    desk.check(&[dump]).expect(1, &["Bundle:"]);
    desk.write("empty.toml", "format = 1\n");
    desk.write(
        "targets.toml",
        format!(
            "format = 1\n[[target]]\nname = 'a'\npath = '{}'\n",
            dump.display()
        ),
    );
    let bundle = desk.bundle().display().to_string();
    let chain = desk.bundle().parent().unwrap().display().to_string();
    let dump = dump.display().to_string();
    let words = |line: &str| {
        line.split(' ')
            .map(|word| match word {
                "DUMP" => dump.clone(),
                "BUNDLE" => bundle.clone(),
                "CHAIN" => chain.clone(),
                word => word.to_owned(),
            })
            .collect::<Vec<_>>()
    };
    let check = format!("check --now {NOW} --out traced DUMP");
    let again = format!("check --now {NOW} --out traced-snapshot snapshot");
    [
        (check.as_str(), 1),
        ("collect DUMP -o snapshot", 0),
        (again.as_str(), 1),
        ("egress BUNDLE", 0),
        ("diff BUNDLE BUNDLE", 0),
        ("remedy BUNDLE --as api", 0),
        ("verify BUNDLE", 11),
        ("history out", 0),
        ("prune CHAIN --keep 5", 0),
        ("rules list", 0),
        ("rules explain STAT-002", 0),
        ("rules test", 0),
        ("rules lint", 0),
        ("rules coverage", 0),
        ("rules docs --out book", 0),
        ("rules policy airgapped", 0),
        ("rules new SITE-001 --out own", 0),
        ("key new --out other/key.pem", 0),
        ("key show", 0),
        ("schema", 0),
        ("schema waivers", 0),
        ("policy show", 0),
        ("policy lint airgapped", 0),
        ("waivers new BUNDLE AUTH-011", 0),
        ("waivers lint empty.toml", 0),
        ("attest lint empty.toml", 0),
        ("plans lint empty.toml", 0),
        ("targets lint targets.toml", 0),
        ("exit-codes", 0),
        ("completions bash", 0),
        ("man", 0),
        ("unit", 0),
        ("unit --timer", 0),
        ("doctor DUMP", 0),
    ]
    .iter()
    .map(|(line, code)| (words(line), *code))
    .collect()
}

#[test]
fn no_verb_that_reads_files_makes_a_socket_or_starts_a_program() {
    let desk = desk();
    let dump = dumped(&desk, &clinic_workspace());
    let mut seen = BTreeSet::new();
    for (arguments, code) in offline(&desk, &dump) {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        seen.insert(words[0].to_owned());
        let traced = traced(&desk, &words);
        assert_eq!(traced.code, code, "{words:?}");
        assert_eq!(traced.done, Vec::<String>::new(), "{words:?}");
        // The attempts of 'check' itself show that the sensor would see one.
        let attempts = if words[0] == "check" { 9 } else { 0 };
        assert!(traced.refused >= attempts, "{words:?}: {}", traced.refused);
    }
    // A verb that is new is to be traced too.
    let help = desk.run(&["--help"]).stdout;
    let verbs: BTreeSet<String> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect();
    assert_eq!(seen, verbs);
}

#[test]
fn a_run_on_a_server_connects_to_it_and_nothing_else_and_only_before_reading() {
    let desk = desk();
    let server = shared();
    server.load("traced", &clinic_workspace());
    server.load("traced_too", &clinic_workspace());
    let address = server.address("traced");
    let targets = ["traced", "traced_too"].map(|database| {
        let address = server.address(database);
        format!("[[target]]\nname = '{database}'\nuri = '{address}'\n")
    });
    desk.write("targets", format!("format = 1\n{}", targets.concat()));
    let many = [
        "check",
        "--now",
        NOW,
        "--out",
        "many",
        "--at-once",
        "3",
        "--targets",
        "targets",
    ];
    let check = [
        "check",
        "--now",
        NOW,
        "--out",
        "out",
        "--at-once",
        "3",
        &address,
    ];
    for arguments in [
        &check[..],
        &["collect", "-o", "snapshot", "--at-once", "3", &address],
        // Several databases of one server share its connections.
        &many,
    ] {
        let traced = traced(&desk, arguments);
        assert!([0, 1].contains(&traced.code), "{}", traced.code);
        let of = |call: &str| -> Vec<&String> {
            let call = format!("{call}(");
            traced
                .done
                .iter()
                .filter(|line| line.contains(&call))
                .collect()
        };
        // The sensor sees what is really made: one for each question at once, and one that watches.
        assert_eq!(of("socket").len(), 4, "{:?}", traced.done);
        let port = format!("sin_port=htons({})", server.port());
        assert_eq!(of("connect").len(), 4, "{:?}", traced.done);
        for line in &traced.done {
            let fine = line.contains("socket(AF_INET, SOCK_STREAM")
                || line.contains("connect(") && line.contains(&port) && line.contains("127.0.0.1")
                || line.contains("sendto(") && line.contains("NULL, 0)")
                // The threads of the program wake each other.
                || line.contains("socketpair(AF_UNIX");
            assert!(fine, "{line}");
        }
        let place = |text: &str| traced.done.iter().rposition(|line| line.contains(text));
        let first = traced
            .done
            .iter()
            .position(|line| line.contains("listCollectio"));
        assert!(place("connect(").unwrap() < first.expect("the first question"));
    }
}

#[test]
fn verbs_that_read_files_need_no_network_at_all() {
    let desk = desk();
    let dump = dumped(&desk, &clinic_workspace());
    for (arguments, code) in offline(&desk, &dump) {
        let program = desk.command();
        let output = tool("unshare")
            .args(["--map-root-user", "--net"])
            .arg(program.get_program())
            .args(&arguments)
            .current_dir(desk.path(""))
            .env("XDG_STATE_HOME", desk.path("state"))
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn files_that_try_to_get_out_are_refused_or_are_only_text() {
    let desk = desk();
    let dump = dumped(&desk, &clinic_workspace());
    let dump = dump.to_str().unwrap();
    let elsewhere = [
        "https://192.0.2.1/rules",
        "/dev/tcp/192.0.2.1/80",
        "|curl 192.0.2.1",
        "$(curl 192.0.2.1)",
    ];
    for place in elsewhere {
        desk.write("policy.toml", format!("format = 1\nrules = '{place}'\n"));
        let traced = traced(&desk, &["check", "--policy", "policy.toml", dump]);
        assert_eq!(traced.code, 2, "{place}");
        assert_eq!(traced.done, Vec::<String>::new(), "{place}");
    }
    let reach = "{{#with (lookup this 'constructor')}}{{> http://192.0.2.1}}{{/with}}\
                 <img src=http://192.0.2.1/x><!--#include virtual='http://192.0.2.1'-->";
    let mut workspace = clinic_workspace();
    workspace
        .register()
        .set("Site_Name", reach)
        .set("Push_gateway", format!("http://192.0.2.1/{reach}"));
    let hostile = dumped(&desk, &workspace);
    let arguments = [
        "check",
        "--now",
        NOW,
        "--out",
        "out",
        "--challenge",
        reach,
        hostile.to_str().unwrap(),
    ];
    let traced = traced(&desk, &arguments);
    assert_eq!(traced.code, 1);
    assert_eq!(traced.done, Vec::<String>::new());
    let page = std::fs::read_to_string(desk.bundle().join("report.html")).unwrap();
    assert!(!page.contains("<img"), "the page loads something");
}
