//! Readiness of the generator that signatures and TLS sessions draw from.

/// Makes AWS-LC seed its generator, which takes some 25 ms. Otherwise the first signature or TLS session
/// seeds it, and waits.
pub fn seed_generator() {
    // If there is no randomness, the next caller that needs some gets the error.
    let _ = aws_lc_rs::rand::fill(&mut [0]);
}
