//! Time stamps, by an authority that the test makes with OpenSSL.

use std::path::{Path, PathBuf};

use rc_audit_tests::program::{Desk, Run};

use super::{chain, commands, fingerprint};
use crate::kit::{clinic_workspace, desk, dumped, run};

const SETTINGS: &str = "[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[older]
serial = serial
signer_digest = sha384
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha1
";

/// A root, and certificates by it: for time stamps with two kinds of keys, and for nothing.
fn authority(desk: &Desk) -> PathBuf {
    let folder = desk.path("authority");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("tsa.cnf"), SETTINGS).unwrap();
    std::fs::write(folder.join("serial"), "01\n").unwrap();
    let make = |arguments: &str| {
        let arguments: Vec<&str> = "req -x509 -nodes -days 2"
            .split(' ')
            .chain(arguments.split(' '))
            .collect();
        run("openssl", &folder, &arguments);
    };
    let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
    for name in ["root", "stranger"] {
        make(&format!(
            "{curve} -subj /CN={name} -keyout {name}.key -out {name}.pem \
             -addext basicConstraints=critical,CA:TRUE"
        ));
    }
    let stamping = "-addext extendedKeyUsage=critical,timeStamping";
    for (name, kind, usage) in [
        ("own", curve, stamping),
        ("rsa", "-newkey rsa:2048", stamping),
        ("web", curve, "-addext extendedKeyUsage=critical,serverAuth"),
    ] {
        make(&format!(
            "{kind} -subj /CN={name} -keyout {name}.key -out {name}.pem -CA root.pem \
             -CAkey root.key -addext basicConstraints=critical,CA:FALSE {usage}"
        ));
    }
    folder
}

/// The answer of an authority to the query in a bundle.
fn answer(authority: &Path, section: &str, name: &str, bundle: &Path) -> PathBuf {
    let (signer, key) = (format!("{name}.pem"), format!("{name}.key"));
    let query = bundle.join("MANIFEST.tsq");
    let out = authority.join(format!("{name}.tsr"));
    let arguments = [
        "ts",
        "-reply",
        "-config",
        "tsa.cnf",
        "-section",
        section,
        "-signer",
        &signer,
        "-inkey",
        &key,
        "-queryfile",
        query.to_str().unwrap(),
        "-out",
        out.to_str().unwrap(),
    ];
    run("openssl", authority, &arguments);
    out
}

fn stamped(desk: &Desk, bundle: &Path, answer: Option<&Path>, trusted: &str) -> Run {
    let own = fingerprint(desk);
    let mut command = desk.command();
    command.args(["verify", "--signer", &own, "--tsa-ca"]);
    command.arg(desk.path("authority").join(trusted));
    if let Some(answer) = answer {
        command.arg("--timestamp").arg(answer);
    }
    Run::of(command.arg(bundle))
}

#[test]
fn the_query_is_the_one_that_openssl_makes() {
    let (_desk, bundles) = chain(1);
    let query = ["ts", "-query", "-data", "MANIFEST", "-sha256", "-cert"];
    let own = ["-no_nonce", "-out", "own.tsq"];
    run("openssl", &bundles[0], &[query.as_slice(), &own].concat());
    let made = std::fs::read(bundles[0].join("own.tsq")).unwrap();
    let ours = std::fs::read(bundles[0].join("MANIFEST.tsq")).unwrap();
    assert_eq!(made, ours);
}

#[test]
fn an_answer_counts_wherever_it_is_and_whatever_key_made_it() {
    let desk = desk();
    let folder = dumped(&desk, &clinic_workspace());
    let now = ["--now", "2001-01-01T06:00:00Z", "--out", "out"];
    let mut command = desk.command();
    Run::of(command.arg("check").arg(&folder).args(now));
    let bundle = desk.bundle();
    let authority = authority(&desk);
    for (section, name) in [("tsa", "own"), ("tsa", "rsa"), ("older", "own")] {
        let answer = answer(&authority, section, name, &bundle);
        let good = stamped(&desk, &bundle, Some(&answer), "root.pem");
        good.expect(0, &[]);
        assert!(
            good.stdout.contains("an authority that you trust saw it"),
            "{}",
            good.stdout
        );
    }
    let none = stamped(&desk, &bundle, None, "root.pem");
    none.expect(0, &[]);
    assert!(none.stdout.contains("it has no time stamp"));
    std::fs::copy(authority.join("own.tsr"), bundle.join("MANIFEST.tsr")).unwrap();
    let inside = stamped(&desk, &bundle, None, "root.pem");
    inside.expect(0, &[]);
    assert!(inside.stdout.contains("time stamp: an authority"));
    // Nobody looks at it without an authority, and it does not make the bundle another one.
    let own = fingerprint(&desk);
    let plain = super::verify(&desk, &[&own], &[&bundle]);
    plain.expect(0, &[]);
    assert!(!plain.stdout.contains("time stamp"), "{}", plain.stdout);

    // The command that the bundle brings.
    let text = std::fs::read_to_string(bundle.join("VERIFY.txt")).unwrap();
    let printed: Vec<String> = commands(&text)
        .into_iter()
        .filter(|text| text.trim_start().starts_with("openssl ts"))
        .collect();
    assert_eq!(printed.len(), 1);
    std::fs::copy(authority.join("root.pem"), bundle.join("authority.pem")).unwrap();
    assert!(run("sh", &bundle, &["-c", &printed[0]]).contains("Verification: OK"));
}

