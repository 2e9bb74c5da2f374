//! Codes from the server's generator: each is equally likely.

use otpmint::app::SystemEntropy;
use otpmint::domain::challenges::code::{Alphabet, Code};

/// The chi-square statistic of counts that should be equal.
fn chi_square(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    counts.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum()
}

/// The statistic exceeds this once in some 10^9 runs: six standard deviations (Wilson-Hilferty).
fn bound(counts: &[u64]) -> f64 {
    let freedom = (counts.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + 6.0 * spread.sqrt()).powi(3)
}

#[track_caller]
fn assert_even(what: &str, counts: &[u64]) {
    let statistic = chi_square(counts);
    assert!(statistic < bound(counts), "{what}: {statistic} exceeds {}", bound(counts));
    // Too even is not random either.
    let freedom = (counts.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    let least = freedom * (1.0 - spread - 6.0 * spread.sqrt()).max(0.0).powi(3);
    assert!(statistic > least, "{what}: {statistic} is below {least}");
}

fn check(alphabet: Alphabet, length: usize, draws: usize) {
    const BUCKETS: u64 = 1_000;
    let chars = alphabet.chars();
    let mut places = vec![vec![0_u64; chars.len()]; length];
    let mut buckets = vec![0_u64; BUCKETS as usize];
    let space = (chars.len() as u64).pow(length as u32);
    let mut leading = 0;
    for _ in 0..draws {
        let code = Code::draw(&SystemEntropy, alphabet, length);
        let mut number = 0_u64;
        assert_eq!(code.expose().chars().count(), length);
        for (place, c) in code.expose().chars().enumerate() {
            let digit = chars.iter().position(|known| *known == c).expect("of the alphabet");
            places[place][digit] += 1;
            number = number * chars.len() as u64 + digit as u64;
        }
        buckets[(u128::from(number) * u128::from(BUCKETS) / u128::from(space)) as usize] += 1;
        leading += u64::from(code.expose().starts_with(chars[0]));
    }
    for (place, counts) in places.iter().enumerate() {
        assert_even(&format!("{alphabet:?}, place {place}"), counts);
    }
    assert_even(&format!("{alphabet:?}, the whole space"), &buckets);
    assert!(leading > 0, "leading zeros are kept");
}

#[test]
fn digits_are_drawn_evenly_in_every_place_and_over_the_whole_space() {
    check(Alphabet::Digits, 6, 200_000);
    check(Alphabet::Digits, 4, 50_000);
}

#[test]
fn letters_are_drawn_evenly_in_every_place_and_over_the_whole_space() {
    check(Alphabet::Unambiguous, 6, 200_000);
    check(Alphabet::Unambiguous, 10, 50_000);
}

#[test]
fn the_statistic_finds_a_remainder() {
    // What `byte % 10` does: 256 is no multiple of 10.
    let mut counts = [0_u64; 10];
    for byte in 0..=255_usize {
        counts[byte % 10] += 800;
    }
    assert!(chi_square(&counts) > bound(&counts));
}
