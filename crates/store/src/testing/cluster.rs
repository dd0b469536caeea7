//! A PostgreSQL server for tests, from the installed binaries, on a unix socket in a temporary folder.
//!
//! All test processes of a user share one, because each test is a process of its own under nextest and a server takes
//! a second to make. Whoever comes first starts it; every user holds a shared lock on a file for as long as its
//! process lives; a small shell script stops the server and removes its folder once that lock has been free
//! for a while. Nothing is left behind by a test that is killed.

use postgres::{Config, NoTls};
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

/// How long a shared server waits for its next user, in seconds.
const LINGER: u32 = 30;
const PORT: u16 = 5432;

/// Stops the server once nobody holds `users` any more, for `linger` seconds on end.
const KEEPER: &str = r#"
dir=$1; linger=$2; stop=$3
cd /
while :; do
    flock "$dir/users" true
    sleep "$linger"
    exec 9>"$dir/lock"; flock 9
    if flock --nonblock "$dir/users" true; then break; fi
    exec 9>&-
done
rm -f "$dir/ready"
sh -c "$stop"
rm -rf "$dir/data" "$dir/socket"
exec 9>&-
if [ "$linger" = 0 ]; then rm -rf "$dir"; fi
"#;

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    bin: PathBuf,
    /// Held for the life of the process (shared) or of this value (own).
    _users: File,
}

/// The server that the tests of this user share; `None` if PostgreSQL is not installed.
pub fn shared_cluster() -> Option<Arc<Cluster>> {
    static SHARED: OnceLock<Option<Arc<Cluster>>> = OnceLock::new();
    SHARED
        .get_or_init(|| Cluster::at(shared_dir(), LINGER, &[]).map(Arc::new))
        .clone()
}

fn shared_dir() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    std::env::temp_dir().join(format!("gatelodge-test-pg-{user}"))
}

impl Cluster {
    /// A server of one's own, to be stopped and started at will, with these settings (`name = value`).
    pub fn own(settings: &[String]) -> Option<Arc<Self>> {
        let dir = tempfile::Builder::new()
            .prefix("gatelodge-pg-")
            .tempdir()
            .expect("a temporary folder")
            .keep();
        Self::at(dir, 0, settings).map(Arc::new)
    }

