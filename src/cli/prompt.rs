//! Secrets from a file or a prompt, never from an argument, which every process can see.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::failure::Failure;

/// The maximum number of bytes of a secret in a file.
const MAX: u64 = 16_384;

/// The maximum number of bytes of a file with several lines.
const MAX_FILE: u64 = 65_536;

/// The note after a printed key.
pub(super) const SHOWN_ONCE: &str = "\nThe key is shown this once. Only its hash is kept.";

/// Reads a secret from `file` (`-` for standard input), or prompts for it at the terminal.
pub(super) fn secret(file: Option<&Path>, question: &str) -> Result<SecretString, Failure> {
    match file {
        Some(path) if path == Path::new("-") => first_line(io::stdin().lock()),
        Some(path) => {
            let opened = fs::File::open(path);
            first_line(opened.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?)
        }
        None if io::stdin().is_terminal() => Ok(SecretString::from(rpassword::prompt_password(question)?)),
        None => Err(Failure::usage(format!(
            "{} cannot be asked for without a terminal: give it in a file (see --help)",
            question.trim_end_matches([':', ' '])
        ))),
    }
}

/// Reads a whole file (`-` for standard input) that contains a secret.
pub(super) fn whole_file(path: &Path) -> Result<SecretString, Failure> {
    let mut text = Zeroizing::new(String::new());
    if path == Path::new("-") {
        io::stdin().lock().take(MAX_FILE).read_to_string(&mut text)?;
    } else {
        let opened = fs::File::open(path);
        let opened = opened.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        opened.take(MAX_FILE).read_to_string(&mut text)?;
    }
    Ok(SecretString::from(text.as_str()))
}

fn first_line(from: impl Read) -> Result<SecretString, Failure> {
    let mut text = Zeroizing::new(String::new());
    from.take(MAX).read_to_string(&mut text)?;
    Ok(SecretString::from(text.lines().next().unwrap_or_default()))
}
