//! Real MongoDB servers, each in a folder of its own, on a free port of the loopback interface.
//!
//! A server ends with the process that started it, however that ends: between the two stands a
//! shell that waits for its input to close, stops the server by its process id and removes its
//! folder.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use mongodb::Client;
use mongodb::options::{ClientOptions, IndexOptions};
use mongodb::{IndexModel, bson::doc};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::workspace::{Workspace, indexes};
use bson::Document;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for its input to end, then stops what it started and nothing else. Statics are not dropped
/// when a process ends, so the folder is removed here too.
const KEEPER: &str = r#"
"$@" >"$KEEPER_FOLDER/log" 2>&1 &
child=$!
cat >/dev/null
kill "$child" 2>/dev/null
wait "$child"
rm -rf "$KEEPER_FOLDER"
"#;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("threads can be started"));

/// A running server.
#[derive(Debug)]
pub struct Mongod {
    keeper: Child,
    stdin: Option<ChildStdin>,
    folder: TempDir,
    port: u16,
    user: Option<(&'static str, &'static str)>,
}

/// How to start a server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Make it a replica set of this name.
    pub replica_set: Option<&'static str>,
    /// Ask for a login. This is the name and password of the first user, who may do everything.
    pub user: Option<(&'static str, &'static str)>,
    /// Further arguments.
    pub arguments: Vec<String>,
    /// Further parts of the address that clients use, such as `tls=true`.
    pub client: String,
    /// Listen on a unix socket in the server's folder too.
    pub unix_socket: bool,
}

/// The server that most tests share: a replica set, as a workspace's database is. Each test uses
/// databases of its own.
pub fn shared() -> &'static Mongod {
    static SHARED: OnceLock<Mongod> = OnceLock::new();
    SHARED.get_or_init(|| {
        Mongod::start(&Options {
            replica_set: Some("rs0"),
            // Lets a test make the server fail on purpose.
            arguments: vec![
                "--setParameter".to_owned(),
                "enableTestCommands=1".to_owned(),
            ],
            ..Options::default()
        })
    })
}

/// The server's program.
fn program() -> PathBuf {
    let named = std::env::var_os("MONGOD").map(PathBuf::from);
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/mongod/bin/mongod");
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .map(|folder| folder.join("mongod"));
    named
        .into_iter()
        .chain(on_path)
        .chain([unpacked])
        .find(|path| path.is_file())
        .expect(
            "these tests need a real mongod: run tests/run, which unpacks one into target/, or \
             tests/mongod and then cargo test, or set MONGOD to the program",
        )
}

impl Mongod {
    /// Starts a server and waits until it answers.
    pub fn start(options: &Options) -> Self {
        // The port is free when it is looked for; if somebody else is quicker, the next one is.
        let mut tries = 5;
        loop {
            let folder = tempfile::Builder::new()
                .prefix("rc-audit-mongod-")
                .tempdir()
                .expect("a folder can be made");
            let port = free_port();
            let mut server = Self::launch(folder.path(), port, options);
            let stdin = server.stdin.take();
            let mut started = Self {
                keeper: server,
                stdin,
                folder,
                port,
                user: options.user,
            };
            if started.wait(options) {
                return started;
            }
            tries -= 1;
            let log = std::fs::read_to_string(started.log()).unwrap_or_default();
            assert!(tries > 0, "mongod does not answer:\n{log}");
        }
    }

