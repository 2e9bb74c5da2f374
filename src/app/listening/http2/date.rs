//! The date of answers (RFC 9110 §6.6.1).

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::HttpDate;
use http::HeaderValue;

use crate::domain::time::Clock;

/// Writes the date of answers, and each second once.
pub(in crate::app::listening) struct DateHeader {
    clock: Arc<dyn Clock>,
    written: RefCell<(u64, HeaderValue)>,
}

impl DateHeader {
    /// Dates by this clock.
    pub(in crate::app::listening) fn by(clock: Arc<dyn Clock>) -> Self {
        Self { clock, written: RefCell::new((0, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))) }
    }

    /// The date now.
    pub(super) fn now(&self) -> HeaderValue {
        let second = u64::try_from(self.clock.wall().as_millis() / 1_000).unwrap_or_default();
        let mut written = self.written.borrow_mut();
        if written.0 != second {
            let date = HttpDate::from(UNIX_EPOCH + Duration::from_secs(second)).to_string();
            if let Ok(value) = HeaderValue::try_from(date) {
                *written = (second, value);
            }
        }
        written.1.clone()
    }
}
