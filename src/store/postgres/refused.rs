//! Why no connection could be made, and what to change.

use std::error::Error as _;
use std::io;

use rustls::{CertificateError, Error as TlsError};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::open_failed::OpenFailed;

/// Returns the error for a connection that could not be made. The password is in none of its causes.
pub(super) fn refused(error: &Error) -> OpenFailed {
    OpenFailed::Connect(match error.as_db_error() {
        Some(told) => by_the_server(told),
        None => on_the_way(error),
    })
}

/// The server was reached, and refuses.
fn by_the_server(told: &DbError) -> String {
    let (code, message) = (told.code(), told.message());
    let advice = if *code == SqlState::INVALID_PASSWORD {
        "set store.password to the password of this user"
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        "check the user in store.url, and pg_hba.conf on the server"
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "create it, or correct store.url"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "run GRANT CONNECT ON DATABASE"
    } else if *code == SqlState::TOO_MANY_CONNECTIONS {
        "raise max_connections of the server, or lower store.lanes"
    } else if *code == SqlState::CANNOT_CONNECT_NOW {
        "try again when it has started"
    } else {
        return format!("the server says: {message}");
    };
    format!("the server says: {message}; {advice}")
}

fn on_the_way(error: &Error) -> String {
    let Some(cause) = error.source() else { return error.to_string() };
    let said = cause.to_string();
    let advice = match (cause.downcast_ref::<io::Error>(), tls_error(cause)) {
        (_, Some(TlsError::InvalidCertificate(problem))) => about(problem),
        (Some(cause), None) if cause.kind() == io::ErrorKind::PermissionDenied => {
            "it is a standby, or only reads: name the primary, or all servers, in store.url"
        }
        (Some(cause), None) if cause.kind() == io::ErrorKind::NotFound => "no server has its socket there",
        _ if said == "password missing" => "the server asks for one: set store.password",
        _ if said == "server does not support TLS" => {
            "switch it on there (ssl = on), or add sslmode=disable to store.url if nobody can listen on the way"
        }
        _ => return format!("{error}: {said}"),
    };
    format!("{error}: {said}; {advice}")
}

fn about(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::UnknownIssuer => {
            "set store.ca_file to the authority that the certificate comes from"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "store.url must have the host under a name that its certificate is for"
        }
        _ => "the server needs another certificate",
    }
}

fn tls_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a TlsError> {
    let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    inner.and_then(|inner| inner.downcast_ref()).or_else(|| cause.downcast_ref())
}
