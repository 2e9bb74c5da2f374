//! The keys, names and passwords of `dev`: public, and worth nothing elsewhere.

use std::net::{IpAddr, Ipv4Addr};

/// The address of whatever `dev` itself asks its server for.
pub(super) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The name of the built-in tenant, which is short enough to be the sender of a text message.
pub(super) const TENANT: &str = "Dev App";
/// The key of the built-in tenant. It is public, so it exists nowhere else.
pub(super) const SECRET_KEY: &str = "dev-only-7Q2xWm9K-not-a-secret";
/// The key of its sandbox, also public.
pub(super) const TEST_KEY: &str = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF";
/// The operator's token, as public as the keys.
pub(super) const OPERATOR_TOKEN: &str = "otpo_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo";
/// The name and password for the console.
pub(super) const OPERATOR: (&str, &str) = ("dev", "dev-only-4-violet-canoes");
/// The login of the mail catcher.
pub(super) const SMTP_MAIL: &str = "app@dev.example";
pub(super) const SMTP_PASSWORD: &str = "dev-only-password";
