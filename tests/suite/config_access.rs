//! Settings that others may have written or read: refused, or told.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use otpmint::config::{self, Settings};
use tempfile::TempDir;

const PASSPHRASE: &str = "a good long passphrase";

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, text: &str, mode: u32) -> PathBuf {
        let path = self.0.path().join(format!("{mode:o}"));
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }
}

fn load(file: Option<&PathBuf>, variables: &[(&str, &str)]) -> Result<Settings, String> {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    config::load(file.map(PathBuf::as_path), owned).map_err(|error| error.to_string())
}

#[test]
fn a_file_of_settings_that_anybody_can_change_is_refused() {
    let files = Files::new();
    for mode in [0o600, 0o640, 0o644, 0o664] {
        let settings = load(Some(&files.file("[codes]\nlength = 8\n", mode)), &[]).unwrap();
        assert_eq!((settings.codes.length, settings.warnings), (8, Vec::<String>::new()), "{mode:o}");
    }
    let refused = load(Some(&files.file("", 0o666)), &[]).unwrap_err();
    assert!(
        refused.contains("666 can be changed by every user") && refused.contains("chmod o-w"),
        "{refused}"
    );
    let path = files.file(PASSPHRASE, 0o602);
    let refused = load(None, &[("OTPMINT_KEYS__PASSPHRASE_FILE", path.to_str().unwrap())]).unwrap_err();
    assert!(refused.contains("chmod o-w"), "{refused}");
}

#[test]
fn a_secret_that_anybody_can_read_is_told_and_not_shown() {
    let files = Files::new();
    let text = format!("[keys]\npassphrase = \"{PASSPHRASE}\"\n");
    let told = |settings: Settings| {
        let [warning] = settings.warnings.as_slice() else { panic!("{:?}", settings.warnings) };
        assert!(warning.contains("0644") && warning.contains("chmod o-r"), "{warning}");
        assert!(!warning.contains(PASSPHRASE), "{warning}");
    };
    told(load(Some(&files.file(&text, 0o644)), &[]).unwrap());
    assert!(load(Some(&files.file(&text, 0o640)), &[]).unwrap().warnings.is_empty());
    let file = |mode| files.file(PASSPHRASE, mode).to_str().unwrap().to_owned();
    told(load(None, &[("OTPMINT_KEYS__PASSPHRASE_FILE", &file(0o644))]).unwrap());
    assert!(load(None, &[("OTPMINT_KEYS__PASSPHRASE_FILE", &file(0o400))]).unwrap().warnings.is_empty());
}

#[test]
fn a_secret_comes_from_a_small_regular_file() {
    let files = Files::new();
    let pipe = files.0.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let huge = files.file(&"x".repeat(4_097), 0o600);
    for (path, problem) in [
        (pipe.to_str().unwrap(), "not a regular file"),
        ("/dev/zero", "not a regular file"),
        (huge.to_str().unwrap(), "more than 4096 bytes"),
    ] {
        let refused = load(None, &[("OTPMINT_KEYS__PASSPHRASE_FILE", path)]).unwrap_err();
        assert!(refused.contains(path) && refused.contains(problem), "{refused}");
    }
}

#[test]
fn a_variable_with_one_underscore_too_few_is_refused_with_the_right_name() {
    for (name, meant) in [
        ("OTPMINT_SERVER_LISTEN", "OTPMINT_SERVER__LISTEN"),
        ("OTPMINT_LIMITS_MINT_PER_TENANT", "OTPMINT_LIMITS__MINT_PER_TENANT"),
        ("OTPMINT_KEYS_PASSPHRASE_FILE", "OTPMINT_KEYS__PASSPHRASE_FILE"),
        ("OTPMINT_KEYS_MASTER_KEY_FILE", "OTPMINT_KEYS__MASTER_KEY_FILE"),
    ] {
        let refused = load(None, &[(name, "geheim")]).unwrap_err();
        assert!(refused.contains(&format!("{name}: sets nothing")) && refused.ends_with(meant), "{refused}");
        assert!(!refused.contains("geheim"), "{refused}");
    }
    // What Kubernetes sets for a service called otpmint.
    for name in
        ["OTPMINT_SERVICE_HOST", "OTPMINT_PORT", "OTPMINT_PORT_5000_TCP_ADDR", "OTPMINT_SERVICE_PORT_HTTP"]
    {
        assert!(load(None, &[(name, "10.0.0.1")]).is_ok(), "{name}");
    }
}

#[test]
fn a_server_that_others_reach_without_a_proxy_is_told() {
    let warnings = |variables: &[_]| load(None, variables).unwrap().warnings;
    for open in ["0.0.0.0:5000", "[::]:5000", "192.0.2.1:80"] {
        let [warning] = &warnings(&[("OTPMINT_SERVER__LISTEN", open)])[..] else { panic!("{open}") };
        assert!(warning.contains(open) && warning.contains("server.trusted_proxies"), "{warning}");
        let with_proxy = [("OTPMINT_SERVER__LISTEN", open), ("OTPMINT_SERVER__TRUSTED_PROXIES", "10.0.0.1")];
        assert!(warnings(&with_proxy).is_empty());
    }
    for own in ["127.0.0.1:5000", "[::1]:5000"] {
        assert!(warnings(&[("OTPMINT_SERVER__LISTEN", own)]).is_empty(), "{own}");
    }
}
