//! Codes over providers that others have written: a real SMS gateway, and servers made from the descriptions
//! that Twilio and Meta publish; phone numbers as others read them; and as clients the SDKs of Twilio and the senders of
//! identity servers.

mod identity;
mod kannel;
mod numbers;
mod prism;
mod twilio;

use std::fs;

use serde_json::{Value, json};

use crate::support::client::{self, Reply};
use crate::support::server::Server;

/// Whatever is on this machine may be used, and nothing is limited.
const CONFIG: &str = r#"
[outbound]
allow_hosts = ["127.0.0.1"]
plaintext_hosts = ["127.0.0.1"]
allow_ports = "any"
webhook_ports = "any"
[limits]
enabled = false
"#;

/// A server with a tenant that sends to Germany.
struct Sending {
    server: Server,
    key: String,
}

impl Sending {
    /// Starts one whose tenant has this route.
    fn over(route: &Value) -> Self {
        let server = Server::new(CONFIG);
        // Peers report to it.
        let public_url = format!("http://{}", server.address());
        let server = server.env("OTPMINT_SERVER__PUBLIC_URL", &public_url).start();
        let token = fs::read_to_string(server.data().join("operator.token")).unwrap();
        let operator = format!("Authorization: Bearer {}", token.trim());
        let mail = json!({
            "smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_mail": "a@sender.example", "smtp_password": "unused",
        });
        let headers = [operator.as_str(), "Accept: application/json"];
        let registered = client::post(&server.address(), "/reg_secretkey", &headers, &mail).unwrap();
        let key = registered.json()["secretKey"].as_str().unwrap().to_owned();
        let sending = Self { server, key };
        let phone = json!({ "phone": { "countries": ["DE"] } });
        assert_eq!(sending.call("PATCH", "/v1/tenant", &phone).status, 200);
        let added = sending.call("POST", "/v1/tenant/routes", route);
        assert_eq!(added.status, 201, "{}", added.body);
        sending
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        let bearer = format!("Authorization: Bearer {}", self.key);
        let headers = ["Content-Type: application/json", "Connection: close", "Prefer: wait=20", &bearer];
        let mut wire = client::Wire::open(&self.server.address()).unwrap();
        wire.send(client::request(method, path, &headers, &body.to_string())).unwrap();
        wire.reply().unwrap()
    }

    /// Sends a code, and returns the challenge.
    #[track_caller]
    fn mint(&self, to: &str, channel: &str) -> Value {
        let minted = self.call("POST", "/v1/challenges", &json!({ "to": to, "channel": channel }));
        assert_eq!(minted.status, 201, "{}", minted.body);
        minted.json()
    }
}
