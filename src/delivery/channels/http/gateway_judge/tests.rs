//! Answers of gateways: each preset by its documentation.

use super::super::samples::answer;
use super::*;
use crate::domain::tenants::transports::presets;

fn check(preset: &str, table: &[(u16, &str, Judgement)]) {
    let gateway = presets::find(preset).unwrap();
    for (status, body, judgement) in table {
        assert_eq!(judge(&gateway, &answer(*status, body)).judgement, *judgement, "{preset} {status} {body}");
    }
}

fn accepted(id: &str) -> Judgement {
    Judgement::Accepted { id: (!id.is_empty()).then(|| id.to_owned()) }
}

const RETRY: Judgement = Judgement::Retry { after: None };

#[test]
fn vonage_says_in_the_body_what_its_200_does_not() {
    let message =
        |status: &str| format!(r#"{{"message-count":"1","messages":[{{"to":"1","status":"{status}"}}]}}"#);
    check(
        "vonage",
        &[
            (200, r#"{"messages":[{"status":"0","message-id":"aaa"}]}"#, accepted("aaa")),
            (200, &message("1"), RETRY),
            (200, &message("4"), Judgement::SENDER),
            (200, &message("15"), Judgement::SENDER),
            (200, &message("7"), Judgement::RECIPIENT),
            (200, &message("99"), Judgement::SENDER),
            (200, r#"{"messages":[{"status":"0","status":"1"}]}"#, Judgement::Unknown),
            (200, r#"{"messages":[]}"#, Judgement::Unknown),
            (200, "<html>0</html>", Judgement::Unknown),
            (401, "{}", Judgement::LOGIN),
            (429, "", RETRY),
        ],
    );
}

#[test]
fn the_other_presets_are_judged_by_their_documented_answers() {
    let infobip = |group: &str, name: &str| {
        format!(r#"{{"messages":[{{"messageId":"i1","status":{{"groupName":"{group}","name":"{name}"}}}}]}}"#)
    };
    check(
        "infobip",
        &[
            (200, &infobip("PENDING", "PENDING_ACCEPTED"), accepted("i1")),
            (200, &infobip("REJECTED", "REJECTED_NOT_ENOUGH_CREDITS"), Judgement::SENDER),
            (200, &infobip("REJECTED", "REJECTED_DESTINATION"), Judgement::RECIPIENT),
            (401, r#"{"requestError":{}}"#, Judgement::LOGIN),
        ],
    );
    check(
        "messagebird",
        &[
            (201, r#"{"id":"mb1","recipients":{"totalSentCount":1}}"#, accepted("mb1")),
            (201, r#"{"id":"mb1","recipients":{"totalSentCount":0}}"#, Judgement::Unknown),
            (401, r#"{"errors":[{"code":2,"description":"x"}]}"#, Judgement::LOGIN),
            (422, r#"{"errors":[{"code":25}]}"#, Judgement::SENDER),
            (422, r#"{"errors":[{"code":10}]}"#, Judgement::RECIPIENT),
        ],
    );
    check(
        "plivo",
        &[
            (202, r#"{"message":"message(s) queued","message_uuid":["p1"],"api_id":"x"}"#, accepted("p1")),
            (202, r#"{"message":"message(s) queued","message_uuid":[]}"#, Judgement::Unknown),
            (400, r#"{"error":"insufficient"}"#, Judgement::MESSAGE),
        ],
    );
    check(
        "sinch",
        &[
            (201, r#"{"id":"01FC","to":["1"],"canceled":false}"#, accepted("01FC")),
            (400, r#"{"code":"syntax_invalid_parameter_format"}"#, Judgement::RECIPIENT),
            (401, "", Judgement::LOGIN),
        ],
    );
    check(
        "telnyx",
        &[
            (200, r#"{"data":{"id":"4031","to":[{"status":"queued"}]}}"#, accepted("4031")),
            (400, r#"{"errors":[{"code":"40310"}]}"#, Judgement::RECIPIENT),
            (422, r#"{"errors":[{"code":"40305"}]}"#, Judgement::SENDER),
            (200, r#"{"data":{}}"#, Judgement::Unknown),
        ],
    );
    check(
        "kannel",
        &[
            (202, "0: Accepted for delivery", accepted("")),
            (202, "3: Queued for later delivery", accepted("")),
            (202, "", Judgement::Unknown),
            (200, "0: Accepted for delivery", Judgement::Unknown),
            (403, "Authorization failed for sendsms", Judgement::LOGIN),
            (503, "Temporal failure, try again later.", RETRY),
        ],
    );
}

#[test]
fn errors_without_a_pointer_are_parts_of_the_text() {
    let gateway: Gateway = serde_json::from_str(
        r#"{"url":"https://a.example","fields":{"to":"/to","text":"/t"},"success":{"contains":["OK"]},
            "errors":{"retry":["busy"],"next":["no credit"],"refuse":["barred"]}}"#,
    )
    .unwrap();
    for (status, body, judgement) in [
        (200, "OK 17", accepted("")),
        (200, "ERR busy", RETRY),
        (500, "no credit", Judgement::SENDER),
        (200, "OK? barred", Judgement::RECIPIENT),
        (200, "what", Judgement::Unknown),
        (302, "OK", Judgement::NextRoute(DeliveryError::ProtocolViolated)),
    ] {
        assert_eq!(judge(&gateway, &answer(status, body)).judgement, judgement, "{status} {body}");
    }
}
