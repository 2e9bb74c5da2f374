//! The cipher behind shareable keys.

use std::fmt;

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

use super::key::Key;

/// One version of the key, ready for use. Erased when dropped, never printed.
pub(super) struct Cipher(Aes256);

impl Cipher {
    /// Returns the cipher of this key.
    pub(super) fn new(key: &Key) -> Self {
        Self(Aes256::new(key.bytes().into()))
    }

    /// Encrypts one block.
    pub(super) fn encrypt(&self, block: u128) -> u128 {
        let mut block = block.to_be_bytes().into();
        self.0.encrypt_block(&mut block);
        u128::from_be_bytes(block.into())
    }

    /// Decrypts one block.
    pub(super) fn decrypt(&self, block: u128) -> u128 {
        let mut block = block.to_be_bytes().into();
        self.0.decrypt_block(&mut block);
        u128::from_be_bytes(block.into())
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(…)")
    }
}
