//! The seal of a backup: a file of age (<https://age-encryption.org/v1>), which the program `age` opens too.

use std::io::{self, Read, Write};

use age::x25519;
use secrecy::{ExposeSecret, SecretString};

/// For whom a backup is sealed.
#[derive(Clone)]
pub enum SealedFor {
    /// Whoever has the identity of one of these.
    Recipients(Vec<BackupRecipient>),
    /// Whoever knows the passphrase. Stretching it takes a second, and up to 256 MiB of memory.
    Passphrase(SecretString),
}

/// With what a backup is opened.
pub enum BackupOpener {
    /// The identities in a file, each of which begins with `AGE-SECRET-KEY-1`.
    Identities(Vec<x25519::Identity>),
    /// The passphrase.
    Passphrase(SecretString),
}

/// The public half of an identity.
#[derive(Clone, Debug)]
pub struct BackupRecipient(x25519::Recipient);

/// Text that is no recipient.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no recipient of age: it begins with age1, and `otpmint backup --new-identity FILE` prints one"
)]
pub struct InvalidRecipient(String);

impl BackupRecipient {
    /// Parses a recipient such as `age1…`.
    pub fn parse(text: &str) -> Result<Self, InvalidRecipient> {
        match text.starts_with("AGE-SECRET-KEY") {
            // Nobody wants it repeated in a log.
            true => Err(InvalidRecipient("AGE-SECRET-KEY…".to_owned())),
            false => text.parse().map(Self).map_err(|_| InvalidRecipient(text.to_owned())),
        }
    }
}

/// Why the seal of a backup does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file does not begin as one of age.
    #[error("the file is not sealed with age, or its beginning is damaged")]
    Foreign,
    /// It was sealed for others.
    #[error("it does not open: it was sealed for another identity or with another passphrase, or is damaged")]
    Closed,
    /// What was given opens other files.
    #[error("it was sealed {0}")]
    Other(&'static str),
    /// The file with the identities has none.
    #[error("there is no identity in the file: a line that begins with AGE-SECRET-KEY-1")]
    NoIdentity,
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Seals what is written to the result. Without its `finish` the file is cut off, and does not open to its end.
pub fn seal<W: Write>(sealed_for: &SealedFor, to: W) -> io::Result<age::stream::StreamWriter<W>> {
    let encryptor = match sealed_for {
        SealedFor::Passphrase(passphrase) => age::Encryptor::with_user_passphrase(passphrase.clone()),
        SealedFor::Recipients(recipients) => {
            let recipients = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
            age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?
        }
    };
    encryptor.wrap_output(to)
}

/// Opens what [`seal`] has sealed. Reading to the end fails if anything was changed or cut off.
pub fn open<R: Read>(opener: &BackupOpener, from: R) -> Result<impl Read + use<R>, SealError> {
    let decryptor = age::Decryptor::new(from).map_err(|error| match error {
        age::DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => SealError::Io(error),
        _ => SealError::Foreign,
    })?;
    let opened = match (opener, decryptor.is_scrypt()) {
        (BackupOpener::Passphrase(_), false) => {
            return Err(SealError::Other("for an identity, and not with a passphrase: give --identity"));
        }
        (BackupOpener::Identities(_), true) => {
            return Err(SealError::Other("with a passphrase, and not for an identity: leave out --identity"));
        }
        (BackupOpener::Passphrase(passphrase), true) => {
            let identity = age::scrypt::Identity::new(passphrase.clone());
            decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
        }
        (BackupOpener::Identities(identities), false) => {
            decryptor.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity))
        }
    };
    opened.map_err(|error| match error {
        age::DecryptError::Io(error) => SealError::Io(error),
        _ => SealError::Closed,
    })
}

impl BackupOpener {
    /// The identities in the text of a file: one in a line, and comments behind `#`.
    pub fn identities(text: &SecretString) -> Result<Self, SealError> {
        let lines = text.expose_secret().lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let parsed = lines.map(|line| line.parse().map_err(|_| SealError::NoIdentity)).collect();
        match parsed {
            Ok(identities) if Vec::is_empty(&identities) => Err(SealError::NoIdentity),
            parsed => parsed.map(Self::Identities),
        }
    }
}

/// Draws an identity: what its file has, and the recipient, which is no secret.
pub fn new_identity() -> (SecretString, String) {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text = format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret());
    (SecretString::from(text), recipient)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(recipient: &str, content: &[u8]) -> Vec<u8> {
        let sealed_for = SealedFor::Recipients(vec![BackupRecipient::parse(recipient).unwrap()]);
        let mut file = Vec::new();
        let mut writer = seal(&sealed_for, &mut file).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap();
        file
    }

    fn read(opener: &BackupOpener, file: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut content = Vec::new();
        open(opener, file)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn only_its_identity_opens_a_file_and_only_as_it_was_written() {
        let (text, recipient) = new_identity();
        let (opener, content) = (BackupOpener::identities(&text).unwrap(), vec![7; 200_000]);
        let file = sealed(&recipient, &content);
        assert_eq!(read(&opener, &file).unwrap(), content);
        let other = BackupOpener::identities(&new_identity().0).unwrap();
        assert!(matches!(read(&other, &file), Err(SealError::Closed)));
        let passphrase = BackupOpener::Passphrase("a passphrase".into());
        assert!(matches!(read(&passphrase, &file), Err(SealError::Other(_))));
        for length in (0..file.len()).step_by(997).chain([file.len() - 1, 65_800]) {
            assert!(read(&opener, &file[..length]).is_err(), "cut off at {length}");
        }
        for at in (0..file.len()).step_by(1_009).chain([file.len() - 1]) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(read(&opener, &changed).is_err(), "changed at {at}");
        }
        assert!(read(&opener, &[&file[..], b"x"].concat()).is_err(), "something behind it");
    }

    #[test]
    fn what_is_no_recipient_or_identity_is_refused_and_a_secret_is_not_repeated() {
        let (text, recipient) = new_identity();
        let secret = text.expose_secret().lines().nth(1).unwrap();
        assert!(!BackupRecipient::parse(secret).unwrap_err().to_string().contains(&secret[16..]));
        assert!(BackupRecipient::parse(&recipient[..20]).is_err());
        for text in ["", "# nothing\n", &recipient] {
            assert!(matches!(BackupOpener::identities(&text.into()), Err(SealError::NoIdentity)), "{text}");
        }
    }
}
