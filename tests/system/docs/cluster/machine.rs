//! The machines of the document.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tempfile::TempDir;

use crate::docs::shell::Shell;
use crate::support::documents::root;
use crate::support::lab::Missing;
use crate::support::ports::Port;
use crate::support::postgres::server::programs;

const NAMES: [&str; 3] = ["a", "b", "c"];

/// Three machines, each a shell. Dropping them ends everything that they started.
pub struct Machines {
    shells: BTreeMap<&'static str, Shell>,
    network: String,
    ports: [(&'static str, Port); 5],
    folder: TempDir,
}

impl Machines {
    /// Switches them on, as they are when the packages have been installed.
    pub fn start() -> Result<Self, Missing> {
        let programs = programs()?;
        // Not $TMPDIR: the user of PostgreSQL must be able to enter it, and the path of a socket is short.
        let folder = tempfile::Builder::new().prefix("otpmint-cluster-").tempdir_in("/tmp").expect("/tmp");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let ports = ["5432", "6379", "5000", "9464", "443"].map(|usual| (usual, Port::lease()));
        // Every address that begins with 127 is this machine; those of two tests differ as their ports do.
        let number = ports[0].1.number();
        let network = format!("127.{}.{}", number / 256, number % 256);
        let mut machines = Self { shells: BTreeMap::new(), network, ports, folder };
        machines.certify();
        for (name, last) in NAMES.iter().zip(11..) {
            let home = machines.folder.path().join(name);
            let hosts = machines.folder.path().join("hosts");
            fs::create_dir_all(&hosts).expect("the folder is ours");
            fs::create_dir(&home).expect("the folder is ours");
            let host = format!("root@{}.{last}", machines.network);
            fs::write(hosts.join(host), home.display().to_string()).expect("the folder is ours");
            machines.switch_on(name, &programs);
        }
        Ok(machines)
    }

    fn switch_on(&mut self, name: &'static str, programs: &std::path::Path) {
        let home = self.folder.path().join(name);
        let mut shell = Shell::start_in(&home, env!("CARGO_BIN_EXE_otpmint"));
        let script = root().join("tests/system/docs/cluster/machine.sh");
        let unit = root().join("packaging/otpmint.service");
        shell.run(&format!(
            "root={} programs={} binary={} PGPORT={} REDIS_PORT={} HTTPS_PORT={} PUBLIC={}.13\n. {}\n\
             install -m 644 {} $root/etc/systemd/system/",
            home.display(),
            programs.display(),
            env!("CARGO_BIN_EXE_otpmint"),
            self.port("5432"),
            self.port("6379"),
            self.port("443"),
            self.network,
            script.display(),
            unit.display(),
        ));
        self.shells.insert(name, shell);
    }

    /// The certificate of the public name, which the document expects on c.
    fn certify(&self) {
        let live = self.folder.path().join("c-certificate");
        fs::create_dir(&live).expect("the folder is ours");
        let done = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=otp.example.com",
                "-addext",
            ])
            .args(["subjectAltName=DNS:otp.example.com", "-keyout", "privkey.pem", "-out", "fullchain.pem"])
            .current_dir(&live)
            .output()
            .expect("openssl runs");
        assert!(done.status.success(), "{done:?}");
        fs::copy(live.join("fullchain.pem"), self.folder.path().join("public-ca.pem")).expect("a copy");
    }

    /// Runs a block on a machine; its commands must succeed.
    #[track_caller]
    pub fn run(&mut self, name: &str, block: &str) -> String {
        self.shells.get_mut(name).expect("a machine of the document").run(block)
    }

    /// What a text of the document is on a machine.
    pub fn here(&self, name: &str) -> impl Fn(&str) -> String + use<> {
        let database = format!("postgres://otpmint@{0}.11:{1},{0}.12:{1}/", self.network, self.port("5432"));
        let mut changes = vec![
            ("postgres://otpmint@10.0.0.11,10.0.0.12/".to_owned(), database),
            ("10.0.0.0/24".to_owned(), "127.0.0.0/8".to_owned()),
            ("10.0.0.13/32".to_owned(), "127.0.0.0/8".to_owned()),
            ("bind :443".to_owned(), format!("bind {}.13:443", self.network)),
            ("10.0.0.".to_owned(), format!("{}.", self.network)),
        ];
        let ports = self.ports.iter();
        changes.extend(ports.map(|(usual, port)| (format!(":{usual}"), format!(":{}", port.number()))));
        let home = self.folder.path().join(name).display().to_string();
        let live = "/etc/letsencrypt/live/otp.example.com/";
        changes.push((live.to_owned(), format!("{}/c-certificate/", self.folder.path().display())));
        for folder in ["/etc/", "/var/", "/usr/local/", "/run/", "/root/"] {
            changes.push((folder.to_owned(), format!("{home}{folder}")));
        }
        move |text| changes.iter().fold(text.to_owned(), |text, (usual, here)| text.replace(usual, here))
    }

    fn port(&self, usual: &str) -> u16 {
        let found = self.ports.iter().find(|(name, _)| *name == usual);
        found.expect("a port of the document").1.number()
    }
}
