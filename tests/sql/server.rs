//! A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket in it, run as a user that is not
//! root, and gone with the process that started it.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};

pub const PORT: u16 = 5432;

/// How long somebody waits who is not to wait for ever: longer than a machine that is busy with others stands still.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Ends when its standard input does: with the process that holds the other end, however that ends.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c port=5432 -c max_connections=1000 -c fsync=off \
    -c max_prepared_transactions=0 -c deadlock_timeout=100ms 2>&1 &
server=$!
echo "server $server"
cat >/dev/null
kill -INT $server 2>/dev/null
wait $server
rm -rf "$2"
"#;

pub struct Server {
    keeper: Child,
    pub folder: PathBuf,
    pub pid: u32,
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    found.retain(|bin| bin.join("postgres").exists() && bin.join("initdb").exists());
    found.sort();
    found.pop().expect("there is no PostgreSQL: run `tests/run.sh`, or `apt-get install -y postgresql`")
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A command that is not run as root.
fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    // PostgreSQL refuses to run as root.
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

impl Server {
    /// Makes a cluster in a new folder, and starts a server on it.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("catga-pg").tempdir().unwrap().keep();
        if is_root() {
            assert!(Command::new("chown").arg("postgres:postgres").arg(&folder).status().unwrap().success());
        }
        let made = command(programs().join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D"])
            .arg(folder.join("data"))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self::run(folder)
    }

    /// Starts a server on a cluster that is there.
    #[expect(clippy::zombie_processes, reason = "a server waits for its keeper, and without one the test ends")]
    fn run(folder: PathBuf) -> Self {
        let mut keeper = command("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(programs())
            .arg(&folder)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (mut pid, mut said) = (None, Vec::new());
        for line in &mut lines {
            if let Some(number) = line.strip_prefix("server ") {
                pid = number.parse().ok();
            } else if line.contains("database system is ready to accept connections") {
                // What it says from here on is read, so that it does not block.
                std::thread::spawn(move || lines.for_each(drop));
                return Self { keeper, folder, pid: pid.unwrap() };
            } else {
                // Clients that come too early are told so in the same words.
                let is_fatal = line.contains("FATAL") && !line.contains("the database system is");
                said.push(line);
                assert!(!is_fatal, "the server does not start: {}", said.join("\n"));
            }
        }
        panic!("the server has ended: {}", said.join("\n"));
    }

    /// Kills it as it is, with all of its processes, and starts another on what it left.
    pub fn crash(&mut self) {
        let own = self.pid.to_string();
        // It begins no other process from here on: one that nobody knows of would keep the next server from starting.
        assert!(Command::new("kill").args(["-STOP", &own]).status().unwrap().success());
        while state(&own) != Some('T') {
            std::thread::yield_now();
        }
        let children = Command::new("pgrep").args(["-P", &own]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let mut all: Vec<&str> = children.split_whitespace().collect();
        all.push(&own);
        // The keeper first, as it would tidy up.
        let _ended = self.keeper.kill();
        let _waited = self.keeper.wait();
        // Those that ended by themselves meanwhile are no failure.
        let _killed = Command::new("kill").arg("-9").args(&all).stderr(Stdio::null()).status().unwrap();
        // What is left of one until somebody asks runs no more.
        while all.iter().any(|pid| !matches!(state(pid), None | Some('Z'))) {
            std::thread::yield_now();
        }
        // They name a process that is no more, and whose number another may have.
        for lock in ["data/postmaster.pid", ".s.PGSQL.5432.lock"] {
            std::fs::remove_file(self.folder.join(lock)).unwrap();
        }
        *self = Self::run(self.folder.clone());
    }

    pub fn options(&self) -> PgConnectOptions {
        options(&self.folder)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ended = self.keeper.wait();
    }
}

/// What a process does, as the system's one letter; none where there is no such process.
fn state(pid: &str) -> Option<char> {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid).join("status")).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("State:"))?.trim_start().chars().next()
}

pub fn options(folder: &Path) -> PgConnectOptions {
    PgConnectOptions::new().socket(folder).port(PORT).username("postgres").database("postgres")
}

/// The one server that the tests of a process share.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A schema of its own, whose connections see nothing else.
pub async fn schema(server: &Server, name: &str) -> PgConnectOptions {
    let options = server.options();
    let pool = pool(options.clone(), 1).await;
    sqlx::raw_sql(AssertSqlSafe(format!("create schema {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    options.options([("search_path", name)])
}

pub async fn pool(options: PgConnectOptions, size: u32) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(PATIENCE);
    pool.connect_with(options).await.unwrap()
}
