//! Problems of any request: its body, its path, its `Idempotency-Key`, and a server that cannot process it.

use crate::http::shared::problems::entry::{ProblemEntry, entries};

entries! {
    NOT_JSON "invalid_json" Both(400);
        words: "The body must be one JSON object."
        meaning: "The body is not one JSON object."
        remedy: "Send an object such as `{\"to\":\"jane@example.com\"}`, and nothing before or after it.";
    INVALID_FIELD "invalid_field" Apart(400, 422);
        words: "A field of the body is not what it has to be."
        title: "A field of the body is not what it has to be."
        meaning: "A field of the body is missing, has the wrong type, is out of bounds or, in the v1 API, is \
            unknown."
        remedy: "The answer names the field: `message` in the compat API, `errors` with a JSON pointer in v1. \
            Correct it; retrying without a change fails again. On a verification it did not count as an \
            attempt.";
    INVALID_PARAMETER "invalid_parameter" V1(422);
        words: "A parameter of the query is not what it has to be."
        title: "A parameter of the query is not what it has to be."
        meaning: "A parameter of the query, after the `?` of the address, is unknown, duplicated, or invalid."
        remedy: "`errors` names it in `parameter` and says what is allowed. Correct it; retrying without a \
            change fails again.";
    UNREADABLE "body_unreadable" Both(400);
        words: "The body is not what its headers announce."
        meaning: "The body does not match its headers, such as a broken chunk or a wrong encoding."
        remedy: "Check the client, and any proxy in between. The connection is closed."
        and: ending_connection;
    TOO_SLOW "body_too_slow" Both(408);
        words: "The body did not arrive in time."
        meaning: "The body did not arrive in time (`server.body_timeout_seconds`). The connection is closed."
        remedy: "Retry; if it happens again, check the network or a proxy that sends the body in pieces."
        and: ending_connection;
    TOO_LARGE "body_too_large" Both(413);
        words: "The body may have at most 16 KiB."
        meaning: "The body exceeds 16 KiB."
        remedy: "No request needs that much: shorten `metadata` or `bind`."
        and: ending_connection;
    NOT_FOUND "not_found" Both(404);
        words: "There is nothing at this address."
        meaning: "There is nothing at this address."
        remedy: "Check the path; the routes are in the documentation of the API.";
    WRONG_METHOD "method_not_allowed" Both(405);
        words: "Use POST with a JSON body."
        title: "The resource does not have this method."
        meaning: "This address does not support this method."
        remedy: "The compat routes and the verbs of v1 use POST; GET fetches a challenge and DELETE cancels it.";
    UNSUPPORTED_MEDIA "unsupported_media_type" V1(415);
        words: "Send JSON as it is: Content-Type application/json, and no Content-Encoding."
        title: "The body is of a type or in an encoding that is not read here."
        meaning: "`Content-Type` names another type than the address takes, or `Content-Encoding` says that the body is \
            compressed."
        remedy: "Send JSON with `Content-Type: application/json`, a logo with `image/png` or `image/webp`, and no \
            `Content-Encoding`.";
    CROSS_SITE "cross_site" Original(403);
        words: "A page of another site may not send this."
        meaning: "A browser sent this for a page of another site (`Sec-Fetch-Site`, `Origin`)."
        remedy: "Call these routes from your backend, or from a page of the same site. Pages of other sites use the v1 API, \
            from origins that the tenant allows.";
    INVALID_IDEMPOTENCY_KEY "invalid_idempotency_key" V1(400);
        words: "Idempotency-Key must be one value of 1 to 255 visible ASCII characters, bare or in double \
            quotes."
        meaning: "The `Idempotency-Key` is not one value of 1 to 255 visible ASCII characters, bare or in \
            double quotes."
        remedy: "Send one header with a UUID. Nothing was done.";
    IDEMPOTENCY_NOT_OFFERED "idempotency_not_offered" V1(400);
        words: "Idempotency-Key is for requests with the secret key."
        meaning: "An `Idempotency-Key` came without the secret key. Only a tenant's requests can be repeated \
            with it."
        remedy: "Omit it. If an answer was lost, fetch the challenge: it can be found while it is pending.";
    IDEMPOTENCY_KEY_IN_USE "idempotency_key_in_use" V1(409);
        words: "A request with this Idempotency-Key is still being carried out."
        meaning: "A request with this `Idempotency-Key` is still in progress."
        remedy: "Retry with the same key and the same body: you get the answer of the first request."
        retry_after: 1;
    IDEMPOTENCY_KEY_REUSED "idempotency_key_reused" V1(422);
        words: "This Idempotency-Key came with another request before."
        meaning: "This `Idempotency-Key` was already used with another path or body. Nothing was done."
        remedy: "Generate a new key for each operation, and reuse it only for retries of that operation.";
    SECRET_NOT_REPEATED "secret_not_repeated" V1(409);
        words: "This request was carried out, and the secret in its answer is not repeated any more."
        meaning: "This request was carried out before, under the same `Idempotency-Key`, more than an hour ago. \
            Its answer had a secret, which is repeated for an hour only and is not kept longer."
        remedy: "Nothing was done now. If the secret was lost, replace it: rotate the key or the webhook, or delete \
            what was made, and make it anew with a new `Idempotency-Key`.";
    STORE_UNAVAILABLE "store_unavailable" Both(503);
        words: "This cannot be recorded right now."
        meaning: "The server cannot record anything now: the disk is full or broken, too many writes are \
            waiting, or it is cut off from the database that it shares with others. Nothing was evaluated, unless that database was lost in the \
            middle of a request: then the request may have been carried out."
        remedy: "Retry, with the same `Idempotency-Key` if the request had one. If it persists, the operator finds the reason in the log."
        retry_after: 1;
    QUEUE_FULL "queue_full" Both(503);
        words: "Too many messages are waiting to be sent."
        meaning: "Too many messages are waiting to be sent, for this tenant or in total. No code was minted or \
            sent."
        remedy: "Retry. If it persists, a mail server or provider is slow or down."
        retry_after: 1;
    SERVER_OVERLOADED "server_overloaded" Both(503);
        words: "The server has too much to do right now."
        meaning: "More requests are waiting to be recorded than the server admits, for your tenant or in total. \
            Nothing was done."
        remedy: "Retry. An operator finds the source of the load (`otpmint_http_requests_total`), or gives the \
            server a faster disk."
        retry_after: 1;
    SHUTTING_DOWN "shutting_down" Both(503);
        words: "This server is shutting down."
        meaning: "The server is shutting down."
        remedy: "Retry: another process, or the same one after its restart, will answer."
        retry_after: 1
        and: ending_connection;
}
