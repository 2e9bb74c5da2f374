//! Rate limits and buckets in answers.

use serde_json::{Value, json};

use crate::domain::sid::Sid;
use crate::service::{LimitBucket, RateLimit, VerifyService};

/// What the objects of a service's rate limits have in common.
pub(super) struct View<'a> {
    pub(super) account: Sid,
    pub(super) service: &'a VerifyService,
    pub(super) base: String,
}

impl View<'_> {
    /// Returns the object of a rate limit. It has no times of its own.
    pub(super) fn limit(&self, limit: &RateLimit) -> Value {
        let url = self.url(limit);
        json!({
            "sid": limit.sid,
            "service_sid": self.service.sid,
            "account_sid": self.account,
            "unique_name": limit.name.as_str(),
            "description": limit.description,
            "date_created": self.service.settings.created_at,
            "date_updated": self.service.settings.updated_at,
            "url": url,
            "links": { "buckets": format!("{url}/Buckets") },
        })
    }

    /// Returns the object of a bucket.
    pub(super) fn bucket(&self, limit: &RateLimit, bucket: &LimitBucket) -> Value {
        json!({
            "sid": bucket.sid,
            "rate_limit_sid": limit.sid,
            "service_sid": self.service.sid,
            "account_sid": self.account,
            "max": bucket.rate.max,
            "interval": bucket.rate.per.as_secs(),
            "date_created": self.service.settings.created_at,
            "date_updated": self.service.settings.updated_at,
            "url": format!("{}/Buckets/{}", self.url(limit), bucket.sid),
        })
    }

    fn url(&self, limit: &RateLimit) -> String {
        format!("{}/Services/{}/RateLimits/{}", self.base, self.service.sid, limit.sid)
    }
}
