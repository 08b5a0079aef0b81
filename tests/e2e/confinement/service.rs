//! The units for systemd.

use std::path::Path;

use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::NOW;

use crate::kit::{clinic_workspace, desk, dumped, guarded, run, tool};

/// Writes a unit as the program prints it, and gives its text.
fn unit(desk: &Desk, name: &str, arguments: &[&str]) -> String {
    let printed = desk.run(&[&["unit"], arguments].concat());
    printed.expect(0, &[]);
    desk.write(name, &printed.stdout);
    printed.stdout
}

/// The exposure that systemd computes for a unit, in tenths.
fn exposure(desk: &Desk, name: &str) -> u32 {
    let printed = run(
        "systemd-analyze",
        &desk.path(""),
        &[
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold=100",
            name,
        ],
    );
    let line = printed.lines().last().expect("a last line");
    let found = line.split_whitespace().find_map(|word| {
        let (whole, tenth) = word.split_once('.')?;
        Some(whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?)
    });
    found.unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn the_units_are_good_and_leave_hardly_anything_open() {
    let desk = desk();
    unit(&desk, "rc-audit.service", &[]);
    let (over_tcp, timer) = (exposure(&desk, "rc-audit.service"), "rc-audit.timer");
    assert!(over_tcp <= 11, "{over_tcp}");
    let local = unit(&desk, "rc-audit.service", &["--local"]);
    let over_socket = exposure(&desk, "rc-audit.service");
    assert!(over_socket <= 4, "{over_socket}");
    let timer_text = unit(&desk, timer, &["--timer"]);
    assert!(timer_text.contains("Persistent=yes"));
    assert!(local.contains("PrivateNetwork=yes") && local.contains("DynamicUser=yes"));

    // The program of the unit is not installed here, which is all that may be wrong with it.
    let output = tool("systemd-analyze")
        .args(["verify", "rc-audit.service", timer])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    let complaints: Vec<String> = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("rc-audit") && !line.contains("/usr/local/bin/rc-audit"))
        .map(str::to_owned)
        .collect();
    assert_eq!(complaints, Vec::<String>::new());
}

/// Runs the program as the unit does, as far as that goes without systemd: as a user without any
/// privilege who may write to one folder, with the address as a credential, without a network but
/// a unix socket.
fn serviced(desk: &Desk, arguments: &[&str]) -> Run {
    let program = desk.command();
    let mut command = tool("unshare");
    command
        .args(["--net", "--mount", "--ipc", "--"])
        .args([
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
        ])
        .args([
            "--bounding-set=-all",
            "--inh-caps=-all",
            "--no-new-privs",
            "--",
        ])
        .arg(program.get_program())
        .args(arguments)
        .current_dir("/")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("CREDENTIALS_DIRECTORY", desk.path("credentials"))
        .env("STATE_DIRECTORY", desk.path("var"));
    Run::of(&mut command)
}

fn open_to(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_program_works_under_what_the_unit_leaves_to_it() {
    let desk = desk();
    let guarded = guarded();
    guarded.server.load("serviced", &clinic_workspace());
    guarded.user(
        "serviced",
        vec![bson::doc! { "role": "read", "db": "serviced" }.into()],
    );
    let socket = format!(
        "{}/mongodb-{}.sock",
        guarded.server.folder().display(),
        guarded.server.port()
    );
    open_to(guarded.server.folder(), 0o755);
    open_to(Path::new(&socket), 0o777);
    let address = format!(
        "mongodb://serviced:secret-serviced@{}/serviced?authSource=admin",
        socket.replace('/', "%2F")
    );
    desk.write("credentials/rc-audit-uri", address);
    open_to(&desk.path(""), 0o755);
    std::fs::create_dir(desk.path("var")).unwrap();
    std::os::unix::fs::chown(desk.path("var"), Some(65534), Some(65534)).unwrap();
    let out = desk.path("var/evidence").display().to_string();
    serviced(
        &desk,
        &[
            "check",
            "--require-confinement",
            "--now",
            NOW,
            "--out",
            &out,
        ],
    )
    .expect(1, &["Bundle:", "A signing key was made"]);
    serviced(&desk, &["doctor"]).expect(0, &[]);

    // Elsewhere it can write nothing, and without a server it needs no network either.
    let dump = dumped(&desk, &clinic_workspace());
    let elsewhere = desk.path("elsewhere").display().to_string();
    serviced(
        &desk,
        &["check", "--out", &elsewhere, dump.to_str().unwrap()],
    )
    .expect(8, &["writing to"]);
}
