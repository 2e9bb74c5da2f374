//! Hooks: the ways in which identity servers have their codes delivered.

/// An identity server, or one kind of message of it, with a request shape of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Product {
    /// The send-SMS hook of Supabase.
    SupabaseSms,
    /// The send-e-mail hook of Supabase.
    SupabaseEmail,
    /// The HTTP channel of the courier of Ory Kratos.
    Kratos,
    /// The generic provider of the SMS stage of authentik.
    Authentik,
    /// The HTTP providers of Zitadel.
    Zitadel,
    /// The HTTP connectors of Logto.
    Logto,
    /// HTTP gateways with fields of the operator's choice, such as those of Keycloak and privacyIDEA.
    Gateway,
}

/// How a product signs its requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignatureScheme {
    /// Standard Webhooks: three headers, base64.
    StandardWebhooks,
    /// One header with the time and signatures in hexadecimal digits.
    Zitadel,
}

impl Product {
    /// Every product.
    pub const ALL: [Self; 7] = [
        Self::SupabaseSms,
        Self::SupabaseEmail,
        Self::Kratos,
        Self::Authentik,
        Self::Zitadel,
        Self::Logto,
        Self::Gateway,
    ];

    /// Returns the word in paths and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SupabaseSms => "supabase-sms",
            Self::SupabaseEmail => "supabase-email",
            Self::Kratos => "kratos",
            Self::Authentik => "authentik",
            Self::Zitadel => "zitadel",
            Self::Logto => "logto",
            Self::Gateway => "gateway",
        }
    }

    /// Returns the product that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.as_str() == word)
    }

    /// Returns how it signs; `None` if it shows a secret key instead.
    pub const fn signature(self) -> Option<SignatureScheme> {
        match self {
            Self::SupabaseSms | Self::SupabaseEmail => Some(SignatureScheme::StandardWebhooks),
            Self::Zitadel => Some(SignatureScheme::Zitadel),
            Self::Kratos | Self::Authentik | Self::Logto | Self::Gateway => None,
        }
    }
}

/// A signed request as it came. It has no `Debug`, because its body has a code.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`, or `zitadel-signature`.
    pub signature: &'a str,
    /// The body.
    pub body: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_is_found_by_its_word() {
        for product in Product::ALL {
            assert_eq!(Product::parse(product.as_str()), Some(product));
        }
        assert_eq!(Product::parse("Kratos"), None);
    }
}
