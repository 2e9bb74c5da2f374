//! Keyed hashes and indexes, by which values are found again without being stored.

use std::net::IpAddr;

use crate::crypto::key::Key;
use crate::domain::address::Address;
use crate::domain::challenges::alias::Alias;
use crate::domain::challenges::code::Code;
use crate::domain::factors::factor::FactorHandle;
use crate::domain::factors::identity::Identity;
use crate::domain::id::TenantId;
use crate::domain::limits::limit::Limit;
use crate::domain::limits::named::LimitName;
use crate::domain::limits::rule::Subject;
use crate::domain::mailbox::{OverallIndex, Spelling};
use crate::domain::secret::{
    IdentityIndex, OperatorTokenHash, RecipientIndex, RecoveryHash, RequestDigest, ResultHash, SecretKeyHash,
    TrailKey, tagged,
};

use super::Keyring;
use super::ring::Version;

impl Keyring {
    /// Returns the hashes under which a secret key may be stored. The first is the one for new keys.
    pub fn secret_key_hashes(&self, secret_key: &str) -> Vec<SecretKeyHash> {
        let ring = self.present.ring();
        ring.secret_key.present_first().map(|version| hash_secret_key(version, secret_key)).collect()
    }

    /// Returns the hash under which a new secret key is stored.
    pub fn secret_key_hash(&self, secret_key: &str) -> SecretKeyHash {
        hash_secret_key(self.present.ring().secret_key.in_use(), secret_key)
    }

    /// Returns the hashes under which the operator token may be stored. The first is the one for a
    /// new token.
    pub fn operator_token_hashes(&self, token: &str) -> Vec<OperatorTokenHash> {
        let ring = self.present.ring();
        ring.secret_key.present_first().map(|version| hash_operator_token(version, token)).collect()
    }

    /// Returns the index of `recipient` within `tenant`.
    pub fn recipient_index(&self, tenant: TenantId, recipient: &Address) -> RecipientIndex {
        index_recipient(self.present.ring().recipient.in_use(), tenant, recipient)
    }

    /// Returns the indexes of `recipient` within `tenant` under all versions but the one in use.
    pub fn other_recipient_indexes(&self, tenant: TenantId, recipient: &Address) -> Vec<RecipientIndex> {
        let ring = self.present.ring();
        ring.recipient.others().map(|version| index_recipient(version, tenant, recipient)).collect()
    }

    /// Returns all indexes of `recipient` within `tenant`. The first is the one for new rows.
    pub fn recipient_indexes(&self, tenant: TenantId, recipient: &Address) -> Vec<RecipientIndex> {
        let ring = self.present.ring();
        ring.recipient.present_first().map(|version| index_recipient(version, tenant, recipient)).collect()
    }

    /// Returns how the address of `recipient` is spelled.
    pub fn spelling(&self, tenant: TenantId, recipient: &Address) -> Spelling {
        let canonical = recipient.canonical();
        if canonical == recipient.mailbox() {
            return Spelling::default();
        }
        let ring = self.present.ring();
        let indexes = ring.recipient.present_first();
        Spelling::of(indexes.map(|version| index_spelling(version, tenant, &canonical)).collect())
    }

    /// Returns the index of `recipient` over all tenants.
    pub fn overall_index(&self, recipient: &Address) -> OverallIndex {
        let ring = self.present.ring();
        OverallIndex {
            present: index_overall(ring.recipient.in_use(), recipient),
            others: ring.recipient.others().map(|version| index_overall(version, recipient)).collect(),
        }
    }

    /// Returns all indexes of a subject that one of the tenant's own limits counts. The first is the one for new
    /// rows, which are among those of recipients.
    pub fn subject_indexes(&self, tenant: TenantId, name: &LimitName, subject: &str) -> Vec<RecipientIndex> {
        let ring = self.present.ring();
        ring.recipient.present_first().map(|version| index_subject(version, tenant, name, subject)).collect()
    }

