//! Runs the program as its users do: a process with arguments, an environment and exit codes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::workspace::NOW;

/// A folder to work in, with a state folder for the key, and what a run of the program gave.
#[derive(Debug)]
pub struct Desk {
    folder: TempDir,
    program: PathBuf,
}

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Desk {
    /// An empty folder for runs of the program at `program`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("rc-audit-test-")
            .tempdir()
            .expect("a folder can be made");
        Self {
            folder,
            program: program.into(),
        }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// The program, to be run in the folder with a bare environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the program.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Run {
        Run::of(self.command().args(arguments))
    }

    /// Runs `check` for the day of made-up workspaces, with the bundle under `out`.
    pub fn check<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Run {
        let mut command = self.command();
        command.args(["check", "--now", NOW, "--out", "out"]);
        Run::of(command.args(arguments))
    }

    /// Runs `check` and gives its report, whatever the verdict.
    pub fn report<A: AsRef<OsStr>>(&self, arguments: &[A]) -> serde_json::Value {
        let mut command = self.command();
        command.args(["check", "--now", NOW, "--out", "out", "--json"]);
        let run = Run::of(command.args(arguments));
        assert!(
            matches!(run.code, 0 | 1 | 4),
            "exit {}: {}",
            run.code,
            run.stderr
        );
        serde_json::from_str(&run.stdout).expect("a report in JSON")
    }

    /// The bundles of workspaces below `out`, oldest first.
    pub fn bundles(&self) -> Vec<PathBuf> {
        let mut bundles = Vec::new();
        let mut workspaces = folders(&self.path("out"));
        workspaces.retain(|folder| !folder.ends_with("fleet"));
        for workspace in workspaces {
            bundles.extend(
                folders(&workspace)
                    .into_iter()
                    .filter(|it| !it.is_symlink()),
            );
        }
        bundles.sort();
        bundles
    }

    /// The only bundle below `out`.
    pub fn bundle(&self) -> PathBuf {
        let bundles = self.bundles();
        assert_eq!(bundles.len(), 1, "{bundles:?}");
        bundles.into_iter().next().expect("one bundle")
    }
}

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("the program can be started");
        Self {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).expect("output in UTF-8"),
            stderr: String::from_utf8(stderr).expect("output in UTF-8"),
        }
    }

    /// Checks the exit code and that standard error has all these texts.
    pub fn expect(&self, code: i32, texts: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "no '{text}' in:\n{}",
                self.stderr
            );
        }
        self
    }
}

/// The folders in a folder.
fn folders(path: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(path)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .collect()
}
