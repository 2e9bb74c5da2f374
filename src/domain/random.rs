//! Randomness as an argument. Nothing below `app` reaches for a generator of its own.

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `out` with fresh random bytes.
    ///
    /// # Panics
    /// When the source has none: a server without randomness must not mint.
    fn fill(&self, out: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// `size` characters of `alphabet`, each equally likely.
    ///
    /// The generator discards bytes beyond the largest mask that covers the alphabet, so no
    /// character is favoured as it would be by a remainder.
    pub fn text(&self, alphabet: &[char], size: usize) -> String {
        let fresh = |count: usize| {
            let mut bytes = vec![0; count];
            self.fill(&mut bytes);
            bytes
        };
        nanoid::format(fresh, alphabet, size)
    }

    /// A number in `0..=most`, for jitter. Not for secrets: it is a plain remainder.
    pub fn jitter(&self, most: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % most.saturating_add(1).max(1)
    }
}