    /// Returns all indexes of a tenant's alias. The first is the one for new rows, which are among those of
    /// recipients.
    pub fn alias_indexes(&self, tenant: TenantId, alias: &Alias) -> Vec<RecipientIndex> {
        let ring = self.present.ring();
        ring.recipient.present_first().map(|version| index_alias(version, tenant, alias)).collect()
    }

    /// Returns all indexes of `identity` within `tenant`. The first is the one for new rows.
    pub fn identity_indexes(&self, tenant: TenantId, identity: &Identity) -> Vec<IdentityIndex> {
        let ring = self.present.ring();
        ring.recipient.present_first().map(|version| index_identity(version, tenant, identity)).collect()
    }

    /// Returns the hashes of a factor's recovery code under all versions of the key. The first is the one
    /// for new rows.
    pub fn recovery_hashes(&self, tenant: TenantId, factor: &FactorHandle, code: &Code) -> Vec<RecoveryHash> {
        let ring = self.present.ring();
        // Like secret keys, they are kept until they are used or replaced.
        ring.secret_key
            .present_first()
            .map(|version| hash_recovery(version, (tenant, factor), code))
            .collect()
    }

    /// Returns the keys under which the messages for the end users of a network are counted. The first
    /// is the one for new rows.
    pub fn network_trails(&self, tenant: TenantId, network: IpAddr) -> Vec<TrailKey> {
        self.trails(tenant, [b"network", network.to_string().as_bytes()])
    }

    /// Returns the keys under which the messages to numbers with these first digits are counted. The
    /// first is the one for new rows.
    pub fn prefix_trails(&self, tenant: TenantId, prefix: &str) -> Vec<TrailKey> {
        self.trails(tenant, [b"prefix", prefix.as_bytes()])
    }

    /// Returns the name under which the events of a subject are counted outside of the store: the same
    /// on all nodes, and meaningless without the key.
    pub fn count_name(&self, limit: Limit, subject: &Subject) -> [u8; 16] {
        let ring = self.present.ring();
        let version = ring.recipient.in_use();
        let (tenant, kind, subject): (TenantId, &[u8], String) = match subject {
            Subject::Tenant(tenant) => (*tenant, b"tenant", String::new()),
            Subject::Client(ip) => (TenantId(0), b"client", ip.map(|ip| ip.to_string()).unwrap_or_default()),
            Subject::EndUser(tenant, ip) => (*tenant, b"end user", ip.to_string()),
            Subject::Network(tenant, network) => {
                let kind: &[u8] = if tenant.is_some() { b"end users of" } else { b"clients of" };
                (tenant.unwrap_or(TenantId(0)), kind, network.to_string())
            }
        };
        let limit = limit.as_str().as_bytes();
        let tenant = tenant.0.to_be_bytes();
        tagged(version.number, version.key.mac(&[b"count/1", limit, kind, &tenant, subject.as_bytes()]))
    }

    fn trails(&self, tenant: TenantId, parts: [&[u8]; 2]) -> Vec<TrailKey> {
        let ring = self.present.ring();
        ring.recipient.present_first().map(|version| key_trail(version, tenant, parts)).collect()
    }

    /// Returns the digests of a tenant's request, or of its name, under all versions of the key.
    /// The first is the one for new rows.
    pub fn request_digests(&self, tenant: TenantId, parts: [&[u8]; 3]) -> Vec<RequestDigest> {
        let ring = self.present.ring();
        ring.request.present_first().map(|version| digest_request(version, tenant, parts)).collect()
    }

    /// Returns the hashes of a tenant's result code under all versions of the key. The first is the
    /// one for new rows.
    pub fn result_hashes(&self, tenant: TenantId, code: &str) -> Vec<ResultHash> {
        let ring = self.present.ring();
        ring.request.present_first().map(|version| hash_result(version, tenant, code)).collect()
    }
}

fn hash_secret_key(version: &Version<Key>, secret_key: &str) -> SecretKeyHash {
    SecretKeyHash(tagged(version.number, version.key.mac(&[b"secret key/1", secret_key.as_bytes()])))
}

