//! The token endpoints of mail providers, so that their customers need not look them up.

use crate::domain::tenants::oauth::GrantKind;

/// A mail provider whose token endpoint is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OAuthPreset {
    /// Microsoft 365, with the directory (tenant) of the customer: its id or one of its domains.
    Microsoft(String),
    /// Gmail and Google Workspace.
    Google,
}

impl OAuthPreset {
    /// Creates the preset for a Microsoft directory; `None` if the text is neither an id nor a domain.
    pub fn microsoft(directory: &str) -> Option<Self> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let is_valid = !directory.is_empty()
            && directory.len() <= 253
            && directory.chars().all(is_name)
            && directory.starts_with(|c: char| c.is_ascii_alphanumeric());
        is_valid.then(|| Self::Microsoft(directory.to_ascii_lowercase()))
    }

    /// Returns the token endpoint.
    pub fn token_url(&self) -> String {
        match self {
            Self::Microsoft(directory) => {
                format!("https://login.microsoftonline.com/{directory}/oauth2/v2.0/token")
            }
            Self::Google => "https://oauth2.googleapis.com/token".to_owned(),
        }
    }

    /// Returns the scope for sending mail over SMTP.
    pub const fn scope(&self, grant: GrantKind) -> &'static str {
        match (self, grant) {
            (Self::Microsoft(_), GrantKind::RefreshToken) => {
                "https://outlook.office.com/SMTP.Send offline_access"
            }
            (Self::Microsoft(_), GrantKind::ClientCredentials | GrantKind::ServiceAccount) => {
                "https://outlook.office365.com/.default"
            }
            // A refresh without a scope gets what was consented to (RFC 6749 §6).
            (Self::Google, GrantKind::RefreshToken) => "",
            (Self::Google, GrantKind::ClientCredentials | GrantKind::ServiceAccount) => {
                "https://mail.google.com/"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_stays_within_its_part_of_the_path() {
        for bad in ["", "a/b", "..", "a b", "a?b", "a%2fb", "-a", "ä"] {
            assert_eq!(OAuthPreset::microsoft(bad), None, "{bad}");
        }
        let preset = OAuthPreset::microsoft("Contoso.onmicrosoft.com").unwrap();
        assert_eq!(
            preset.token_url(),
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token"
        );
    }
}
