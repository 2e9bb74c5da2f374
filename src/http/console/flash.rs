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
    TotpOn => "totp_on", "Signing in now needs a code from your authenticator app.";
    Disabled => "disabled", "The tenant is disabled. Its keys and codes no longer work.";
    Enabled => "enabled", "The tenant is enabled.";
    ToBeDeleted => "to_be_deleted", "The tenant is going to be deleted. Until then you can restore it.";
    Deleting => "deleting", "The tenant is being deleted.";
    Restored => "restored", "The tenant is restored, and still disabled. Enable it if it is to work again.";
    Changed => "changed", "Saved.";
    KeyRevoked => "key_revoked", "The secret key is revoked.";
    HookSaved => "hook", "The secret is saved. Requests that are signed with it are accepted.";
    HookDeleted => "hook_deleted", "The secret is deleted. Requests that are signed with it are refused.";
    FactorRemoved => "factor_removed", "The authenticator app is removed. Its codes no longer work.";
    AccountSaved => "account", "The mail account is saved. Test it now.";
    AccountMoved => "account_moved", "The mail account is moved up.";
    AccountDeleted => "account_deleted", "The mail account is deleted.";
    RouteSaved => "route", "The route is saved. Test it now.";
    RouteMoved => "route_moved", "The route is moved up.";
    RouteDeleted => "route_deleted", "The route is deleted.";
    TemplateSaved => "template", "The template is saved. The next message uses it.";
    TemplateDeleted => "template_deleted", "The template is deleted.";
    WebhookDeleted => "webhook_deleted", "The webhook is deleted.";
    EventQueued => "event", "The event is queued. Its result stands below in a moment.";
    BlockCleared => "block_cleared", "The block is cleared: messages pass again.";
    RoleChanged => "role", "The role is changed.";
    OperatorRemoved => "operator_removed", "The operator is removed. All sessions of the account have ended.";
    OperatorUnlocked => "operator_unlocked", "The account is unlocked.";
    SentAgain => "sent_again", "The code is on its way again.";
    Unlocked => "unlocked", "The recipient is unlocked.";
    NotLocked => "not_locked", "The recipient was not locked out.";
    TotpOff => "totp_off", "Signing in now needs the password alone.";
}

impl Flash {
    /// The flash in an address.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let query = form_urlencoded::parse(request.query_string().as_bytes());
        let word = query.filter(|(name, _)| name == "done").map(|(_, word)| word).next()?;
        Self::ALL.iter().copied().find(|flash| flash.word() == word)
    }
}
