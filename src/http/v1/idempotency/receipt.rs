//! The receipt in an answer, which is kept for a shorter time than the rest.

/// Separates a challenge and its receipt in a kept answer.
const RECEIPT: &str = ",\"receipt\":\"";

/// Splits an answer into the part without the receipt and the receipt, which must not be kept as long.
pub(super) fn split(body: &str) -> (String, Option<&str>) {
    match body.strip_suffix("\"}").and_then(|rest| rest.rsplit_once(RECEIPT)) {
        Some((challenge, receipt)) => (format!("{challenge}}}"), Some(receipt)),
        None => (body.to_owned(), None),
    }
}

/// Joins what [`split`] has separated.
pub(super) fn join(answer: String, receipt: Option<&str>) -> String {
    match (answer.strip_suffix('}'), receipt) {
        (Some(challenge), Some(receipt)) => format!("{challenge}{RECEIPT}{receipt}\"}}"),
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_taken_off_and_put_back() {
        let whole = r#"{"key":"k","metadata":{"a":"b","receipt":"c"},"receipt":"x.y.z"}"#;
        let (answer, receipt) = split(whole);
        assert_eq!(
            (answer.as_str(), receipt),
            (r#"{"key":"k","metadata":{"a":"b","receipt":"c"}}"#, Some("x.y.z"))
        );
        assert_eq!(join(answer.clone(), receipt), whole);
        assert_eq!(split(&answer), (answer.clone(), None));
        assert_eq!(join(answer.clone(), None), answer);
    }
}
