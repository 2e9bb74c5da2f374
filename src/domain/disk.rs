//! The disk that the server writes to, as far as others ask about it.

use std::sync::atomic::{AtomicU64, Ordering};

const GIB: u64 = 1 << 30;

/// How much room there is. Shared by what measures it and what reports it.
#[derive(Debug, Default)]
pub struct DiskStanding {
    /// In bytes.
    free: AtomicU64,
    /// In bytes; 0 while nothing was measured.
    total: AtomicU64,
}

/// A disk with little room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FullDisk {
    /// The room that is left, in bytes.
    pub free: u64,
    /// Whether writing may fail soon.
    pub is_urgent: bool,
}

impl DiskStanding {
    /// Records what was measured, in bytes.
    pub fn measured(&self, free: u64, total: u64) {
        self.free.store(free, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Returns the room that is left where it is little: less than a tenth and 10 GiB; less than a fiftieth and 1 GiB
    /// is urgent. A large disk that is nearly full has room for long.
    pub fn little_room(&self) -> Option<FullDisk> {
        let (free, total) = (self.free.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let is_urgent = free < (total / 50).min(GIB);
        (free < (total / 10).min(10 * GIB)).then_some(FullDisk { free, is_urgent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_told_by_share_and_by_size() {
        let disk = DiskStanding::default();
        assert_eq!(disk.little_room(), None, "not measured yet");
        for (free, total, expected) in [
            (11 * GIB, 2_000 * GIB, None),
            (9 * GIB, 2_000 * GIB, Some(false)),
            (GIB - 1, 2_000 * GIB, Some(true)),
            (3 * GIB, 20 * GIB, None),
            (GIB, 20 * GIB, Some(false)),
            (GIB / 4, 20 * GIB, Some(true)),
            (0, GIB, Some(true)),
        ] {
            disk.measured(free, total);
            assert_eq!(disk.little_room().map(|full| full.is_urgent), expected, "{free} of {total}");
        }
    }
}
