//! Flashes: a sentence about the last action. Its word is in the address.

use actix_web::HttpRequest;

/// Defines the flashes, each with its word and its sentence.
macro_rules! flashes {
    ($($name:ident => $word:literal, $text:literal;)*) => {
        /// A sentence about the last action.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Flash {
            $(#[doc = $text] $name,)*
        }

        impl Flash {
            const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word in the address.
            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Its sentence.
            pub(crate) const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

flashes! {
    SignedOut => "signed_out", "You are signed out.";
    OthersSignedOut => "others_signed_out", "Your other sessions have ended.";
    PasswordChanged => "password", "The password is changed. Your other sessions have ended.";
    TotpOn => "totp_on", "From now on signing in takes a code of your authenticator app.";
    Disabled => "disabled", "The tenant is switched off: its keys and codes work no more.";
    Enabled => "enabled", "The tenant is switched on again.";
    ToBeDeleted => "to_be_deleted", "The tenant is going to be deleted. Until then you can restore it.";
    Deleting => "deleting", "The tenant is being deleted.";
    Restored => "restored", "The tenant stays. It is switched off: switch it on if it is to work again.";
    Changed => "changed", "It is as you wanted it.";
    KeyRevoked => "key_revoked", "The secret key works no more.";
    HookSaved => "hook", "The secret is saved. Requests that are signed with it are taken.";
    HookDeleted => "hook_deleted", "The secret is deleted. What is signed with it is refused.";
    FactorRemoved => "factor_removed", "The authenticator app is removed. Its codes work no more.";
    AccountSaved => "account", "The mail account is saved. Better try it now.";
    AccountMoved => "account_moved", "The mail account is tried earlier from now on.";
    AccountDeleted => "account_deleted", "The mail account is deleted.";
    RouteSaved => "route", "The route is saved. Better try it now.";
    RouteMoved => "route_moved", "The route is tried earlier from now on.";
    RouteDeleted => "route_deleted", "The route is deleted.";
    TemplateSaved => "template", "The template is saved. The next message uses it.";
    TemplateDeleted => "template_deleted", "The template is deleted.";
    BlockCleared => "block_cleared", "The block is cleared: messages pass again.";
    RoleChanged => "role", "The role is changed.";
    OperatorRemoved => "operator_removed", "The operator is removed, and the sessions have ended.";
    OperatorUnlocked => "operator_unlocked", "The account is unlocked.";
    SentAgain => "sent_again", "The code is on its way again.";
    Unlocked => "unlocked", "The lockout is cleared.";
    NotLocked => "not_locked", "There was nothing to clear.";
    TotpOff => "totp_off", "Signing in takes the password alone from now on.";
}

impl Flash {
    /// The flash in an address.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let query = form_urlencoded::parse(request.query_string().as_bytes());
        let word = query.filter(|(name, _)| name == "done").map(|(_, word)| word).next()?;
        Self::ALL.iter().copied().find(|flash| flash.word() == word)
    }
}
