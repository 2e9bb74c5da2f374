//! Numbers to which texts are sent.

/// A German mobile number, another one for each `number` below a hundred million. Those that follow each other are of
/// different ranges, so that no rule against toll fraud is met that a crowd of real people would not meet.
pub(crate) fn mobile(number: usize) -> String {
    format!("+49151{:04}{:04}", number % 10_000, number / 10_000 % 10_000)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use otpmint::domain::address::Address;

    use super::mobile;

    #[test]
    fn every_number_is_one_and_another() {
        let numbers: HashSet<_> = (0..30_000).map(mobile).collect();
        assert_eq!(numbers.len(), 30_000);
        assert!(numbers.iter().all(|number| Address::parse(number).is_ok()));
    }
}
