//! What the faces share: identification of callers, bodies, limits, problems, and the parts of the API description.

pub(crate) mod answer;
pub(crate) mod assets;
pub(crate) mod basic;
pub(crate) mod bearer;
pub(crate) mod bodies;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod client_key;
pub(crate) mod deprecation;
pub(crate) mod description;
pub(crate) mod document_limit;
pub(crate) mod export;
pub(crate) mod failed_keys;
pub(crate) mod fallback;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod middleware;
pub(crate) mod observe;
pub(crate) mod one_spelling;
pub(crate) mod origin;
pub(crate) mod problems;
pub(crate) mod qr_code;
pub(crate) mod representation;
