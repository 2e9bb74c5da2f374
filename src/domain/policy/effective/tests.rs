use super::*;
use crate::domain::challenges::code::Alphabet;

fn operator() -> Arc<Policy> {
    operator_with(6, 5)
}

fn operator_with(length: usize, attempts: u8) -> Arc<Policy> {
    let code = CodePolicy::new(Alphabet::Digits, length, Duration::from_secs(600), attempts).unwrap();
    let limits = RecipientLimits {
        sends: vec!["3/10m".parse().unwrap()],
        failures: "20/24h".parse().unwrap(),
        sends_overall: Vec::new(),
        own_failures: None,
        failures_in_a_row: 100,
        reserve: None,
    };
    Arc::new(Policy {
        code,
        phone_ttl: Duration::from_secs(300),
        channels: ChannelOrder::default(),
        sends: SendPolicy { max_sends: 3, cooldowns: vec![Duration::from_secs(30)] },
        limits: Some(Arc::new(limits)),
        named: NamedLimits::new(),
        template: None,
    })
}

fn settings(json: serde_json::Value) -> TenantSettings {
    serde_json::from_value(json).unwrap()
}

fn path(json: serde_json::Value) -> String {
    Policies::new(&operator(), &settings(json)).unwrap_err().path
}

#[test]
fn each_field_falls_back_from_purpose_to_tenant_to_operator() {
    let settings = settings(serde_json::json!({
        "policy": { "code": { "length": 8 }, "ttl": 300, "template": "login" },
        "purposes": { "transaction": { "code": { "alphabet": "unambiguous" }, "ttl": 120, "sends": 1 } },
    }));
    let policies = Policies::new(&operator(), &settings).unwrap();
    let transaction = policies.of(&Purpose::TRANSACTION);
    assert_eq!((transaction.code.length(), transaction.code.alphabet()), (8, Alphabet::Unambiguous));
    assert_eq!((transaction.code.ttl().as_secs(), transaction.code.max_attempts()), (120, 5));
    assert_eq!((transaction.sends.max_sends, transaction.sends.cooldowns[0].as_secs()), (1, 30));
    assert_eq!(transaction.template(&Purpose::TRANSACTION), &Purpose::LOGIN);
    let other = policies.of(&Purpose::parse("other").unwrap());
    assert_eq!((other.code.length(), other.code.alphabet(), other.sends.max_sends), (8, Alphabet::Digits, 3));
    assert_eq!(
        Policies::new(&operator(), &TenantSettings::default()).unwrap().of(&Purpose::LOGIN),
        &*operator()
    );
}

#[test]
fn a_tenants_limits_are_added_to_those_of_the_operator_and_never_replace_them() {
    let settings = settings(serde_json::json!({
        "policy": { "limits": { "sends_per_recipient": ["50/24h"], "failures_per_recipient": "50/1s" } },
        "purposes": { "login": { "limits": { "sends_per_recipient": ["1/1m"] } } },
    }));
    let policies = Policies::new(&operator(), &settings).unwrap();
    let told = |purpose: &Purpose| {
        let limits = policies.of(purpose).limits.clone().unwrap();
        let words = |rates: &[crate::domain::limits::rate::Rate]| {
            rates.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        (words(&limits.sends), words(&limits.failure_windows()))
    };
    assert_eq!(told(&Purpose::VERIFICATION), ("3/10m 50/24h".to_owned(), "20/24h 50/1s".to_owned()));
    assert_eq!(told(&Purpose::LOGIN), ("3/10m 1/1m".to_owned(), "20/24h 50/1s".to_owned()));
}

#[test]
fn what_cannot_be_is_named() {
    use serde_json::json;
    for (policy, named) in [
        (json!({ "code": { "length": 3 } }), "code.length"),
        (json!({ "ttl": 59 }), "ttl"),
        (json!({ "attempts": 0 }), "attempts"),
        (json!({ "sends": 11 }), "sends"),
        (json!({ "resend_after": [] }), "resend_after"),
        (json!({ "resend_after": [30, 901] }), "resend_after"),
        (json!({ "limits": { "sends_per_recipient": [] } }), "limits.sends_per_recipient"),
        (json!({ "limits": { "sends_per_recipient": ["51/1h"] } }), "limits.sends_per_recipient"),
        (json!({ "limits": { "failures_per_recipient": "51/1h" } }), "limits.failures_per_recipient"),
    ] {
        assert_eq!(path(json!({ "policy": policy })), format!("policy.{named}"), "{policy}");
        let purposes = json!({ "purposes": { "login": policy } });
        assert_eq!(path(purposes), format!("purposes.login.{named}"), "{policy}");
    }
}

#[test]
fn codes_that_are_too_easy_by_what_several_levels_say_are_refused_where_the_purpose_says_it() {
    use serde_json::json;
    let four = json!({ "code": { "length": 4 } });
    assert_eq!(
        path(json!({ "policy": { "attempts": 10 }, "purposes": { "login": four } })),
        "purposes.login.code.length"
    );
    assert_eq!(
        path(json!({ "policy": four, "purposes": { "login": { "attempts": 6 } } })),
        "purposes.login.attempts"
    );
    let digits = json!({ "code": { "alphabet": "digits" } });
    let policy = json!({ "code": { "length": 4, "alphabet": "unambiguous" }, "attempts": 10 });
    assert_eq!(
        path(json!({ "policy": policy, "purposes": { "login": digits } })),
        "purposes.login.code.alphabet"
    );
    let error = Policies::new(
        &operator(),
        &settings(json!({ "policy": { "code": { "length": 4 }, "attempts": 6 } })),
    );
    assert!(error.unwrap_err().problem.contains("once in 1666 challenges"));
}

#[test]
fn settings_that_the_operator_has_made_too_easy_since_give_way_to_the_operators_codes() {
    let settings = settings(serde_json::json!({ "policy": { "code": { "length": 4 }, "sends": 1 } }));
    assert_eq!(Policies::effective(&operator(), &settings).of(&Purpose::LOGIN).code.length(), 4);
    let policies = Policies::effective(&operator_with(6, 10), &settings);
    let login = policies.of(&Purpose::LOGIN);
    assert_eq!((login.code.length(), login.code.max_attempts(), login.sends.max_sends), (6, 10, 1));
}
