//! The handlers of the three routes.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::domain::address::Address;
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::service::{Caller, MintRequest, Refusal, Registration, VerifyRequest, Wait};

use crate::http::shared::answer;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

use super::identify::OriginalRequest;

/// `POST /reg_secretkey`: registers a tenant.
pub(crate) async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    call: OriginalRequest,
) -> HttpResponse {
    let registration = match registration(&call) {
        Ok(registration) => registration,
        Err(problem) => return answer::problem(&request, &problem),
    };
    match state.services.tenants.register(registration).await {
        Err(refusal) => refuse(&request, &refusal, Audience::Public),
        Ok(registered) => {
            let mut text = "Registration of secretKey succeeded.".to_owned();
            let mut body = json!({ "tenant": registered.handle.as_str() });
            if let Some(key) = &registered.generated_key {
                text.push_str("\nsecretKey: ");
                text.push_str(key.expose());
                body["secretKey"] = json!(key.expose());
            }
            answer::success(&request, StatusCode::OK, text, body)
        }
    }
}

fn registration(call: &OriginalRequest) -> Result<Registration, Problem> {
    let fields = &call.fields;
    let smtp = SmtpProfile::from_compat(
        fields.text("smtp_host")?,
        fields.number("smtp_port")?,
        fields.text("smtp_mail")?,
        fields.text("smtp_password")?,
    );
    let name = fields.optional_text("name")?.unwrap_or_default();
    let name = crate::domain::tenants::tenant::parse_name(name);
    Ok(Registration {
        name: name
            .ok_or_else(|| Problem::field("name may have at most 100 bytes on one line.".to_owned()))?,
        smtp: smtp.map_err(|reason| Problem::of(&Refusal::InvalidSmtp(reason), Audience::Public))?,
        route_name: String::new(),
        secret_key: fields.optional_secret("secretKey")?,
        caller: Caller::Http(call.operator.clone()),
        client_ip: call.client_ip,
    })
}

/// `POST /otp`: mints a code, and returns the shareable key once the mail server has accepted the message.
pub(crate) async fn mint(state: Data<AppState>, request: HttpRequest, call: OriginalRequest) -> HttpResponse {
    let fields = &call.fields;
    let mail = match fields.text("mail").and_then(|mail| fields.text("secretKey").map(|_| mail)) {
        Ok(mail) => mail,
        Err(problem) => return answer::problem(&request, &problem),
    };
    let tenant = call.tenant.clone().and_then(|tenant| tenant.require(Scope::Mint).map(|()| tenant));
    let minted = match (&tenant, Address::mail(mail)) {
        (Err(refusal), _) => Err(refusal.clone()),
        (Ok(_), Err(_)) => Err(Refusal::InvalidRecipient),
        (Ok(tenant), Ok(to)) => {
            let wait = Wait::Accepted(state.mint_wait);
            let mint = MintRequest { client_ip: call.client_ip, wait, ..MintRequest::to(to) };
            state.services.challenges.mint(tenant, mint).await
        }
    };
    match minted {
        Err(refusal) => refuse(&request, &refusal, Audience::Tenant),
        Ok(minted) => {
            let key = minted.key.as_str();
            let body = json!({ "shareableKey": key, "expires_at": minted.expires_at.to_string() });
            answer::success(&request, StatusCode::OK, key.to_owned(), body)
        }
    }
}

/// `POST /verify-otp`: checks a code. With the optional `secretKey`, only that tenant's challenges are found,
/// and the answer says how a challenge has ended.
pub(crate) async fn verify(
    state: Data<AppState>,
    request: HttpRequest,
    call: OriginalRequest,
) -> HttpResponse {
    let fields = &call.fields;
    let (key, code) = match fields.text("shareableKey").and_then(|key| Ok((key, fields.text("otp")?))) {
        Ok(given) => given,
        Err(problem) => return answer::problem(&request, &problem),
    };
    let tenant = match (&call.tenant, fields.optional_text("secretKey")) {
        (Ok(tenant), _) => Some(tenant),
        // A secret key that was sent but is not valid must not be ignored: the caller relies on it.
        (Err(refusal), Ok(Some(_))) => return refuse(&request, refusal, Audience::Public),
        (Err(_), _) => None,
    };
    if let Some(Err(refusal)) = tenant.map(|tenant| tenant.require(Scope::Verify)) {
        return refuse(&request, &refusal, Audience::Tenant);
    }
    let audience = if tenant.is_some() { Audience::Tenant } else { Audience::Public };
    match state.services.verification.verify(VerifyRequest::plain(key, code, tenant, call.client_ip)).await {
        Err(refusal) => refuse(&request, &refusal, audience),
        Ok(_) => {
            let body = json!({ "status": "verified" });
            answer::success(&request, StatusCode::CREATED, "OTP Matched!".to_owned(), body)
        }
    }
}

fn refuse(request: &HttpRequest, refusal: &Refusal, audience: Audience) -> HttpResponse {
    answer::problem(request, &Problem::of(refusal, audience))
}