    fn at(dir: PathBuf, linger: u32, settings: &[String]) -> Option<Self> {
        let Some(bin) = binaries() else {
            let required = std::env::var_os("GATELODGE_REQUIRE_POSTGRES").is_some();
            assert!(!required, "PostgreSQL is required and not installed");
            skip_notice();
            return None;
        };
        std::fs::create_dir_all(&dir).expect("a folder for the server");
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).expect("its mode");
        let lock = File::create(dir.join("lock")).expect("a lock file");
        flock(&lock, FlockOperation::LockExclusive).expect("the lock");
        let users = File::create(dir.join("users")).expect("a file of users");
        flock(&users, FlockOperation::LockShared).expect("a place among the users");
        let cluster = Self {
            dir,
            bin,
            _users: users,
        };
        if !cluster.answers() {
            cluster.make(settings);
            cluster.start();
            cluster.keep(linger);
            File::create(cluster.dir.join("ready")).expect("a mark that it is ready");
        }
        Some(cluster)
    }

    /// Whether a server was made here and still runs: a folder may outlive a machine's restart.
    fn answers(&self) -> bool {
        let socket = self.dir.join("socket").join(format!(".s.PGSQL.{PORT}"));
        self.dir.join("ready").exists() && std::os::unix::net::UnixStream::connect(socket).is_ok()
    }

    /// The address of the server with a schema chosen.
    pub fn url(&self, schema: &str) -> String {
        let socket = self.dir.join("socket");
        format!(
            "host={} port={PORT} user=gatelodge dbname=postgres options='-c search_path={schema}'",
            socket.display()
        )
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Writes a file into the server's folder of data: settings, certificates.
    pub fn put(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        std::fs::write(&path, text).expect("a file of the server");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("its mode");
        if rustix::process::geteuid().is_root() {
            let mut chown = Command::new("chown");
            chown.arg("postgres:postgres").arg(&path);
            assert!(
                chown.status().expect("chown runs").success(),
                "the file gets its owner"
            );
        }
    }

    /// Runs statements as the owner.
    pub fn sql(&self, text: &str) {
        let (url, text) = (self.url("public"), text.to_owned());
        let work = move || {
            let config: Config = url.parse().expect("an address");
            let mut client = config.connect(NoTls).expect("a connection");
            client.batch_execute(&text).expect("the statements");
        };
        std::thread::spawn(work).join().expect("the statements ran");
    }

    /// Starts the server and waits until it answers.
    pub fn start(&self) {
        self.control(&[
            "start",
            "--wait",
            "--silent",
            "--log",
            &self.dir.join("log").display().to_string(),
        ]);
    }

    /// Stops the server, throwing out whoever is connected, as an administrator does.
    pub fn stop(&self) {
        self.control(&["stop", "--wait", "--silent", "--mode=fast"]);
    }

    fn control(&self, arguments: &[&str]) {
        let data = self.data().display().to_string();
        let mut command = self.as_owner("pg_ctl", &["--pgdata", &data]);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let status = command.status().expect("pg_ctl runs");
        assert!(
            status.success(),
            "pg_ctl {arguments:?} failed, see {}",
            self.dir.join("log").display()
        );
    }

    /// A program of PostgreSQL under a user who is not root: the server refuses to run as root.
    fn as_owner(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.bin.join(program);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command
                .args([
                    "--reuid=postgres",
                    "--regid=postgres",
                    "--clear-groups",
                    "--",
                ])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).current_dir("/");
        command
    }

    fn make(&self, settings: &[String]) {
        for part in ["data", "socket", "log"] {
            let path = self.dir.join(part);
            drop(std::fs::remove_dir_all(&path));
            drop(std::fs::remove_file(&path));
        }
        for part in ["data", "socket"] {
            std::fs::create_dir(self.dir.join(part)).expect("a folder");
        }
        File::create(self.dir.join("log")).expect("a log");
        if rustix::process::geteuid().is_root() {
            let mut chown = Command::new("chown");
            chown
                .args(["-R", "postgres:postgres", "data", "socket", "log"])
                .current_dir(&self.dir);
            assert!(
                chown.status().expect("chown runs").success(),
                "the server's folders get their owner"
            );
        }
        let data = self.data().display().to_string();
        let arguments = [
            "--pgdata",
            &data,
            "--username=gatelodge",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ];
        let mut initdb = self.as_owner("initdb", &arguments);
        initdb.stdout(Stdio::null());
        assert!(
            initdb.status().expect("initdb runs").success(),
            "initdb failed"
        );
        let mut text = format!(
            "listen_addresses = ''\nport = {PORT}\nunix_socket_directories = '{}'\nfsync = off\n\
             full_page_writes = off\nshared_buffers = 16MB\nmax_connections = 200\nautovacuum = off\n",
            self.dir.join("socket").display()
        );
        for setting in settings {
            text.push_str(setting);
            text.push('\n');
        }
        self.put("conf.d.conf", &text);
        self.put("postgresql.conf", "include 'conf.d.conf'\n");
    }

    /// Leaves the script behind that cleans up when the last user is gone.
    fn keep(&self, linger: u32) {
        let stop = {
            let data = self.data();
            let command = self.as_owner("pg_ctl", &["stop", "--silent", "--mode=immediate"]);
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            let line: Vec<String> = words
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            format!(
                "{} --pgdata '{}' >/dev/null 2>&1",
                line.join(" "),
                data.display()
            )
        };
        let mut keeper = Command::new("setsid");
        keeper
            .args(["sh", "-c", KEEPER, "keeper"])
            .arg(&self.dir)
            .arg(linger.to_string())
            .arg(stop);
        keeper
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/");
        spawn_for_good(&mut keeper);
    }
}

#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests is to see that half of them did not run"
)]
fn skip_notice() {
    eprintln!("notice: PostgreSQL is not installed, its half of this test is skipped");
}

#[expect(
    clippy::zombie_processes,
    reason = "the keeper outlives this process, that is its purpose"
)]
fn spawn_for_good(command: &mut Command) {
    command.spawn().expect("the keeper starts");
}

/// The folder with `initdb`: the newest installed version's.
fn binaries() -> Option<PathBuf> {
    let asked = Command::new("pg_config")
        .arg("--bindir")
        .stderr(Stdio::null())
        .output();
    let named = asked
        .ok()
        .and_then(|out| String::from_utf8(out.stdout).ok())
        .map(|text| PathBuf::from(text.trim()));
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| {
            versions
                .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    found.reverse();
    found
        .into_iter()
        .chain(named)
        .find(|bin| bin.join("initdb").exists())
}
