//! The position at which sweeping continues.

use crate::domain::id::TenantId;

/// The last recipient that was scanned.
pub type ScanPosition = Option<(TenantId, [u8; 16])>;

/// The position at which the next round continues its search for idle recipients. Each process
/// starts from the beginning, so an unfinished pass is repeated. The cursor moves only when a round
/// was committed.
#[derive(Clone, Default)]
pub struct Cursor {
    pub(super) recipients: ScanPosition,
}
