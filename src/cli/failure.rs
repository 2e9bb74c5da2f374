//! Why a command failed.

use std::io::ErrorKind;

use crate::app::StartError;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::http::refusal_text;
use crate::service::{Denied, KeyRefusal, Refusal, RouteRefusal};

use super::port_holder;

/// Why a command failed: the message for its user, and the exit code.
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) code: u8,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    pub(super) fn no_tenant(handle: &str) -> Self {
        Self::usage(format!("there is no tenant {handle}: see `otpmint tenant list`"))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let message = match &error {
            StartError::Listen { address, source } if source.kind() == ErrorKind::AddrInUse => {
                port_holder::taken(address)
            }
            StartError::Listen { address, source } if source.kind() == ErrorKind::PermissionDenied => {
                format!(
                    "{error}: ports below 1024 need CAP_NET_BIND_SERVICE, which the unit in packaging/ has; or set another \
                 address than {address}"
                )
            }
            error => error.to_string(),
        };
        Self { code: error.exit_code(), message }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The message for the shell when a route is invalid.
impl From<InvalidRoute> for Failure {
    fn from(wrong: InvalidRoute) -> Self {
        let field = wrong.field.trim_start_matches('/');
        Self::usage(if field.is_empty() { wrong.to_string() } else { format!("{field}: {wrong}") })
    }
}

impl From<RouteRefusal> for Failure {
    fn from(refusal: RouteRefusal) -> Self {
        match refusal {
            RouteRefusal::Invalid(_, wrong) => wrong.into(),
            RouteRefusal::Refused(refusal) => refusal.into(),
        }
    }
}

/// The message for the shell when the accounts of operators refuse.
impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NoOperator => Self::usage("there is no operator of this name"),
            Denied::OtherRole => Self::usage("the operator of this name has another role: see --role"),
            Denied::Refused(refusal) => refusal.into(),
            Denied::Limited(hit) => Refusal::Limited(hit).into(),
            // The others concern whoever is at the console.
            denied => Self::new(format!("{denied:?}")),
        }
    }
}

/// The message for the shell when a use case refuses.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InvalidSmtp(reason) => Self::usage(reason.to_string()),
            Refusal::PortNotAllowed(port) => {
                Self::usage(format!("port {port} is not allowed: add it to outbound.allow_ports"))
            }
            Refusal::HostNotAllowed => {
                Self::usage("the mail server is private or local: add it to outbound.allow_hosts")
            }
            Refusal::UnusableSecretKey => Self::usage(
                "this secret key cannot be used: choose another one of at least 16 characters that is hard \
                 to guess, or leave it out to have one generated",
            ),
            Refusal::AlreadySandbox => Self::usage("a sandbox has no sandbox of its own: name its tenant"),
            Refusal::Key(KeyRefusal::TooMany) => Self::usage("the tenant has as many keys as it may have"),
            Refusal::UnknownKey => Self::usage("the tenant has no such key: see `otpmint tenant show`"),
            Refusal::UnknownRoute => {
                Self::usage("the tenant has no such route: see `otpmint tenant route list`")
            }
            Refusal::LiveOnly => Self::usage("a sandbox sends nothing, so it has no routes: name its tenant"),
            Refusal::TooManyRoutes | Refusal::Unreachable(_) => Self::usage(refusal_text(&refusal)),
            Refusal::Store(error) => Self { message: error.to_string(), code: 4 },
            other => Self::new(refusal_text(&other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_needs_a_power_is_told_with_its_name() {
        let source = std::io::Error::from(ErrorKind::PermissionDenied);
        let failure = Failure::from(StartError::Listen { address: "0.0.0.0:443".to_owned(), source });
        assert!(failure.message.starts_with("cannot listen on 0.0.0.0:443"), "{}", failure.message);
        assert!(failure.message.contains("CAP_NET_BIND_SERVICE"), "{}", failure.message);
    }
}
