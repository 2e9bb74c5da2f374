//! Problems of factors.

use crate::http::shared::problems::entry::{ProblemEntry, entries};

entries! {
    FACTOR_NOT_FOUND "factor_not_found" V1(404);
        words: "There is no such factor."
        meaning: "The tenant has no factor with this handle: it was deleted, or nobody confirmed it within a day."
        remedy: "`GET /v1/factors?identity=…` lists those of a user. If there is none, enrol the user again.";
    TOO_MANY_FACTORS "too_many_factors" V1(409);
        words: "There are as many factors of this identity as there may be: 5."
        meaning: "The identity has five factors, unconfirmed ones included."
        remedy: "Delete those that are no longer used, `DELETE /v1/factors/{id}`. Unconfirmed ones are deleted \
            after a day.";
    FACTOR_UNCONFIRMED "factor_unconfirmed" V1(409);
        words: "The factor waits for its first right code."
        meaning: "No right code has come for the factor yet, so nobody knows whether its user has stored the secret."
        remedy: "Ask for a code and send it to `POST /v1/factors/{id}/confirm` first.";
    FACTOR_CONFIRMED "factor_confirmed" V1(409);
        words: "The factor is active already."
        meaning: "The factor was confirmed before, or imported as confirmed. Nothing was counted."
        remedy: "Check codes with `POST /v1/factors/{id}/check`. For new recovery codes there is \
            `POST /v1/factors/{id}/recovery-codes`.";
    CODE_USED "code_used" V1(403);
        words: "The code is right, but it was used before. Wait for the next one."
        meaning: "The app still shows a code that was accepted before, or a later one was. A code works once \
            (RFC 6238 §5.2). It was no guess, so it was not counted."
        remedy: "Ask your user for the next code of the app, which comes within its period. If that was not your \
            user, somebody has seen a code.";
}
