//! Randomness as an argument. Nothing below `app` uses a generator of its own.

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `out` with fresh random bytes.
    ///
    /// # Panics
    /// If the source fails: a server without randomness must not mint.
    fn fill(&self, out: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// Returns `N` fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// Returns `size` characters of `alphabet`, each drawn with equal probability.
    ///
    /// The generator discards bytes beyond the largest mask that covers the alphabet, so that no
    /// character is favoured, as it would be by a remainder.
    pub fn text(&self, alphabet: &[char], size: usize) -> String {
        let fresh = |count: usize| {
            let mut bytes = vec![0; count];
            self.fill(&mut bytes);
            bytes
        };
        nanoid::format(fresh, alphabet, size)
    }

    /// Returns a number in `0..=most`, for jitter. It is a plain remainder and therefore slightly
    /// biased, so it must not be used for secrets.
    pub fn jitter(&self, most: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % most.saturating_add(1).max(1)
    }
}
