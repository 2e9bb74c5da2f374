//! The send-e-mail hook of Supabase.

use serde::Deserialize;
use url::Url;

use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

use super::supabase_sms::Metadata;

#[derive(Deserialize)]
struct Request {
    user: User,
    email_data: EmailData,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    new_email: Option<String>,
}

#[derive(Deserialize)]
struct EmailData {
    email_action_type: String,
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    token_new: Option<String>,
    #[serde(default)]
    token_hash: Option<String>,
    #[serde(default)]
    token_hash_new: Option<String>,
    #[serde(default)]
    site_url: String,
    #[serde(default)]
    redirect_to: String,
}

/// One mail: to whom, with what, and where in the request both are.
struct Mail {
    to: Option<String>,
    code: Option<String>,
    hash: Option<String>,
    fields: [&'static str; 2],
}

/// Returns the codes with their links. A notice, such as that a password was changed, has none and is not sent.
pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { user, email_data: data, metadata } = json::parse(body)?;
    let action = data.email_action_type.as_str();
    let purpose = match action {
        "magiclink" => Purpose::LOGIN,
        "recovery" => Purpose::PASSWORD_RESET,
        _ => Purpose::VERIFICATION,
    };
    let end_user = metadata.ip_address.and_then(|ip| ip.parse().ok());
    let one = |Mail { to, code, hash, fields: [to_field, code_field] }: Mail| {
        let missing = |field: &str| Rejection::field(field, "a text that is not empty");
        let (to, code) = (to.ok_or_else(|| missing(to_field))?, code.ok_or_else(|| missing(code_field))?);
        // A reauthentication has nothing to open.
        let hash = hash.filter(|_| action != "reauthentication");
        let link = hash.as_deref().and_then(|hash| link(&data, hash));
        let vars = vars(action, hash.as_deref());
        Ok(Asked { end_user, link, vars, ..Asked::of(to, code, purpose.clone()) })
    };
    mails(user, &data).into_iter().map(one).collect()
}

fn mails(user: User, data: &EmailData) -> Vec<Mail> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (email, new_email) = (given(&user.email), given(&user.new_email));
    let (token, token_new) = (given(&data.token), given(&data.token_new));
    let (hash, hash_new) = (given(&data.token_hash), given(&data.token_hash_new));
    match data.email_action_type.as_str() {
        // Both addresses confirm, each with its own code and link. `token` belongs to the present address and
        // `token_hash` to the new one: Supabase has them crossed.
        "email_change" if token_new.is_some() => vec![
            Mail { to: email, code: token, hash: hash_new, fields: ["/user/email", "/email_data/token"] },
            Mail {
                to: new_email,
                code: token_new,
                hash,
                fields: ["/user/new_email", "/email_data/token_new"],
            },
        ],
        "email_change" => {
            let to = new_email.or(email);
            vec![Mail { to, code: token, hash, fields: ["/user/new_email", "/email_data/token"] }]
        }
        notice if notice.ends_with("_notification") => Vec::new(),
        _ => vec![Mail { to: email, code: token, hash, fields: ["/user/email", "/email_data/token"] }],
    }
}

/// The link that Supabase's own mails have. `site_url` is the address of its API, despite its name; what else goes
/// into the link is only ever the value of a parameter.
fn link(data: &EmailData, hash: &str) -> Option<Link> {
    let mut url = Url::parse(&data.site_url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().ok()?.pop_if_empty().push("verify");
    url.query_pairs_mut().append_pair("token", hash).append_pair("type", &data.email_action_type);
    if !data.redirect_to.is_empty() {
        url.query_pairs_mut().append_pair("redirect_to", &data.redirect_to);
    }
    Link::parse(url.as_str())
}

/// What a template needs for a link to a page of the app. Both are words that mean nothing in an address, or absent.
fn vars(action: &str, hash: Option<&str>) -> Vars {
    let is_word =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let entries = [("email_action_type", Some(action)), ("token_hash", hash)];
    let entries = entries.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| is_word(v))?)));
    let entries = entries.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Vars::new(entries).unwrap_or_default()
}
