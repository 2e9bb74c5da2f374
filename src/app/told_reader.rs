//! A reader that tells how far it has come.

use std::io::{self, Read};

use crate::store::copy::backup::TellProgress;

/// A reader that tells how far it has come.
pub(super) struct ToldReader<R> {
    inner: R,
    done: u64,
    all: u64,
    tell: TellProgress,
}

impl<R> ToldReader<R> {
    /// Reads from `inner`, of which `done` of `all` bytes are behind already.
    pub(super) fn new(inner: R, (done, all): (u64, u64), tell: TellProgress) -> Self {
        Self { inner, done, all, tell }
    }
}

impl<R: Read> Read for ToldReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.done += count as u64;
        (self.tell)(self.done, self.all);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn each_read_is_told_with_what_was_behind_before() {
        let told: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
        let kept = Arc::clone(&told);
        let tell: TellProgress = Arc::new(move |done, all| kept.lock().unwrap().push((done, all)));
        let mut reader = ToldReader::new(&b"12345"[..], (5, 10), tell);
        let mut buffer = [0; 3];
        while reader.read(&mut buffer).unwrap() > 0 {}
        assert_eq!(*told.lock().unwrap(), [(8, 10), (10, 10), (10, 10)]);
    }
}
