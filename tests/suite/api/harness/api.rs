//! A client of the API: one method per endpoint.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::Answer;
use super::described::assert_described;
use crate::support::http::http;

/// A client, and the headers that it always sends.
#[derive(Clone)]
pub struct Api {
    http: Client,
    url: String,
    headers: HeaderMap,
}

impl Api {
    pub fn new(url: String) -> Self {
        Self { http: client(None), url, headers: HeaderMap::new() }
    }

    /// The same client, requesting JSON.
    pub fn json(&self) -> Self {
        self.with(ACCEPT, "application/json")
    }

    /// The same client with one more header.
    pub fn with(&self, name: HeaderName, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        other
    }

    pub fn bearing(&self, token: &str) -> Self {
        self.with(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// The same client, behind a proxy that forwards this address.
    pub fn forwarded_for(&self, addresses: &str) -> Self {
        self.with(HeaderName::from_static("x-forwarded-for"), addresses)
    }

    /// The same client at another address of this machine.
    pub fn at_address(&self, ip: &str) -> Self {
        let ip = ip.parse().expect("an address");
        Self { http: client(Some(ip)), ..self.clone() }
    }

    pub async fn register(&self, body: &Value) -> Answer {
        self.post("/reg_secretkey", body).await
    }

    pub async fn mint(&self, mail: &str, secret_key: &str) -> Answer {
        self.post("/otp", &json!({ "mail": mail, "secretKey": secret_key })).await
    }

    pub async fn verify(&self, shareable_key: &str, otp: &str) -> Answer {
        self.post("/verify-otp", &json!({ "shareableKey": shareable_key, "otp": otp })).await
    }

    /// Like a backend that proves to be the tenant.
    pub async fn verify_as(&self, secret_key: &str, shareable_key: &str, otp: &str) -> Answer {
        let body = json!({ "shareableKey": shareable_key, "otp": otp, "secretKey": secret_key });
        self.post("/verify-otp", &body).await
    }

    /// All of these answers at the same time; returns the verdicts in the same order.
    pub async fn verify_at_once(&self, shareable_key: &str, otps: &[String]) -> Vec<Answer> {
        let send = |otp: &String| {
            let (api, key, otp) = (self.clone(), shareable_key.to_owned(), otp.clone());
            tokio::spawn(async move { api.verify(&key, &otp).await })
        };
        let tasks: Vec<_> = otps.iter().map(send).collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.expect("an answer"));
        }
        answers
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body.to_string().into_bytes()).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let request = self.http.request(method.clone(), format!("{}{path}", self.url));
        let mut headers = self.headers.clone();
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        let request = request.headers(headers).body(body);
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        assert_described(&method, path, &answer);
        answer
    }
}

fn client(from: Option<IpAddr>) -> Client {
    let builder = http().local_address(from).timeout(Duration::from_secs(30));
    builder.build().expect("a client")
}
