//! TLS on the server's own listeners.

mod acceptor;
mod certificate;
mod clients;
mod files;
mod findings;
mod served;
mod watched;

pub(super) use acceptor::Acceptor;
pub(super) use certificate::Certificate;
#[cfg(test)]
pub(super) use certificate::tests::pem;
pub(super) use clients::Clients;
pub(super) use files::CertificateFiles;
pub use findings::Finding;
pub(super) use findings::findings;
pub(super) use served::Served;
pub(super) use watched::Watched;
