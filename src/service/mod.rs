//! The use cases, by theme.
//!
//! Each theme is a struct of the parts that it needs; [`Services`] has them all. A use case decides
//! nothing that the store decides, and returns a value or a [`Refusal`].

mod acme;
mod admission;
mod callbacks;
mod challenges;
mod console;
mod content_tag;
mod exports;
mod factors;
mod hooks;
mod idempotency;
mod keys;
mod limits;
mod nodes;
mod operator;
mod parts;
mod phone;
mod refusal;
mod reports;
mod routes;
mod rules;
mod services;
mod shared;
mod spray;
mod sweep;
mod templates;
mod tenants;
mod verify;
mod webhooks;

pub use acme::{AcmeChallenges, AcmeRecords};
pub use admission::{Admission, Waiters};
pub use callbacks::address::CallbackAddresses;
pub use callbacks::offered::{OfferedAddress, OfferedReports};
pub use callbacks::receive::{CallbackOutcome, Callbacks};
pub use callbacks::recorded::StoreReports;
pub use challenges::{
    AfterAnswer, AliasRefusal, AliasRequest, Aliases, Brake, ChallengeReference, Challenges, FoundMail,
    Holder, Holders, HostedPage, HostedPages, KeptMail, Leaving, MailQuery, MintRequest, Minted,
    NamedChallenge, PageRequest, RELAYED_LIVES, ReachableOrigins, RelayRequest, Relayed, SandboxMails,
    StoreLedger, Verification, VerifyRequest, Wait, Waited, WayBack,
};
pub use console::{
    Browser, Console, ConsoleRules, Denied, DeviceToken, ListedOperator, OwnSession, SetupLink, SignInLimits,
    SignInStep, Signed, SignedIn, TotpOffer,
};
pub use content_tag::content_tag;
pub use exports::{Export, ExportFailed, ExportPart, ExportedTenant, Exports};
pub use factors::{
    CheckRequest, Checked, Confirmed, Enrolled, Enrolment, FactorPage, FactorPageState, Factors, FoundFactor,
    PageConfirmed, PageWish, SecretSource,
};
pub use hooks::{HookEvent, HookRelays, HookRequest, HookSecret, Hooks};
pub use idempotency::{Idempotency, Kept, Passing, Recalled, RequestConditions, Requester, RunningRequest};
pub use keys::{FormerReceipts, KeyState, KeyVersion, KeysRotated, RotationUrgency, SubKeys};
pub use limits::{Counting, Gauge, LimitHits, Limiter, Passed, RateStanding, TenantLimits, Together};
pub use nodes::{Heartbeat, NodeEnd, NodeRow, NodeStanding, Nodes, NodesOverview};
pub use operator::{
    Administration, LimitsChange, NewToken, Operator, OperatorChange, OperatorTokens, TenantOverview,
};
pub use parts::Parts;
pub use phone::PhoneBlocks;
pub use refusal::{
    DeletionRefusal, FactorRefusal, KeyRefusal, OperatorRefusal, Refusal, RelayRefusal, ServiceRefusal,
    Unreachable,
};
pub use reports::{
    AuditSeals, Finding, LOOK_EVERY, LastDays, MOST_TENANTS, RecipientReport, Reported, Reports, TrailReport,
    Trouble, Visibility,
};
pub use routes::{
    Candidate, RouteChange, RouteRefusal, Routes, StoreLoginLedger, TenantRoute, TenantRoutes, sender,
};
pub use rules::{DevInbox, RegistrationMode, Rules};
pub use services::Services;
pub use spray::orders::Ordered;
pub use templates::{PreviewRequest, Replaced, SavedTemplate, Templates};
pub use tenants::{
    AuthenticatedTenant, Authenticator, Caller, Erased, ErasureRequest, Erasures, KeyDraft, NewSecret,
    PolicyLayers, Registered, Registration, SecretKeys, TenantDraft, TenantProfile, Tenants, TestKey,
    TestKeyRequest, is_generated, key_sid, with_underscores,
};
pub use verify::{
    Attempt, AttemptQuery, CheckedAnswer, Conclusion, LimitBucket, RateLimit, SafeNumber, SafeNumbers,
    SeenVerification, ServiceDraft, VerificationAnswer, VerificationRequest, Verifications, VerifyService,
    VerifyServices,
};
pub use webhooks::{NewEndpoint, StoreWebhookLedger, Webhooks};
