//! The printed units under a real systemd, which is booted in namespaces of its own. It takes root, a
//! hierarchy of control groups, and Debian's systemd: `cargo test -p rc-audit-tests --test systemd`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on stops with a message"
)]

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use rc_audit_tests::mongod::{Mongod, Options};
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::Plan;

const PROGRAM: &str = env!("CARGO_BIN_EXE_agent-under-test");

/// A folder from which the unit reads the workspace at an address.
fn prepared(address: &str) -> Desk {
    let desk = Desk::new(PROGRAM);
    desk.write("uri", address);
    fs::create_dir_all(desk.path("etc")).unwrap();
    desk
}

/// Lets systemd start the unit, and gives what it tells.
fn booted(server: &Mongod, desk: Desk, arguments: &[&str]) -> Desk {
    let socket = format!("mongodb-{}.sock", server.port());
    fs::hard_link(server.folder().join(socket), desk.path("socket")).unwrap();
    fs::copy(PROGRAM, desk.path("rc-audit")).unwrap();
    let boot = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd/boot");
    let output = Command::new("timeout")
        .arg("120")
        .args(["unshare", "--pid", "--fork", "--kill-child", "--mount"])
        .args(["--uts", "--ipc", "--cgroup", "--mount-proc"])
        .arg("bash")
        .arg(boot)
        .arg(desk.path(""))
        .args(arguments)
        .output()
        .expect("unshare is missing: apt-get install util-linux");
    let said = String::from_utf8_lossy(&output.stderr);
    let file = |name| fs::read_to_string(desk.path(name)).unwrap_or_default();
    let unit = [file("told"), file("output")].concat();
    assert!(
        output.status.success() && desk.path("evidence").exists(),
        "systemd did not get to the end (it has to be root, and systemd to be installed): {} \
         {said}{unit}",
        output.status
    );
    desk
}

fn text(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The unit ran, said what it should, and left bundles of this name that are signed and good.
fn ended_well(desk: &Desk, name: &str, report: &str) {
    let told = text(desk, "told");
    let output = text(desk, "output");
    // A workspace as after its first start leaves some questions open, which is told as a failure.
    assert!(told.contains("ExecMainStatus=4"), "{told}{output}");
    assert!(told.contains("Result=exit-code"), "{told}");
    for said in [
        "A signing key was made: /var/lib/rc-audit/signing-key.pem",
        "Bundle: /var/lib/rc-audit/evidence/",
        "rc-audit-checkpoint/1 ",
    ] {
        assert!(output.contains(said), "no '{said}' in {output}");
    }
    let modes = text(desk, "modes");
    assert!(
        modes.starts_with("600 ") && modes.contains("\n700 "),
        "{modes}"
    );
    let timer = text(desk, "timer");
    assert!(timer.contains("ActiveState=active"), "{timer}");
    assert!(!timer.contains("NextElapseUSecRealtime=\n"), "{timer}");
    let signer = output
        .lines()
        .find_map(|line| line.strip_prefix("Its fingerprint is "))
        .expect("a fingerprint");
    let chains = fs::read_dir(desk.path("evidence")).unwrap();
    let mut chains = chains.map(|it| it.unwrap().path());
    let chain = chains
        .find(|it| it.file_name().unwrap().to_str().unwrap().starts_with(name))
        .expect("a chain of reports");
    let folder = chain.to_str().expect("a text");
    desk.run(&["verify", "--signer", signer, folder])
        .expect(0, &[]);
    let report = fs::read_to_string(chain.join("latest").join(report)).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let confinement = match &report["confinement"] {
        serde_json::Value::Null => &report["evidence"]["confinement"],
        own => own,
    };
    assert_eq!(confinement["missing"], serde_json::json!([]));
    let probes = confinement["probes"].as_array().expect("probes");
    assert!(probes.iter().all(|it| it["refused"] == true), "{probes:?}");
}

fn server() -> Mongod {
    Mongod::start(&Options {
        unix_socket: true,
        arguments: vec!["--filePermissions".to_owned(), "0777".to_owned()],
        ..Options::default()
    })
}

#[test]
fn the_printed_units_run_as_they_are() {
    let server = server();
    server.load("rocketchat", &Plan::new("6.13.0").build());
    let socket = "mongodb://%2Frun%2Fmongodb%2Fmongodb-27017.sock/rocketchat";
    let local = booted(&server, prepared(socket), &["--local"]);
    ended_well(&local, "rocketchat-", "report.json");
    let over_tcp = prepared(&server.address("rocketchat"));
    ended_well(
        &booted(&server, over_tcp, &[]),
        "rocketchat-",
        "report.json",
    );
}

#[test]
fn the_example_for_many_workspaces_runs_beside_them() {
    let server = server();
    for database in ["rocketchat", "school"] {
        server.load(database, &Plan::new("6.13.0").build());
    }
    let desk = prepared("none");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fleet");
    let read = |name: &str| fs::read_to_string(example.join(name)).unwrap();
    // The addresses of the example are nobody's.
    let service = read("rc-audit-fleet.service");
    assert!(service.contains("192.0.2.10 192.0.2.11"), "{service}");
    desk.write(
        "units/rc-audit.service.d/fleet.conf",
        service.replace("192.0.2.10 192.0.2.11", "127.0.0.1"),
    );
    desk.write("units/rc-audit.timer", read("rc-audit-fleet.timer"));
    let mut targets = "format = 1\n".to_owned();
    for database in ["rocketchat", "school"] {
        let file = desk.write(&format!("etc/{database}.uri"), server.address(database));
        fs::set_permissions(file, Permissions::from_mode(0o640)).unwrap();
        // Writing to a text can't fail.
        let _ = writeln!(
            targets,
            "[[target]]\nname = '{database}'\nuri_file = '{database}.uri'"
        );
    }
    desk.write("etc/targets.toml", targets);
    let groups = fs::read_to_string("/etc/group").unwrap();
    desk.write("group", format!("{groups}rc-audit-addresses:x:64999:\n"));
    let desk = booted(&server, desk, &[]);
    ended_well(&desk, "fleet", "fleet.json");
    ended_well(&desk, "school-", "report.json");
}
