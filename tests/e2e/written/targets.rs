//! Files of targets, listed and looked through without asking any server.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use crate::kit::{clinic_workspace, desk, dumped};

#[test]
fn a_list_of_targets_is_looked_through_without_any_server() {
    let desk = desk();
    dumped(&desk, &clinic_workspace());
    desk.write("p.toml", "format = 1\n[parameters]\nno_such = 1\n");
    desk.write(
        "t.toml",
        "format = 1\n\
         [[target]]\nname = 'a'\nuri = 'mongodb://u:s3cret-word@h:27017/d'\n\
         [[target]]\nname = 'b'\npath = 'dump'\npolicy = 'p.toml'\n\
         [[target]]\nname = 'c'\npath = './dump'\npolicy = 'airgapped'\n\
         [[target]]\nname = 'd'\npath = 'nowhere'\nenv_file = 'nothing'\n\
         [[target]]\nname = 'e'\nuri = 'mongodb://h:port/d'\n",
    );
    let mode = |mode| {
        std::fs::set_permissions(desk.path("t.toml"), Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    let run = desk.run(&["targets", "lint", "t.toml"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for text in [
        "t.toml:3:8: its address has a password, and other users may read this file",
        "t.toml:6:8: p.toml:3:11: there is no parameter 'no_such'",
        "t.toml:10:8: it reads the same as the target 'b'",
        "t.toml:14:8: nowhere does not exist",
        "t.toml:14:8: nothing can't be read",
        "t.toml:18:8: ",
        "5 targets, 6 complaints",
    ] {
        assert!(run.stdout.contains(text), "no '{text}' in {}", run.stdout);
    }
    assert!(!run.stdout.contains("s3cret-word"), "{}", run.stdout);
    mode(0o600);
    let run = desk.run(&["targets", "lint", "t.toml"]);
    assert!(
        run.stdout.contains("5 targets, 5 complaints"),
        "{}",
        run.stdout
    );

    let run = desk.run(&["targets", "list", "t.toml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for text in [
        "a                        d on h:27017\n",
        "b                        dump\n      policy p.toml\n",
        "d                        can't be read: nowhere does not exist\n      environment nothing\n",
    ] {
        assert!(run.stdout.contains(text), "no '{text}' in {}", run.stdout);
    }
    assert!(!run.stdout.contains("s3cret-word"), "{}", run.stdout);
    desk.write("t.toml", "format = 1\n[[target]]\nname = 'a'\n");
    desk.run(&["targets", "list", "t.toml"]).expect(
        2,
        &["t.toml:3:8: the target 'a' needs exactly one of uri, uri_file and path"],
    );
}
