//! Ids of messages. A centre may write the same id in one way when it accepts the message and in another one in
//! the receipt: with zeros in front, in hexadecimal or in decimal.

/// Returns an id in the form in which it is kept.
pub(super) fn plain(id: &str) -> String {
    let id = id.trim().to_ascii_lowercase();
    match id.trim_start_matches('0') {
        "" => id,
        rest => rest.to_owned(),
    }
}

/// Returns the other ways in which a plain id may have been written.
pub(super) fn otherwise(id: &str) -> Vec<String> {
    let as_hexadecimal = id.parse::<u128>().ok().map(|number| format!("{number:x}"));
    let as_decimal = u128::from_str_radix(id, 16).ok().map(|number| number.to_string());
    [as_hexadecimal, as_decimal].into_iter().flatten().filter(|other| other != id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_capitals_and_the_base_make_no_difference() {
        assert_eq!(plain(" 00AB12 "), "ab12");
        assert_eq!((plain("000"), plain("")), ("000".to_owned(), String::new()));
        assert!(otherwise("6699").contains(&plain("1A2B")));
        assert!(otherwise("1a2b").contains(&plain("0006699")));
        assert_eq!(otherwise("7"), [""; 0]);
        assert_eq!(otherwise("b5f0-11"), [""; 0]);
    }
}