#[test]
fn an_answer_that_is_not_for_this_report_or_by_a_stranger_does_not_count() {
    let desk = desk();
    let folder = dumped(&desk, &clinic_workspace());
    for time in [
        "2001-01-01T06:00:00Z",
        "2001-01-02T06:00:00Z",
        "2199-01-01T06:00:00Z",
    ] {
        let mut command = desk.command();
        command.arg("check").arg(&folder).args(["--now", time]);
        Run::of(command.args(["--out", "out"]));
    }
    let bundles = desk.bundles();
    let authority = authority(&desk);
    let bad = |bundle: &Path, answer: &Path, trusted: &str, why: &str| {
        let run = stamped(&desk, bundle, Some(answer), trusted);
        assert_eq!(run.code, 10, "{why}: {}", run.stdout);
        assert!(run.stdout.contains(why), "{why}: {}", run.stdout);
    };
    let good = answer(&authority, "tsa", "own", &bundles[0]);
    stamped(&desk, &bundles[0], Some(&good), "root.pem").expect(0, &[]);
    bad(&bundles[1], &good, "root.pem", "of something else");
    bad(&bundles[0], &good, "stranger.pem", "does not lead to");
    let query = bundles[0].join("MANIFEST.tsq");
    bad(&bundles[0], &query, "root.pem", "no answer of a time stamp");
    let future = answer(&authority, "tsa", "own", &bundles[2]);
    bad(&bundles[2], &future, "root.pem", "one of the two clocks");
    let good = answer(&authority, "tsa", "own", &bundles[0]);

    // The same signed by a certificate that is for web servers, and for a time when it was not valid
    // yet. OpenSSL itself refuses to make those, so they are put together.
    let shell = |text: &str| run("sh", &authority, &["-c", text]);
    shell(
        "openssl ts -reply -in own.tsr -token_out -out token.der && \
         openssl cms -verify -noverify -inform DER -in token.der -binary -out content.der 2>&1",
    );
    let content = std::fs::read(authority.join("content.der")).unwrap();
    let at = content
        .windows(3)
        .position(|bytes| bytes == [0x18, 0x0f, b'2'])
        .expect("a time");
    let mut old = content.clone();
    old[at + 2..at + 6].copy_from_slice(b"2001");
    std::fs::write(authority.join("old.der"), old).unwrap();
    let forged = |signer: &str, content: &str| {
        shell(&format!(
            "openssl cms -sign -cades -binary -nodetach -outform DER -in {content} \
             -econtent_type 1.2.840.113549.1.9.16.1.4 -signer {signer}.pem -inkey {signer}.key \
             -out forged.der"
        ));
        let token = std::fs::read(authority.join("forged.der")).unwrap();
        let mut body = vec![0x30, 0x03, 0x02, 0x01, 0x00];
        body.extend(token);
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        let mut whole = vec![0x30, 0x82];
        whole.extend(length);
        whole.extend(body);
        let path = authority.join("forged.tsr");
        std::fs::write(&path, whole).unwrap();
        path
    };
    let path = forged("own", "content.der");
    stamped(&desk, &bundles[0], Some(&path), "root.pem").expect(0, &[]);
    let path = forged("web", "content.der");
    bad(
        &bundles[0],
        &path,
        "root.pem",
        "was not valid for time stamps",
    );
    let path = forged("own", "old.der");
    bad(&bundles[0], &path, "root.pem", "2001-");

    // Whatever byte is changed, it is refused or says the same.
    let whole = std::fs::read(&good).unwrap();
    let said = stamped(&desk, &bundles[0], Some(&good), "root.pem").stdout;
    let path = authority.join("changed.tsr");
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let run = stamped(&desk, &bundles[0], Some(&path), "root.pem");
        assert!(
            run.code == 10 || run.stdout == said,
            "{at}: {} {}",
            run.code,
            run.stdout
        );
    }
    desk.run(&["verify", "--timestamp", "x", "out"])
        .expect(2, &["--tsa-ca"]);
    let several = [bundles[0].to_str().unwrap(), bundles[1].to_str().unwrap()];
    let mut arguments = vec!["verify", "--timestamp", "x", "--tsa-ca", "y"];
    arguments.extend(several);
    desk.run(&arguments).expect(2, &["several are named"]);
    stamped(&desk, &bundles[0], Some(&good), "own.key").expect(2, &["no certificate"]);
}
