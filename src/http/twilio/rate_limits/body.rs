//! The forms of rate limits and buckets.

use crate::domain::limits::named::LimitName;
use crate::domain::limits::rate::{MAX_WINDOW, Rate};
use crate::domain::tenants::service::MAX_LIMIT_DESCRIPTION;
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::Form;

/// A form that adds a rate limit.
pub(super) fn new_limit(mut form: Form) -> Result<(LimitName, Option<String>), TwilioError> {
    let name = form.required("UniqueName")?;
    let name =
        LimitName::try_from(name.to_string()).map_err(|error| TwilioError::parameter("UniqueName", error))?;
    let description = description(&mut form)?.filter(|text| !text.is_empty());
    form.end()?;
    Ok((name, description))
}

/// A form that changes a rate limit; an empty description removes it.
pub(super) fn changed_limit(mut form: Form) -> Result<Option<String>, TwilioError> {
    let description = description(&mut form)?;
    form.end()?;
    Ok(description)
}

fn description(form: &mut Form) -> Result<Option<String>, TwilioError> {
    let wanted = format!("at most {MAX_LIMIT_DESCRIPTION} characters on one line");
    form.parsed("Description", &wanted, |text| {
        let fits = text.chars().count() <= MAX_LIMIT_DESCRIPTION && !text.chars().any(char::is_control);
        fits.then(|| text.to_owned())
    })
}

/// What a form says of a bucket.
pub(super) struct BucketForm {
    max: Option<u32>,
    interval: Option<u32>,
}

impl BucketForm {
    /// Reads a form.
    pub(super) fn read(mut form: Form) -> Result<Self, TwilioError> {
        let within = |most: u32| {
            move |text: &str| text.parse::<u32>().ok().filter(|number| (1..=most).contains(number))
        };
        let max = form.parsed("Max", &format!("a number from 1 to {MAX_WINDOW}"), within(MAX_WINDOW))?;
        let interval = form.parsed("Interval", "seconds, from 1 to 86400", within(86_400))?;
        form.end()?;
        Ok(Self { max, interval })
    }

    /// Returns the window of a new bucket.
    pub(super) fn new_rate(&self) -> Result<Rate, TwilioError> {
        let required = |name: &str| TwilioError::parameter(name, "it is required");
        let max = self.max.ok_or_else(|| required("Max"))?;
        rate(max, self.interval.ok_or_else(|| required("Interval"))?)
    }

    /// Returns the window of a bucket that has `former`.
    pub(super) fn changed_rate(&self, former: Rate) -> Result<Rate, TwilioError> {
        let seconds = u32::try_from(former.per.as_secs()).unwrap_or(u32::MAX);
        rate(self.max.unwrap_or(former.max), self.interval.unwrap_or(seconds))
    }
}

fn rate(max: u32, seconds: u32) -> Result<Rate, TwilioError> {
    format!("{max}/{seconds}s").parse().map_err(|error| TwilioError::parameter("Interval", error))
}