/// Distinct from the hash of a secret key with the same characters.
fn hash_operator_token(version: &Version<Key>, token: &str) -> OperatorTokenHash {
    OperatorTokenHash(tagged(version.number, version.key.mac(&[b"operator token/1", token.as_bytes()])))
}

fn index_recipient(version: &Version<Key>, tenant: TenantId, recipient: &Address) -> RecipientIndex {
    let mac = version.key.mac(&[
        b"recipient/1",
        &tenant.0.to_be_bytes(),
        recipient.kind().as_bytes(),
        recipient.mailbox().as_bytes(),
    ]);
    RecipientIndex(tagged(version.number, mac))
}

/// Distinct from the index of a recipient within any tenant.
fn index_overall(version: &Version<Key>, recipient: &Address) -> RecipientIndex {
    let (kind, mailbox) = (recipient.kind().as_bytes(), recipient.mailbox());
    RecipientIndex(tagged(version.number, version.key.mac(&[b"overall/1", kind, mailbox.as_bytes()])))
}

/// Distinct from the index of a recipient with the same characters.
fn index_spelling(version: &Version<Key>, tenant: TenantId, canonical: &str) -> RecipientIndex {
    let mac = version.key.mac(&[b"spelling/1", &tenant.0.to_be_bytes(), canonical.as_bytes()]);
    RecipientIndex(tagged(version.number, mac))
}

/// Distinct from the index of a recipient that is spelled alike.
fn index_subject(
    version: &Version<Key>,
    tenant: TenantId,
    name: &LimitName,
    subject: &str,
) -> RecipientIndex {
    let mac = version.key.mac(&[
        b"subject/1",
        &tenant.0.to_be_bytes(),
        name.as_str().as_bytes(),
        subject.as_bytes(),
    ]);
    RecipientIndex(tagged(version.number, mac))
}

/// Distinct from the indexes of recipients and subjects with the same characters.
fn index_alias(version: &Version<Key>, tenant: TenantId, alias: &Alias) -> RecipientIndex {
    let mac = version.key.mac(&[b"alias/1", &tenant.0.to_be_bytes(), alias.as_str().as_bytes()]);
    RecipientIndex(tagged(version.number, mac))
}

/// Distinct from the index of a recipient with the same characters.
fn index_identity(version: &Version<Key>, tenant: TenantId, identity: &Identity) -> IdentityIndex {
    let mac = version.key.mac(&[b"identity/1", &tenant.0.to_be_bytes(), identity.as_str().as_bytes()]);
    IdentityIndex(tagged(version.number, mac))
}

fn hash_recovery(
    version: &Version<Key>,
    (tenant, factor): (TenantId, &FactorHandle),
    code: &Code,
) -> RecoveryHash {
    let (tenant, factor) = (tenant.0.to_be_bytes(), factor.as_str().as_bytes());
    let mac = version.key.mac(&[b"recovery code/1", &tenant, factor, code.expose().as_bytes()]);
    RecoveryHash(tagged(version.number, mac))
}

fn key_trail(version: &Version<Key>, tenant: TenantId, [kind, content]: [&[u8]; 2]) -> TrailKey {
    let mac = version.key.mac(&[b"trail/1", &tenant.0.to_be_bytes(), kind, content]);
    TrailKey(tagged(version.number, mac))
}

fn hash_result(version: &Version<Key>, tenant: TenantId, code: &str) -> ResultHash {
    let mac = version.key.mac(&[b"result/1", &tenant.0.to_be_bytes(), code.as_bytes()]);
    ResultHash(tagged(version.number, mac))
}

fn digest_request(
    version: &Version<Key>,
    tenant: TenantId,
    [kind, place, content]: [&[u8]; 3],
) -> RequestDigest {
    let tenant = tenant.0.to_be_bytes();
    RequestDigest(tagged(version.number, version.key.mac(&[b"request/1", &tenant, kind, place, content])))
}
