//! Gateways by description: the answer.

use serde_json::Value;

use super::answer::{self, Answer};
use super::judgement::{Judged, Judgement};
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::transports::gateway::{ErrorMeaning, Gateway, GatewayErrors, GatewaySuccess};

/// Judges an answer. An error that the description names counts before anything else, and what it
/// does not name is judged by the status.
pub(super) fn judge(gateway: &Gateway, answer: &Answer<'_>) -> Judged {
    if (300..=399).contains(&answer.status) {
        return Judgement::by_status(answer).into();
    }
    let body = answer.json();
    let text = String::from_utf8_lossy(answer.body);
    let found = gateway.errors.pointer.as_deref().and_then(|pointer| at(body.as_ref(), pointer));
    let code = found.as_deref().and_then(|found| found.parse().ok());
    let is_listed = |list: &[String]| match (&gateway.errors.pointer, &found) {
        (Some(_), found) => found.as_ref().is_some_and(|found| list.contains(found)),
        (None, _) => list.iter().any(|part| text.contains(part.as_str())),
    };
    if let Some(meaning) = listed(&gateway.errors, is_listed) {
        return judgement(meaning, answer).with(code);
    }
    if accepts(&gateway.success, answer, body.as_ref(), &text) {
        let id = gateway.id.as_deref().and_then(|pointer| answer::id(body.as_ref()?.pointer(pointer)));
        return Judgement::Accepted { id }.into();
    }
    let other = gateway.errors.other.filter(|_| found.is_some());
    other.map_or_else(|| Judgement::by_status(answer), |meaning| judgement(meaning, answer)).with(code)
}

fn listed(errors: &GatewayErrors, is_listed: impl Fn(&[String]) -> bool) -> Option<ErrorMeaning> {
    let lists = [
        (&errors.retry, ErrorMeaning::Retry),
        (&errors.next, ErrorMeaning::Next),
        (&errors.refuse, ErrorMeaning::Refuse),
    ];
    lists.into_iter().find(|(list, _)| is_listed(list)).map(|(_, meaning)| meaning)
}

fn judgement(meaning: ErrorMeaning, answer: &Answer<'_>) -> Judgement {
    match meaning {
        ErrorMeaning::Retry => Judgement::Retry { after: answer.pause() },
        ErrorMeaning::Next if answer.status == 401 => Judgement::LOGIN,
        ErrorMeaning::Next => Judgement::NextRoute(DeliveryError::SenderRefused),
        ErrorMeaning::Refuse => Judgement::RECIPIENT,
    }
}

fn accepts(success: &GatewaySuccess, answer: &Answer<'_>, body: Option<&Value>, text: &str) -> bool {
    let status = match success.status.as_slice() {
        [] => answer.is_success(),
        listed => listed.contains(&answer.status),
    };
    let value = success.pointer.as_deref().map(|pointer| at(body, pointer));
    let pointer = match value {
        None => true,
        Some(None) => false,
        Some(Some(value)) => success.equals.is_empty() || success.equals.contains(&value),
    };
    let contains = &success.contains;
    let is_said = contains.is_empty() || contains.iter().any(|part| text.contains(part.as_str()));
    // Without any of the two, nothing would be positive.
    status && pointer && is_said && (success.pointer.is_some() || !contains.is_empty())
}

/// Returns the value at a pointer as text, if it says anything.
fn at(body: Option<&Value>, pointer: &str) -> Option<String> {
    match body?.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("true".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
