//! Codes, secrets and URIs against the vectors of the standards.

use super::*;
use crate::crypto::master::tests::CountingEntropy;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

/// The secret of RFC 6238, Appendix B, repeated to the size of the algorithm's output.
fn known(algorithm: TotpAlgorithm) -> TotpSecret {
    let size = match algorithm {
        TotpAlgorithm::Sha1 => 20,
        TotpAlgorithm::Sha256 => 32,
        TotpAlgorithm::Sha512 => 64,
    };
    TotpSecret(Zeroizing::new(b"1234567890".iter().copied().cycle().take(size).collect()))
}

fn sha1() -> TotpSecret {
    known(TotpAlgorithm::Sha1)
}

fn answer(code: &str) -> Answer {
    parse_answer(code).unwrap()
}

#[test]
fn codes_are_those_of_rfc_6238() {
    for (seconds, codes) in [
        (59, ["94287082", "46119246", "90693936"]),
        (1_111_111_109, ["07081804", "68084774", "25091201"]),
        (1_111_111_111, ["14050471", "67062674", "99943326"]),
        (1_234_567_890, ["89005924", "91819424", "93441116"]),
        (2_000_000_000, ["69279037", "90698825", "38618901"]),
        (20_000_000_000, ["65353130", "77737706", "47863826"]),
    ] {
        for (algorithm, code) in TotpAlgorithm::ALL.into_iter().zip(codes) {
            let shape = TotpShape::new(algorithm, 8, 30).unwrap();
            let steps = known(algorithm).steps(shape, &answer(code), at(seconds));
            assert_eq!(steps, [seconds / 30], "{algorithm:?} at {seconds}");
        }
    }
}

#[test]
fn codes_of_six_digits_are_those_of_rfc_4226() {
    let codes =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (counter, code) in (0..).zip(codes) {
        let steps = sha1().steps(TotpShape::STANDARD, &answer(code), at(counter * 30));
        assert_eq!(steps, [counter], "{code}");
        let shape = TotpShape::new(TotpAlgorithm::Sha1, 6, 60).unwrap();
        assert_eq!(sha1().steps(shape, &answer(code), at(counter * 60 + 59)), [counter], "{code}");
    }
}

#[test]
fn a_code_counts_for_its_neighbours_and_no_longer() {
    let step = |seconds| sha1().step("287 082", at(seconds));
    assert_eq!([step(29), step(30), step(89), step(90), step(-5)], [Some(1), Some(1), Some(1), None, None]);
    for bad in ["", "28708", "2870820", "a87082", "287082\n1"] {
        assert_eq!(sha1().step(bad, at(59)), None, "{bad:?}");
    }
}

#[test]
fn a_secret_is_written_and_read_alike() {
    for algorithm in TotpAlgorithm::ALL {
        let drawn = TotpSecret::draw(algorithm, &CountingEntropy::default());
        assert_eq!(drawn.as_bytes().len(), known(algorithm).as_bytes().len());
        assert_eq!(TotpSecret::parse(&drawn.text()), Some(drawn));
    }
    let written = "gezd gnbv-GY3T QOJQ GEZD GNBV GY3T QOJQ==";
    assert_eq!(TotpSecret::parse(written), Some(sha1()));
    // Too short, too long, and not base32.
    for bad in ["", "GEZDGNBV", "GEZDGNBVGY3TQO", &"GEZDGNBV".repeat(13), "GEZDGNBVGY3TQOJ1", "!!"] {
        assert_eq!(TotpSecret::parse(bad), None, "{bad}");
    }
    assert_eq!(format!("{:?}", sha1()), "TotpSecret(…)");
}

#[test]
fn a_uri_says_everything_and_a_name_cannot_say_more() {
    assert_eq!(
        sha1().uri(TotpShape::STANDARD, "OtpMint", "jane").as_str(),
        "otpauth://totp/OtpMint:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=OtpMint&algorithm=SHA1&digits=6\
         &period=30"
    );
    let odd = sha1().uri(TotpShape::new(TotpAlgorithm::Sha256, 8, 60).unwrap(), "", "a:b&secret=x é");
    let (label, rest) = odd.split_once('?').unwrap();
    assert_eq!(label, "otpauth://totp/a%3Ab%26secret%3Dx%20%C3%A9");
    assert!(rest.ends_with("&algorithm=SHA256&digits=8&period=60") && !rest.contains("issuer"), "{rest}");
}
