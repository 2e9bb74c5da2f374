//! Problems of operators, their tokens, and of what only they may do.

use crate::http::shared::problems::entry::{ProblemEntry, entries};

entries! {
    OPERATOR_TOKEN_NEEDED "operator_token_needed" Both(401);
        words: "This needs an operator token: Authorization: Bearer <token>."
        meaning: "This needs an operator token, which is missing, wrong, revoked or expired: registering an app on this \
            server, and everything below `/v1/admin`. A tenant's secret key does not work here."
        remedy: "Send `Authorization: Bearer otpo_…`, or ask the operator to do it for you.";
    ROLE_NOT_ALLOWED "role_not_allowed" Both(403);
        words: "The role of this operator token does not allow this."
        title: "The role of this operator token does not allow this."
        meaning: "The operator token is valid, but its role allows less: `read_only` looks, `support` also unlocks \
            recipients, `owner` does everything. `detail` names the roles that would do."
        remedy: "Use a token with such a role, or have an owner make one: `otpmint operator token add`.";
    TOKEN_NOT_FOUND "token_not_found" V1(404);
        words: "There is no such operator token."
        meaning: "No operator token has this name, or it was revoked."
        remedy: "`GET /v1/admin/tokens` and `otpmint operator token list` list them all.";
    TOKEN_EXISTS "token_exists" V1(409);
        words: "There is an operator token of this name. Revoke it first, or choose another name."
        meaning: "An operator token has this name, even if it has expired. `default` is that of the token that the \
            settings or `operator.token` have."
        remedy: "Choose another name, or revoke the token that has it: `DELETE /v1/admin/tokens/{name}`.";
    TOO_MANY_TOKENS "too_many_tokens" V1(409);
        words: "There are as many operator tokens as there may be: 100. Revoke one that is not used."
        meaning: "There are 100 named operator tokens, those that have expired included, so no other was made."
        remedy: "Revoke one that is not used: `DELETE /v1/admin/tokens/{name}`.";
    TOKEN_OF_SETTINGS "token_of_settings" V1(409);
        words: "This token comes from the settings or from operator.token: it is replaced there, and not revoked."
        meaning: "The token `default` is the one of `server.operator_token` or of the file `operator.token`. Revoked, \
            it would be back with the next start."
        remedy: "Replace it: `otpmint operator new-token`, or change `server.operator_token` and restart.";
    REGISTRATION_CLOSED "registration_closed" Original(403);
        words: "Registration is closed: the operator adds tenants at the shell."
        meaning: "Nobody may register over HTTP on this server."
        remedy: "Ask the operator to register you with `otpmint tenant add`.";
}
