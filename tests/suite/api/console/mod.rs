//! The console, as a browser without script uses it.

mod account;
mod confirming;
mod data;
mod devices;
mod factors;
mod home;
mod hooks;
mod locking;
mod named;
mod oauth;
mod operators;
mod own_app;
mod pages;
mod phones;
mod provider_forms;
mod providers;
mod reports;
mod required_app;
mod roles;
mod routes;
mod search;
mod sessions;
mod setup;
mod short_templates;
mod signing_in;
mod step_up;
mod tenant;
mod texts;
mod walk;
mod webhooks;

use std::time::Duration;

use otpmint::domain::operator::{LinkPurpose, Role};
use otpmint::domain::reports::actor::Actor;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use secrecy::ExposeSecret;

use crate::api::harness::{Answer, TestApp};
use crate::support::http::http;
// A server with pages, so it has a console.
pub use crate::api::pages::{PUBLIC, start, start_with};

pub const NAME: &str = "jane";
pub const PASSWORD: &str = "violet-canoe-under-7-moons";
pub const SIGN_IN: &str = "/console/sign-in";
const SESSION: &str = "__Host-otpmint";
const DEVICE: &str = "__Host-otpmint-device";

/// A browser that follows no redirect by itself and keeps the cookies of the console.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    url: String,
    headers: Vec<(&'static str, String)>,
    /// The token of its session, if it has one.
    pub token: Option<String>,
    /// That of the device, if it is known.
    pub device: Option<String>,
}

impl Browser {
    pub fn at(app: &TestApp) -> Self {
        let http = http().redirect(Policy::none()).build().expect("a client");
        let url = format!("http://{}", app.app().address());
        let headers = vec![("sec-fetch-site", "same-origin".to_owned())];
        Self { http, url, headers, token: None, device: None }
    }

    /// A browser that has set up the first account, and so is signed in.
    pub async fn set_up(app: &TestApp) -> Self {
        let mut browser = Self::at(app);
        let link = app.app().setup_link().expect("no operator yet").path();
        let answer = browser.post(link.expose_secret(), &account(NAME, PASSWORD)).await;
        assert_eq!(leads(&answer), "/console");
        browser
    }

    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| *known != name);
        other.headers.push((name, value.to_owned()));
        other
    }

    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| *known != name);
        other
    }

    pub async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let cookies = [(SESSION, &self.token), (DEVICE, &self.device)];
        for (name, token) in cookies.into_iter().filter_map(|(name, token)| Some((name, token.as_ref()?))) {
            request = request.header(COOKIE, format!("{name}={token}"));
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        for set in answer.headers.get_all(SET_COOKIE) {
            let (name, rest) = set.to_str().expect("a cookie").split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            let kept = match name {
                SESSION => &mut self.token,
                DEVICE => &mut self.device,
                name => panic!("a cookie {name}"),
            };
            *kept = (!value.is_empty()).then(|| value.to_owned());
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, form(fields)).await
    }

    /// Sends a form with the token that stands in a page of the session.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token().await;
        let fields: Vec<_> = [("form", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    pub async fn form_token(&mut self) -> String {
        // Any page of the session has one, even the page for unknown addresses.
        hidden(&self.get("/console/none").await.body, "form")
    }

    pub async fn sign_in(&mut self, password: &str) -> Answer {
        self.post(SIGN_IN, &[("name", NAME), ("password", password)]).await
    }

    /// Whether the console knows this browser.
    pub async fn is_signed_in(&mut self) -> bool {
        let home = self.get("/console").await;
        home.status == 200 || leads(&home) != SIGN_IN
    }
}

/// The value of a hidden field of a page.
#[track_caller]
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The fields of the form that is sent to `action`, as a browser that changes nothing sends them.
pub fn filled_in(page: &str, action: &str) -> Vec<(String, String)> {
    let (_, form) = page
        .split_once(&format!("method=\"post\" action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form in {page}"));
    let form = form.split("</form>").next().unwrap_or_default();
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let attribute = |name: &str| tag.split_once(&format!(" {name}=\""))?.1.split('"').next();
        let name = attribute("name").unwrap_or_default().to_owned();
        let content = || tag.split_once('>').map(|(_, content)| content).unwrap_or_default();
        if tag.starts_with("input") && (attribute("type") != Some("checkbox") || tag.contains(" checked")) {
            fields.push((name, unescaped(attribute("value").unwrap_or_default())));
        } else if tag.starts_with("textarea") {
            fields.push((name, unescaped(content())));
        } else if tag.starts_with("select") {
            fields.push((name, String::new()));
        } else if tag.starts_with("option")
            && (tag.contains(" selected") || fields.last().is_some_and(|(_, value)| value.is_empty()))
        {
            fields.last_mut().expect("a select").1 = unescaped(attribute("value").unwrap_or_default());
        }
    }
    fields.retain(|(name, _)| name != "form");
    fields
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    text.replace("&#38;", "&")
}

/// The fields as they are sent.
pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

pub fn account<'a>(name: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    [("name", name), ("password", password), ("again", password)]
}

pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The path of a link that sets up an owner's account, as made at the shell.
pub async fn setup_link(app: &TestApp) -> String {
    link_for(app, LinkPurpose::any(Role::Owner)).await
}

pub async fn link_for(app: &TestApp, purpose: LinkPurpose) -> String {
    let made = app.app().services().console.make_setup_link(purpose, Actor::default()).await;
    let Ok(link) = made else { panic!("no link") };
    link.path().expose_secret().to_owned()
}

/// An operator with this role, signed in.
pub async fn operator(app: &TestApp, name: &str, role: Role) -> Browser {
    let link = link_for(app, LinkPurpose::any(role)).await;
    let mut browser = Browser::at(app);
    assert_eq!(leads(&browser.post(&link, &account(name, PASSWORD)).await), "/console");
    browser
}

/// The target of a redirect.
#[track_caller]
pub fn leads(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").expect("a location").to_owned()
}

/// An answer that shows a page with this text.
#[track_caller]
pub fn shows(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.contains(text), "{text:?} is not in {}", answer.body);
}

/// The events of the audit trail about signing in, oldest first, with the operator who did it or was tried.
pub fn audited(app: &TestApp) -> Vec<String> {
    let sql = "SELECT group_concat(event || ' ' || CASE WHEN who LIKE 'operator:%' THEN substr(who, 10) \
               ELSE '-' END, ',') FROM (SELECT event, coalesce(actor, object, '-') AS who FROM audit \
               WHERE event LIKE 'operator%' OR event LIKE 'setup%' OR event = 'tenant_signed_in' \
               ORDER BY id) AS events";
    app.database().text(sql).split(',').map(str::to_owned).collect()
}

pub const IDLE: Duration = Duration::from_secs(30 * 60);
pub const LIFETIME: Duration = Duration::from_secs(12 * 3600);
