//! The problems that are always told in the same words.

use actix_web::http::StatusCode;

use super::problem::Problem;

impl Problem {
    pub(crate) const NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.");
    pub(crate) const WRONG_METHOD: Self =
        Self::fixed(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Use POST with a JSON body.");
    pub(crate) const TOO_LARGE: Self =
        Self::fixed(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body may have at most 16 KiB.");
    pub(crate) const TOO_SLOW: Self =
        Self::fixed(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "The body did not arrive in time.");
    pub(crate) const UNREADABLE: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "body_unreadable", "The body is not what its headers announce.");
    pub(crate) const NOT_JSON: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "invalid_json", "The body must be one JSON object.");

    pub(crate) const REGISTRATION_CLOSED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "registration_closed",
        "Registration is closed: the operator adds tenants at the shell.",
    );
    pub(crate) const OPERATOR_TOKEN_NEEDED: Self = Self::fixed(
        StatusCode::UNAUTHORIZED,
        "operator_token_needed",
        "This needs the operator token: Authorization: Bearer <token>.",
    );
    pub(crate) const HOST_NOT_ALLOWED: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "host_not_allowed",
        "smtp_host is a private or local address; the operator can add it to outbound.allow_hosts.",
    );
    /// One answer for "taken" and "too weak", so that nobody can test keys for existence.
    pub(crate) const SECRET_KEY_UNUSABLE: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "secret_key_unusable",
        "This secretKey cannot be used. Choose another one of at least 16 characters that is hard to guess, \
         or leave it out to have one generated.",
    );
    pub(crate) const INVALID_SECRET_KEY: Self =
        Self::fixed(StatusCode::UNAUTHORIZED, "invalid_secret_key", "The secretKey is not valid.");
    pub(crate) const INVALID_RECIPIENT: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "invalid_recipient",
        "mail must be one mail address such as jane@example.com.",
    );
    pub(crate) const NOT_A_CODE: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "not_a_code",
        "otp must be a code of 4 to 10 digits or letters. This did not count as an attempt.",
    );
    pub(crate) const CODE_MISMATCH: Self =
        Self::fixed(StatusCode::FORBIDDEN, "code_mismatch", "OTP Mismatched!");
    pub(crate) const CHALLENGE_EXHAUSTED: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "challenge_exhausted", "Maximum Attempts Reached!");
    pub(crate) const KEY_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "key_not_found", "There is no such secret key.");
    pub(crate) const TENANT_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "tenant_not_found", "There is no such tenant.");
    pub(crate) const NO_ACCOUNT: Self = Self::fixed(
        StatusCode::CONFLICT,
        "no_account",
        "The tenant has no mail account, so it cannot send. Give it one.",
    );
    pub(crate) const ACCOUNT_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "account_not_found", "There is no such mail account.");
    pub(crate) const PRECONDITION_FAILED: Self = Self::fixed(
        StatusCode::PRECONDITION_FAILED,
        "precondition_failed",
        "It was changed since you looked: `If-Match` names another revision. Look again.",
    );
    pub(crate) const TENANT_CHANGED: Self = Self::fixed(
        StatusCode::CONFLICT,
        "tenant_changed",
        "Somebody else changed the tenant at the same moment. Look again, and repeat it.",
    );
    pub(crate) const TEST_UNDER_WAY: Self = Self::fixed(
        StatusCode::CONFLICT,
        "test_under_way",
        "A mail account of this tenant is being tried already. Wait for its answer.",
    );
    pub(crate) const LIVE_ONLY: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "live_only",
        "A sandbox sends nothing, so it does not have this: use a key of the live tenant.",
    );
    pub(crate) const TEMPLATE_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "template_not_found", "There is no such template.");
    pub(crate) const TOO_MANY_TEMPLATES: Self = Self::fixed(
        StatusCode::CONFLICT,
        "too_many_templates",
        "The tenant has as many templates as it may. Delete one first.",
    );
    pub(crate) const TOO_MANY_KEYS: Self = Self::fixed(
        StatusCode::CONFLICT,
        "too_many_keys",
        "There are as many secret keys as there may be: 20. Revoke one that is not used.",
    );
    pub(crate) const ALREADY_A_SANDBOX: Self = Self::fixed(
        StatusCode::CONFLICT,
        "already_a_sandbox",
        "This is a test key: a sandbox has no sandbox of its own. Use a live key.",
    );
    pub(crate) const SANDBOX_NOT_FOUND: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        "sandbox_not_found",
        "There is no sandbox yet: the first test key makes it.",
    );
    pub(crate) const NOT_A_SANDBOX: Self =
        Self::fixed(StatusCode::FORBIDDEN, "not_a_sandbox", "Only a sandbox has this: use a test key.");
    pub(crate) const NO_PAGES: Self = Self::fixed(
        StatusCode::CONFLICT,
        "no_pages",
        "This server has no hosted pages: its operator has not set server.public_url.",
    );
    pub(crate) const RESULT_NOT_FOUND: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        "result_not_found",
        "There is no such result: it was fetched before, or more than 60 seconds have passed.",
    );
    pub(crate) const NO_RECIPIENT: Self = Self::fixed(
        StatusCode::CONFLICT,
        "no_recipient",
        "The visitor of the challenge's page has not told the address yet, so there is no code.",
    );
    pub(crate) const NOTHING_TO_RESEND: Self = Self::fixed(
        StatusCode::CONFLICT,
        "nothing_to_resend",
        "The channel of this challenge is `none`: there is no message that could be sent again.",
    );
    pub(crate) const LAST_MANAGE_KEY: Self = Self::fixed(
        StatusCode::CONFLICT,
        "last_manage_key",
        "Without this secret key the tenant could not look after itself. Add another one with `manage` first.",
    );
    pub(crate) const SENDS_SPENT: Self = Self::fixed(
        StatusCode::CONFLICT,
        "sends_spent",
        "This code was sent as often as it may be. Mint a new one.",
    );
    pub(crate) const SEND_UNDER_WAY: Self = Self::fixed(
        StatusCode::CONFLICT,
        "send_under_way",
        "The last message is still on its way: its status is on the challenge.",
    );
    pub(crate) const INVALID_IDEMPOTENCY_KEY: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "invalid_idempotency_key",
        "Idempotency-Key must be one value of 1 to 255 visible ASCII characters, bare or in double quotes.",
    );
    pub(crate) const IDEMPOTENCY_NOT_OFFERED: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "idempotency_not_offered",
        "Idempotency-Key is for requests with the secret key.",
    );
    pub(crate) const IDEMPOTENCY_KEY_REUSED: Self = Self::fixed(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key came with another request before.",
    );
    pub(crate) const IDEMPOTENCY_KEY_IN_USE: Self = Self::fixed(
        StatusCode::CONFLICT,
        "idempotency_key_in_use",
        "A request with this Idempotency-Key is still being carried out.",
    );
    pub(crate) const WEBHOOK_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "webhook_not_found", "There is no such webhook.");
    pub(crate) const EVENT_NOT_FOUND: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        "event_not_found",
        "This webhook was never to be told such an event, or that is more than seven days ago.",
    );
    pub(crate) const TOO_MANY_WEBHOOKS: Self =
        Self::fixed(StatusCode::CONFLICT, "too_many_webhooks", "A tenant may have 10 webhooks.");
    pub(crate) const WEBHOOK_DISABLED: Self = Self::fixed(
        StatusCode::CONFLICT,
        "webhook_disabled",
        "The webhook is disabled, so nothing is sent to it. Enable it first.",
    );
    pub(crate) const CHALLENGE_NOT_FOUND: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "challenge_not_found", "Invalid shareableKey!");
}
