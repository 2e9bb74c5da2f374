//! Codes of pyotp, an implementation by others, which reads our URI.

use std::process::Command;

use otpmint::domain::steady_clock::TimeSource as _;
use serde_json::json;

use super::Factors;
use crate::api::harness::TestApp;
use crate::support::lab::need;
use crate::support::libraries::python_library;

/// Prints the code that an app shows at a time which has scanned this URI, and what it shows as the account.
const SHOWN: &str = "import sys, pyotp; app = pyotp.parse_uri(sys.argv[1]); \
                     print(app.at(int(sys.argv[2]))); print(app.issuer); print(app.name)";

#[tokio::test]
async fn pyotp_reads_the_uri_and_its_codes_are_right() {
    let Some(library) = need(python_library(&["pyotp"])) else { return };
    let app = TestApp::start().await;
    let factors = Factors::of(&app, &app.tenant().await);
    for (algorithm, digits, period) in [("SHA1", 6, 30), ("SHA256", 8, 60), ("SHA512", 6, 15)] {
        let told = factors
            .create(&json!({
                "identity": "u", "issuer": "Zoë & Co: Shop", "account": "jane+1@example.com",
                "algorithm": algorithm, "digits": digits, "period": period,
            }))
            .await
            .json();
        let seconds = (app.clock.wall().as_millis() / 1_000).to_string();
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", &library).env("PYTHONIOENCODING", "utf-8");
        let shown = python.args(["-c", SHOWN, told["uri"].as_str().unwrap(), &seconds]).output().unwrap();
        assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
        let shown = String::from_utf8(shown.stdout).unwrap();
        let [code, issuer, name] = shown.lines().collect::<Vec<_>>()[..] else { panic!("{shown}") };
        assert_eq!((issuer, name), ("Zoë & Co: Shop", "jane+1@example.com"));
        let confirmed = factors.confirm(told["factor"].as_str().unwrap(), code).await;
        assert_eq!(confirmed.status, 200, "{algorithm}: {}", confirmed.body);
    }
}