    fn launch(folder: &Path, port: u16, options: &Options) -> Child {
        let data = folder.join("data");
        std::fs::create_dir_all(&data).expect("a folder can be made");
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "keeper"])
            .arg(program())
            .arg("--dbpath")
            .arg(&data)
            .args(["--port", &port.to_string(), "--bind_ip", "127.0.0.1"])
            // Documents are dated by the test's own calendar.
            .args(["--setParameter", "ttlMonitorEnabled=false"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            .args(["--wiredTigerCacheSizeGB", "0.5"])
            .args(&options.arguments)
            .env("KEEPER_FOLDER", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if options.unix_socket {
            command.arg("--unixSocketPrefix").arg(folder);
        } else {
            command.arg("--nounixsocket");
        }
        if let Some(name) = options.replica_set {
            command.args(["--replSet", name]);
        }
        if options.user.is_some() {
            command.arg("--auth");
        }
        command.spawn().expect("sh can be started")
    }

    /// Whether the server came up; a replica set is set up too.
    fn wait(&mut self, options: &Options) -> bool {
        let address = format!(
            "mongodb://127.0.0.1:{}/?directConnection=true&serverSelectionTimeoutMS=1000{}",
            self.port, options.client
        );
        let until = Instant::now() + PATIENCE;
        RUNTIME.block_on(async {
            let client = connect(&address).await;
            let admin = client.database("admin");
            while admin.run_command(doc! { "ping": 1 }).await.is_err() {
                if Instant::now() > until || self.keeper.try_wait().is_ok_and(|it| it.is_some()) {
                    return false;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            if let Some((user, password)) = options.user {
                // A server without users lets its own machine make the first one.
                admin
                    .run_command(doc! { "createUser": user, "pwd": password, "roles": ["root"] })
                    .await
                    .expect("the first user can be made");
            }
            let Some(name) = options.replica_set else {
                return true;
            };
            let member = doc! { "_id": 0, "host": format!("127.0.0.1:{}", self.port) };
            let set = doc! { "_id": name, "members": [member] };
            admin
                .run_command(doc! { "replSetInitiate": set })
                .await
                .expect("the replica set can be set up");
            loop {
                let hello = admin.run_command(doc! { "hello": 1 }).await;
                if hello.is_ok_and(|it| it.get_bool("isWritablePrimary").unwrap_or(false)) {
                    return true;
                }
                if Instant::now() > until {
                    return false;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
    }

    /// The address of a database on this server, or of the server with an empty name.
    pub fn address(&self, database: &str) -> String {
        format!("mongodb://127.0.0.1:{}/{database}", self.port)
    }

    /// The address for what tests themselves do, with the right to do everything.
    fn own_address(&self) -> String {
        let port = self.port;
        let login = self
            .user
            .map(|(user, password)| format!("{user}:{password}@"))
            .unwrap_or_default();
        format!("mongodb://{login}127.0.0.1:{port}/?authSource=admin&directConnection=true")
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder in which everything of this server lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Runs a command on a database.
    pub fn command(&self, database: &str, command: Document) -> Document {
        self.try_command(database, command)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a command on a database that may fail.
    pub fn try_command(
        &self,
        database: &str,
        command: Document,
    ) -> Result<Document, mongodb::error::Error> {
        RUNTIME.block_on(async {
            let client = connect(&self.own_address()).await;
            client.database(database).run_command(command).await
        })
    }

    /// Stores a workspace, with the indexes that its server would make. What was in the database
    /// before is dropped.
    pub fn load(&self, database: &str, workspace: &Workspace) {
        RUNTIME.block_on(async {
            let client = connect(&self.own_address()).await;
            let database = client.database(database);
            database.drop().await.expect("a database can be dropped");
            for (name, documents) in workspace.collections() {
                database
                    .create_collection(name)
                    .await
                    .expect("a collection can be made");
                let collection = database.collection::<Document>(name);
                for part in documents.chunks(5_000) {
                    collection
                        .insert_many(part)
                        .await
                        .expect("documents can be stored");
                }
                for index in indexes(name) {
                    let options = IndexOptions::builder()
                        .unique(index.unique)
                        .sparse(index.sparse)
                        .expire_after(
                            index
                                .expires
                                .map(|it| Duration::from_secs(u64::from(it.unsigned_abs()))),
                        )
                        .build();
                    let model = IndexModel::builder()
                        .keys(index.keys)
                        .options(options)
                        .build();
                    collection
                        .create_index(model)
                        .await
                        .expect("an index can be made");
                }
            }
        });
    }

    fn stop(&mut self) {
        drop(self.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn connect(address: &str) -> Client {
    let options = ClientOptions::parse(address).await.expect("an address");
    Client::with_options(options).expect("a client")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}
