//! Whether an error is about one operation or about the store.

use rusqlite::ErrorCode;

/// Why a group of operations was not carried out.
pub(super) enum Trouble {
    /// One operation cannot be carried out; the store is fine.
    Operation(rusqlite::Error),
    /// Nothing can be recorded.
    Store(rusqlite::Error),
}

impl Trouble {
    /// A full disk shows when pages are written out, which may be in the middle of a transaction.
    pub(super) fn of(error: rusqlite::Error) -> Self {
        use ErrorCode::*;
        match error.sqlite_error_code() {
            Some(
                DiskFull
                | SystemIoFailure
                | ReadOnly
                | CannotOpen
                | DatabaseCorrupt
                | NotADatabase
                | PermissionDenied
                | OutOfMemory
                | DatabaseBusy
                | DatabaseLocked
                | FileLockingProtocolFailed,
            ) => Self::Store(error),
            _ => Self::Operation(error),
        }
    }
}
