//! Free TCP ports that no other test, test binary or test run on this machine gets at the same time.

use std::env;
use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range that the kernel uses for outgoing connections.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port that is reserved until this is dropped; nothing listens on it yet.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// Locked; the kernel unlocks it when the process ends in any way.
    _lease: File,
}

impl Port {
    /// Leases a free port.
    pub fn lease() -> Port {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let folder = env::temp_dir().join("otpmint-test-ports");
        let _ = fs::create_dir(&folder);
        // For the runs of other users; fails harmlessly if they own the folder.
        let _ = fs::set_permissions(&folder, Permissions::from_mode(0o1777));
        // Runs begin at different places, so that they rarely collide.
        let start = (process::id().wrapping_mul(61) % u32::from(COUNT)) as u16;
        for _ in 0..COUNT {
            let number = FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
            let Ok(lease) = File::create(folder.join(number.to_string())) else { continue };
            if lease.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Port { number, _lease: lease };
            }
        }
        panic!("no free port in {FIRST}..{}", FIRST + COUNT)
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}
