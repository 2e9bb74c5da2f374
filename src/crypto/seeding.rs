//! Readiness of the generator that signatures and TLS sessions draw from.

/// Has AWS-LC seed its generator, which takes it some 25 ms. The first signature or TLS session does
/// it otherwise, and waits.
pub fn seed_generator() {
    // Whoever needs randomness afterwards is told when there is none.
    let _ = aws_lc_rs::rand::fill(&mut [0]);
}
