//! Problems of challenges, of their messages and of hosted pages.

use crate::http::shared::problems::entry::{ProblemEntry, entries};

entries! {
    INVALID_RECIPIENT "invalid_recipient" Original(400);
        words: "mail must be one mail address such as jane@example.com."
        meaning: "`mail` is not one mail address."
        remedy: "Send one address such as `jane@example.com`, without a name, a list or a comment. Ask your \
            user to type it again.";
    NUMBER_REFUSED "number_refused" V1(422);
        words: "A number of this kind is not reached over this channel."
        meaning: "The number costs its caller more than a call, or nobody reads messages there: premium rate, \
            shared cost, toll-free, a pager, a mailbox. A landline is reached by `voice` alone."
        remedy: "Ask your user for a mobile number, or send the code by `voice` to a landline.";
    COUNTRY_NOT_ALLOWED "country_not_allowed" V1(422);
        words: "Codes are not sent to numbers of this country."
        meaning: "The country of the number is not among the tenant's `phone.countries`, which is empty at \
            first, or not among those that the operator allows (`phone.countries` in the settings). So nobody \
            can make your forms send messages to where they cost the most."
        remedy: "Add the country if you have users there: `PATCH /v1/tenant` with \
            `{\"phone\": {\"countries\": [\"DE\", \"AT\"]}}`.";
    NOT_A_CODE "not_a_code" Apart(400, 422);
        words: "otp must be a code of 4 to 10 digits or letters. This did not count as an attempt."
        title: "A code has 4 to 10 digits or letters. This did not count as an attempt."
        meaning: "The input cannot be a code: it has fewer than 4 or more than 10 characters, or characters \
            that no code has. A code consists of digits, or of letters and digits without 0 O 1 I L. Spaces and \
            dashes are ignored. This did not count as an attempt."
        remedy: "Ask your user to type the code again.";
    CODE_MISMATCH "code_mismatch" Both(403);
        words: "OTP Mismatched!"
        title: "The code is wrong."
        meaning: "The code is wrong, or the fields bound to it at the mint were not repeated exactly. An \
            attempt was counted."
        remedy: "Ask your user to type it again; `attempts_remaining` is the number of attempts left. If there \
            are several mails, only the code of this challenge counts.";
    CHALLENGE_NOT_FOUND "challenge_not_found" Apart(400, 404);
        words: "Invalid shareableKey!"
        title: "There is no such challenge."
        meaning: "You have no such challenge: the key is mistyped or made up, belongs to another tenant, or its \
            challenge ended long ago. Without proof of being the tenant, this also covers a challenge that has \
            expired, was used or was canceled. A verification by recipient and purpose finds only pending \
            challenges."
        remedy: "Mint a new code.";
    MESSAGE_NOT_FOUND "message_not_found" V1(404);
        words: "There is no such relayed message."
        meaning: "You have relayed no message with this id: it is mistyped, belongs to another tenant, or its \
            message was sent long ago. The shareable key of a challenge is no such id."
        remedy: "Use the `id` that `POST /v1/messages` has returned.";
    CHALLENGE_VERIFIED "challenge_verified" Apart(400, 410);
        words: "Invalid shareableKey!"
        title: "The challenge was verified before. A code works once."
        meaning: "The challenge was already answered with the right code. A code works once."
        remedy: "If that was you (a double click, a repeated request), you are done. Otherwise mint a new code.";
    CHALLENGE_EXPIRED "challenge_expired" Apart(400, 410);
        words: "Invalid shareableKey!"
        title: "The challenge has expired."
        meaning: "The time of the challenge has run out."
        remedy: "Mint a new code.";
    CHALLENGE_EXHAUSTED "challenge_exhausted" Apart(400, 410);
        words: "Maximum Attempts Reached!"
        title: "The attempts of the challenge are spent."
        meaning: "The attempts of the challenge are used up; even the right code is now refused."
        remedy: "Mint a new code. It shares the recipient's budget of wrong codes.";
    CHALLENGE_CANCELED "challenge_canceled" Apart(400, 410);
        words: "Invalid shareableKey!"
        title: "The challenge was called off."
        meaning: "The challenge was canceled: by the tenant, or in the compat API because its message was not \
            accepted."
        remedy: "Mint a new code.";
    SENDS_SPENT "sends_spent" V1(409);
        words: "This code was sent as often as it may be. Mint a new one."
        meaning: "The code of this challenge was sent as often as allowed."
        remedy: "Mint a new code.";
    SEND_UNDER_WAY "send_under_way" V1(409);
        words: "The last message is still on its way: its status is on the challenge."
        meaning: "The last message of this challenge is still being delivered, so no other is sent."
        remedy: "Check `delivery` of the challenge in a few seconds.";
    NOTHING_TO_RESEND "nothing_to_resend" V1(409);
        words: "The channel of this challenge is `none`: there is no message that could be sent again."
        meaning: "The challenge was minted with the channel `none`: your app received its code and delivers it \
            itself."
        remedy: "Deliver the code again. If it is lost, cancel the challenge and mint a new one.";
    NO_RECIPIENT "no_recipient" Both(409);
        words: "The visitor of the challenge's page has not told the address yet, so there is no code."
        meaning: "The challenge was minted without `to`, and the visitor of its page has not given the address \
            yet, or has just withdrawn it. So no code was sent, and none can be checked. Nothing was counted."
        remedy: "Wait for the visitor, who returns to your `return_url`. The challenge has `to` as soon as it \
            is given.";
    NO_PAGES "no_pages" V1(409);
        words: "This server has no hosted pages: its operator has not set server.public_url."
        meaning: "The mint, or the new factor, has a `return_url`, but this server has no hosted pages."
        remedy: "The operator sets `server.public_url` to the address under which browsers reach the server. \
            Without it, omit `return_url` and build the page yourself.";
    RESULT_NOT_FOUND "result_not_found" V1(404);
        words: "There is no such result: it was fetched before, or its time is over."
        meaning: "There is no such result of a hosted page: it was already fetched, is older than 60 seconds, or \
            15 minutes from the page of a factor, belongs to another tenant, or was made up."
        remedy: "Fetch a result once, as soon as your user returns with it. If it is lost, start over.";
}
