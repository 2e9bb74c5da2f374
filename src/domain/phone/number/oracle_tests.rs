//! Compares numbers of every region and kind with what another implementation reads
//! (`tests/oracles/numbers`).

use super::*;

const NUMBERS: &str = include_str!("../../../../tests/oracles/numbers/numbers.tsv");

/// The texts that are no numbers here: E.164 has at most 15 digits, and numbers with fewer than seven
/// are of services.
const MISSES: [&str; 4] = ["+4980012345678907", "+98 9601", "+989601", "09601"];

/// What a row says, and what is read here: the number, its country and its kind of line.
fn read(text: &str, region: &str) -> String {
    match PhoneNumber::parse(text, Country::parse(region)) {
        Ok(number) => format!("{}\t{}\t{:?}", number.as_str(), number.country(), number.line()),
        Err(_) => "-\t-\t-".to_owned(),
    }
}

fn line(kind: &str) -> &'static str {
    match kind {
        "-" => "-",
        "MOBILE" | "FIXED_LINE_OR_MOBILE" => "Mobile",
        "FIXED_LINE" => "Fixed",
        "VOIP" | "PERSONAL_NUMBER" => "Virtual",
        "TOLL_FREE" | "PREMIUM_RATE" | "SHARED_COST" | "PAGER" | "UAN" | "VOICEMAIL" => "Service",
        other => panic!("no such kind of number: {other}"),
    }
}

#[test]
fn numbers_of_every_region_and_kind_are_read_as_the_oracle_reads_them() {
    let mut misses = Vec::new();
    for row in NUMBERS.lines() {
        let columns: Vec<_> = row.split('\t').collect();
        let [text, region, e164, country, kind] = columns[..] else { panic!("{row:?}") };
        let told = format!("{e164}\t{country}\t{}", line(kind));
        let expected = if MISSES.contains(&text) { "-\t-\t-".to_owned() } else { told };
        let here = read(text, region);
        if here != expected {
            misses.push(format!("{text:?} in {region}: {expected:?}, here {here:?}"));
        }
    }
    assert!(NUMBERS.lines().count() > 6_000, "the table is whole");
    assert!(misses.is_empty(), "{} rows:\n{}", misses.len(), misses.join("\n"));
}
