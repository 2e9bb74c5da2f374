//! Lines of a login, which carry a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Returns a line with a command and an encoded secret.
pub(super) fn line(command: &str, secret: &str) -> Zeroizing<Vec<u8>> {
    // Reserve everything at once: growing would leave copies behind that nobody erases.
    let mut line = Zeroizing::new(String::with_capacity(command.len() + secret.len() * 4 / 3 + 8));
    line.push_str(command);
    STANDARD.encode_string(secret, &mut line);
    line.push_str("\r\n");
    Zeroizing::new(std::mem::take(&mut *line).into_bytes())
}
