//! Problems of tenants and what they own: keys, accounts, templates, the sandbox, webhooks.

use crate::http::shared::problems::entry::{ProblemEntry, entries};

entries! {
    /// One answer for "taken" and "too weak", so that nobody can test keys for existence.
    SECRET_KEY_UNUSABLE "secret_key_unusable" Both(400);
        words: "This secretKey cannot be used. Choose another one of at least 16 characters that is hard to \
            guess, or leave it out to have one generated."
        meaning: "The chosen `secretKey` is taken, too short or easy to guess. The answer does not say which, \
            so that nobody can test whether a key exists."
        remedy: "Omit `secretKey`: the server generates a good one and returns it. Or choose another of at \
            least 16 characters.";
    PORT_NOT_ALLOWED "port_not_allowed" Both(400);
        words: "The operator has not allowed this port."
        meaning: "Tenants may not name this `smtp_port`."
        remedy: "Use 587 or 465, or ask the operator to add the port to `outbound.allow_ports`.";
    HOST_NOT_ALLOWED "host_not_allowed" Both(400);
        words: "smtp_host is a private or local address; the operator can add it to outbound.allow_hosts."
        meaning: "The mail server or provider has a private, local or reserved address, or its port is not allowed. This is \
            checked when a tenant registers and again at each connection, so a name can be refused later."
        remedy: "Use a public server, or ask the operator to add it to `outbound.allow_hosts`.";
    INVALID_SECRET_KEY "invalid_secret_key" Both(401);
        words: "The secretKey is not valid."
        title: "The secret key is missing or not valid."
        meaning: "No active tenant has this secret key, or none was sent."
        remedy: "Send the key that the registration returned: in v1 as `Authorization: Bearer …`, in the compat \
            API as `secretKey`. A key stops working when it was rotated and its overlap has ended, or when the \
            tenant is disabled.";
    KEY_NOT_ALLOWED_HERE "key_not_allowed_here" Both(403);
        words: "This secret key may not be used from this address."
        title: "The secret key may not be used from this address."
        meaning: "The secret key is valid, but its `allowed_networks` do not contain the address that `detail` names: \
            the one from which the request came."
        remedy: "Call from one of its networks, or change them: `PATCH /v1/tenant/keys/{key}`. If the address is that \
            of a proxy in front of the server, the operator adds the proxy to `server.trusted_proxies`.";
    INSUFFICIENT_SCOPE "insufficient_scope" Both(403);
        words: "The secret key may not be used for this."
        title: "The secret key may not be used for this."
        meaning: "The secret key is valid but lacks the scope that `detail` names."
        remedy: "Use a key with that scope, or create one: `POST /v1/tenant/keys`, with a key that has \
            `manage`.";
    TENANT_NOT_FOUND "tenant_not_found" V1(404);
        words: "There is no such tenant."
        meaning: "The operator named a tenant that does not exist."
        remedy: "`GET /v1/admin/tenants` and `otpmint tenant list` list them all.";
    TENANT_NOT_DISABLED "tenant_not_disabled" V1(409);
        words: "The tenant is active. Disable it first, and see that nothing needs it any more."
        meaning: "Only a disabled tenant is deleted, so that nobody deletes one that is in use."
        remedy: "Disable it: `PATCH /v1/admin/tenants/{tenant}` with `{\"status\": \"disabled\"}`. Then repeat the \
            request.";
    SANDBOX_GOES_ALONG "sandbox_goes_along" V1(409);
        words: "A sandbox is deleted with its tenant, and not alone."
        meaning: "The operator named a sandbox. It is deleted with the live tenant to which it belongs."
        remedy: "Delete the live tenant, or revoke the test keys.";
    DELETION_SCHEDULED "deletion_scheduled" V1(409);
        words: "The tenant is to be deleted, so it stays disabled. Restore it first."
        meaning: "A tenant that is to be deleted cannot be enabled."
        remedy: "`POST /v1/admin/tenants/{tenant}/restore` takes the deletion back. Then enable the tenant.";
    DELETION_NOT_SCHEDULED "deletion_not_scheduled" V1(409);
        words: "Nobody has decided that this tenant is deleted."
        meaning: "The tenant is not to be deleted, so there is nothing to take back."
        remedy: "Enable the tenant if it is disabled: `PATCH /v1/admin/tenants/{tenant}`.";
    DELETION_BEGUN "deletion_begun" V1(409);
        words: "The deletion has begun: parts of the tenant are gone already."
        meaning: "A tenant can be restored until `delete_at`. After that its data is deleted, a little at a time."
        remedy: "Register the app again. What the tenant had is only in a backup.";
    KEY_NOT_FOUND "key_not_found" V1(404);
        words: "There is no such secret key."
        meaning: "The tenant has no secret key with this handle, or the key has ended."
        remedy: "`GET /v1/tenant/keys` lists the live keys.";
    TOO_MANY_KEYS "too_many_keys" V1(409);
        words: "There are as many secret keys as there may be: 20. Revoke one that is not used."
        meaning: "The tenant has 20 live secret keys, including replaced ones that still work, so no other was \
            created."
        remedy: "Revoke an unused one: `DELETE /v1/tenant/keys/{key}`. Rotating is never refused.";
    LAST_MANAGE_KEY "last_manage_key" V1(409);
        words: "Without this secret key the tenant could not look after itself. Add another one with `manage` \
            first."
        meaning: "This is the last secret key with the scope `manage` that was not replaced. Without it the \
            tenant could not manage itself, so it was not revoked."
        remedy: "Create another key with `manage`, or rotate this one, and then revoke it.";
    TEMPLATE_NOT_FOUND "template_not_found" V1(404);
        words: "There is no such template."
        meaning: "The tenant has no template for this purpose and language. These routes use no fallback."
        remedy: "`GET /v1/tenant/templates` lists the existing ones.";
    TOO_MANY_TEMPLATES "too_many_templates" V1(409);
        words: "The tenant has as many templates as it may. Delete one first."
        meaning: "The tenant has 200 templates, the maximum."
        remedy: "Delete an unused one: `DELETE /v1/tenant/templates/{purpose}/{locale}`.";
    ACCOUNT_NOT_FOUND "account_not_found" V1(404);
        words: "There is no such mail account."
        meaning: "The tenant has no mail account with this `id`. A change of the list keeps the ids that it \
            names and removes the others."
        remedy: "`GET /v1/tenant/smtp` lists the existing ones.";
    BLOCK_NOT_FOUND "block_not_found" V1(404);
        words: "There is no such block."
        meaning: "No rule against toll fraud blocks anything under this `id`, or not any more."
        remedy: "`GET /v1/tenant/phone/blocks` lists what is blocked at present.";
    LOGO_NOT_FOUND "logo_not_found" V1(404);
        words: "There is no logo."
        meaning: "The tenant has no logo, or it was removed."
        remedy: "Nothing has to be done. `PUT /v1/tenant/logo` sets one.";
    ROUTE_NOT_FOUND "route_not_found" V1(404);
        words: "There is no such route."
        meaning: "The tenant has no route with this `id`, or it was deleted."
        remedy: "`GET /v1/tenant/routes` lists the existing ones.";
    TOO_MANY_ROUTES "too_many_routes" V1(409);
        words: "The tenant has as many routes of this transport as it may: 5. Delete one first."
        meaning: "The tenant has five routes of this transport, the maximum."
        remedy: "Delete one that is not needed, or change it: `PUT /v1/tenant/routes/{id}`.";
    PRECONDITION_FAILED "precondition_failed" V1(412);
        words: "It was changed since you looked: `If-Match` names another revision. Look again."
        meaning: "`If-Match` names an outdated revision: the tenant has changed since you read it. Nothing was \
            done."
        remedy: "Read it again with `GET`, apply your change to the current state, and send it with the new \
            `ETag`.";
    TENANT_CHANGED "tenant_changed" V1(409);
        words: "Somebody else changed the tenant at the same moment. Look again, and repeat it."
        meaning: "Somebody else changed the tenant during this request. Nothing was done."
        remedy: "Read the tenant again, and repeat the request.";
    TEST_UNDER_WAY "test_under_way" V1(409);
        words: "A mail account of this tenant is being tried already. Wait for its answer."
        meaning: "A mail account of this tenant is already being tested; only one test runs at a time."
        remedy: "Wait for its answer: it takes at most ten seconds.";
    LIVE_ONLY "live_only" V1(403);
        words: "A sandbox sends nothing, so it does not have this: use a key of the live tenant."
        meaning: "The secret key belongs to a sandbox. A sandbox sends nothing, so it has no mail accounts."
        remedy: "Use a key of the live tenant.";
    NO_ACCOUNT "no_account" Both(409);
        words: "The tenant has no mail account, so it cannot send. Give it one."
        title: "The tenant has no route for this channel."
        meaning: "The tenant has no route for this channel, so nothing can be sent. For `email` that is a mail account."
        remedy: "Add one: `POST /v1/tenant/routes`, or `PUT /v1/tenant/smtp` for mail accounts.";
    SANDBOX_NOT_FOUND "sandbox_not_found" V1(404);
        words: "There is no sandbox yet: the first test key makes it."
        meaning: "The tenant has no sandbox yet."
        remedy: "Create a test key with `POST /v1/tenant/sandbox/keys`: the first one creates the sandbox.";
    ALREADY_A_SANDBOX "already_a_sandbox" V1(409);
        words: "This is a test key: a sandbox has no sandbox of its own. Use a live key."
        meaning: "The secret key is a test key. A sandbox has no sandbox of its own."
        remedy: "Use a live key of the tenant that has the scope `manage`.";
    NOT_A_SANDBOX "not_a_sandbox" V1(403);
        words: "Only a sandbox has this: use a test key."
        meaning: "The secret key is a live one, and only a sandbox stores what it would have sent."
        remedy: "Use a test key. Messages of a live tenant are only in the mailboxes of their recipients.";
    HOOK_NOT_FOUND "hook_not_found" V1(404);
        words: "There is no such hook, or it has no secret."
        meaning: "The product in the path signs nothing, or you have set no secret for it. Products that send a \
            secret key need none."
        remedy: "`PUT /v1/tenant/hooks/supabase-sms` sets a secret; `supabase-email` and `zitadel` sign, too.";
    WEBHOOK_NOT_FOUND "webhook_not_found" V1(404);
        words: "There is no such webhook."
        meaning: "The tenant has no webhook with this handle, or it was deleted."
        remedy: "`GET /v1/tenant/webhooks` lists the existing ones.";
    EVENT_NOT_FOUND "event_not_found" V1(404);
        words: "This webhook was never to be told such an event, or that is more than seven days ago."
        meaning: "This webhook had no such event to deliver, or the event ended more than seven days ago."
        remedy: "`GET /v1/tenant/webhooks/{id}/deliveries` shows the events that can be replayed.";
    TOO_MANY_WEBHOOKS "too_many_webhooks" V1(409);
        words: "A tenant may have 10 webhooks."
        meaning: "The tenant has ten webhooks, the maximum."
        remedy: "Delete one that is not needed, or let one URL receive the events of several uses.";
    WEBHOOK_DISABLED "webhook_disabled" V1(409);
        words: "The webhook is disabled, so nothing is sent to it. Enable it first."
        meaning: "The webhook is disabled: by you, because it answered 410, or because it failed for five days. \
            Nothing is sent to it."
        remedy: "Check its `disabled_for`, repair its receiver, and enable it with `PATCH` and `{\"enabled\": \
            true}`. Then retry.";
}
