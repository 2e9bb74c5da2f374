//! Service accounts: the assertion that they sign, as another library reads it.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use otpmint::domain::deliveries::delivery::TryOutcome::Accepted;
use otpmint::domain::tenants::oauth::OAuthGrant;
use otpmint::domain::tenants::service_key::ServiceKey;
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::SecretString;
use serde_json::Value;

use super::{BOTH, Lab};
use crate::delivery::support::NOON;

#[tokio::test]
async fn a_service_account_signs_for_the_mailbox() {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let pem = pair.serialize_pem();
    // As in a key file, whose line ends are written out.
    let escaped = ServiceKey::parse(&SecretString::from(pem.replace('\n', "\\n"))).unwrap();
    let grant = OAuthGrant::ServiceAccount {
        client_email: "mailer@project.example".to_owned(),
        private_key: escaped,
        key_id: Some("key-1".to_owned()),
    };
    let lab = Lab::with(grant, BOTH).await;
    assert_eq!(lab.send().await, Accepted);
    let asked = lab.issuer.asked()[0].clone();
    assert_eq!(asked["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(asked.len(), 2, "the scope is in the assertion: {asked:?}");
    let assertion = &asked["assertion"];
    let header = decode_header(assertion).unwrap();
    assert_eq!((header.alg, header.kid.as_deref()), (Algorithm::RS256, Some("key-1")));
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_audience(&[&lab.issuer.url]);
    let public = DecodingKey::from_rsa_der(pair.public_key_raw());
    let claims = decode::<Value>(assertion, &public, &validation).unwrap().claims;
    let now = NOON.as_millis() / 1_000;
    assert_eq!((&claims["iss"], &claims["sub"]), (&"mailer@project.example".into(), &"app".into()));
    assert_eq!(
        (&claims["scope"], &claims["iat"], &claims["exp"]),
        (&"mail".into(), &now.into(), &(now + 3_600).into())
    );
}
