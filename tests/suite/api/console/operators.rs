//! The page of the operators: who there is, and what owners do to the accounts.

use otpmint::domain::operator::{LinkPurpose, OperatorName, Role};

use super::account::{code, set_up_app};
use super::pages::secret;
use super::{
    Browser, NAME, PASSWORD, PUBLIC, SIGN_IN, account, audited, leads, link_for, operator, shows, start,
    start_with,
};
use crate::api::harness::TestApp;

const PAGE: &str = "/console/operators";
const ROLE: &str = "/console/operators/role";
const REMOVE: &str = "/console/operators/remove";
const UNLOCK: &str = "/console/operators/unlock";
const LINK: &str = "/console/operators/link";
const LAST: &str = "Without this operator there would be no owner.";

fn about<'a>(name: &'a str, role: &'a str) -> [(&'static str, &'a str); 3] {
    [("name", name), ("role", role), ("confirm", PASSWORD)]
}

fn roles(app: &TestApp) -> String {
    app.database().text(
        "SELECT group_concat(name || ' ' || role, ',') FROM (SELECT name, role FROM operators ORDER BY name) AS o",
    )
}

#[tokio::test]
async fn owners_see_who_there_is() {
    let app = start().await;
    let mut owner = Browser::set_up(&app).await;
    set_up_app(&app, &mut owner).await;
    app.clock.pass_seconds(3_600);
    operator(&app, "bob", Role::ReadOnly).await;
    let mut owner = operator(&app, "ann", Role::Owner).await;
    let page = owner.get(PAGE).await.body;
    let rows: Vec<_> =
        page.split("<th scope=\"row\">").skip(1).map(|row| row.split("</tr>").next().unwrap()).collect();
    for (row, parts) in rows.iter().zip([
        ["ann</bdi>", ">you<", "<td>owner</td>", "<td>no</td>", "2026-01-15 13:00:00"],
        ["bob</bdi>", "bob", "<td>read_only</td>", "<td>no</td>", "2026-01-15 13:00:00"],
        ["jane</bdi>", "jane", "<td>owner</td>", "<td>yes</td>", "2026-01-15 12:00:00"],
    ]) {
        assert!(parts.iter().all(|part| row.contains(part)), "{parts:?}: {row}");
    }
    app.clock.pass_seconds(60);
    leads(&Browser::at(&app).post(SIGN_IN, &[("name", "bob"), ("password", PASSWORD)]).await);
    assert!(owner.get(PAGE).await.body.contains("2026-01-15 13:01:00"));
}

#[tokio::test]
async fn the_first_account_is_an_owners_and_a_link_carries_its_role() {
    let app = start().await;
    let mut owner = Browser::set_up(&app).await;
    let made = owner.submit(LINK, &about("sue", "support")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let link = secret(&made.body).strip_prefix(PUBLIC).expect("our address").to_owned();
    let mut sue = Browser::at(&app);
    let form = sue.get(&link).await;
    shows(&form, 200, "support: looks, unlocks and sends again");
    shows(&form, 200, "value=\"sue\" required readonly");
    // It is for one name.
    shows(&sue.post(&link, &account("eve", PASSWORD)).await, 404, "This link was used");
    leads(&sue.post(&link, &account("sue", PASSWORD)).await);
    assert_eq!(roles(&app), "jane owner,sue support");
    shows(&sue.get(PAGE).await, 403, "Your role does not allow this.");
    let told = app.database().text(
        "SELECT group_concat(object) FROM audit WHERE event = 'setup_link_made' AND object IS NOT NULL",
    );
    assert_eq!(told, "operator:sue");
    // Without the password there is none.
    for confirm in ["", "wrong-password-1"] {
        let fields = [("name", "eve"), ("role", "owner"), ("confirm", confirm)];
        shows(&owner.submit(LINK, &fields).await, 403, "That was not right.");
    }
    for (name, role) in [("a b", "owner"), ("eve", "admin"), ("", "owner")] {
        assert_eq!(owner.submit(LINK, &about(name, role)).await.status, 422, "{name} {role}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM setup_links"), 0);
}

#[tokio::test]
async fn a_link_takes_over_no_account_of_another_role() {
    let app = start().await;
    let mut owner = Browser::set_up(&app).await;
    operator(&app, "sue", Role::Support).await;
    let other = "There is an account of this name with another role.";
    shows(&owner.submit(LINK, &about("jane", "support")).await, 422, other);
    shows(&owner.submit(LINK, &about("sue", "owner")).await, 422, other);
    for role in [Role::Support, Role::ReadOnly] {
        let link = link_for(&app, LinkPurpose::any(role)).await;
        shows(&Browser::at(&app).post(&link, &account(NAME, "quiet-otter-on-9-bicycles")).await, 422, other);
    }
    assert!(owner.is_signed_in().await);
    assert_eq!(leads(&Browser::at(&app).sign_in(PASSWORD).await), "/console");
    assert_eq!(roles(&app), "jane owner,sue support");
    // With the same role it is the way back.
    let purpose = LinkPurpose { role: Role::Support, name: OperatorName::parse("sue") };
    let link = link_for(&app, purpose).await;
    leads(&Browser::at(&app).post(&link, &account("sue", "quiet-otter-on-9-bicycles")).await);
}

#[tokio::test]
async fn a_role_takes_effect_at_once_in_a_running_session() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut owner = Browser::set_up(&app).await;
    let mut bob = operator(&app, "bob", Role::Owner).await;
    let rename = format!("/console/tenants/{}", tenant.handle);
    let fields = [("name", "Acme"), ("return_urls", ""), ("allowed_origins", "")];
    leads(&bob.submit(&rename, &fields).await);
    assert_eq!(leads(&owner.submit(ROLE, &about("bob", "read_only")).await), "/console/operators?done=role");
    shows(&bob.submit(&rename, &fields).await, 403, "Your role does not allow this.");
    assert!(bob.is_signed_in().await);
    leads(&owner.submit(ROLE, &about("bob", "owner")).await);
    leads(&bob.submit(&rename, &fields).await);
    let told = audited(&app).iter().filter(|line| *line == "operator_role jane").count();
    assert_eq!(told, 2);
    let whom = app.database().text("SELECT DISTINCT object FROM audit WHERE event = 'operator_role'");
    assert_eq!(whom, "operator:bob");
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_and_no_link_leads_back() {
    let app = start().await;
    let mut owner = Browser::set_up(&app).await;
    let mut bob = operator(&app, "bob", Role::Owner).await;
    let made = bob.submit(LINK, &about("back", "owner")).await;
    let link = secret(&made.body).strip_prefix(PUBLIC).unwrap().to_owned();
    shows(&owner.submit(REMOVE, &[("name", "bob"), ("confirm", "x")]).await, 403, "That was not right.");
    assert!(bob.is_signed_in().await);
    let removed = owner.submit(REMOVE, &[("name", "bob"), ("confirm", PASSWORD)]).await;
    assert_eq!(leads(&removed), "/console/operators?done=operator_removed");
    assert!(!bob.is_signed_in().await);
    assert_eq!(bob.post(SIGN_IN, &[("name", "bob"), ("password", PASSWORD)]).await.status, 403);
    shows(&bob.post(&link, &account("back", PASSWORD)).await, 404, "This link was used");
    assert_eq!(audited(&app).iter().filter(|line| *line == "operator_removed jane").count(), 1);
    shows(
        &owner.submit(REMOVE, &[("name", "bob"), ("confirm", PASSWORD)]).await,
        404,
        "There is no operator",
    );
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = start().await;
    let mut owner = Browser::set_up(&app).await;
    operator(&app, "sue", Role::Support).await;
    shows(&owner.submit(ROLE, &about(NAME, "support")).await, 409, LAST);
    shows(&owner.submit(REMOVE, &about(NAME, "")).await, 409, LAST);
    assert_eq!(roles(&app), "jane owner,sue support");
    leads(&owner.submit(ROLE, &about("sue", "owner")).await);
    leads(&owner.submit(ROLE, &about(NAME, "support")).await);
    assert_eq!(roles(&app), "jane support,sue owner");
}

#[tokio::test]
async fn of_owners_who_remove_each_other_at_the_same_time_one_stays() {
    for path in [REMOVE, ROLE] {
        let app = start().await;
        let jane = Browser::set_up(&app).await;
        let bob = operator(&app, "bob", Role::Owner).await;
        let tries = [(jane, "bob"), (bob, NAME)].map(|(mut browser, name)| async move {
            let token = browser.form_token().await;
            let fields = [("form", &*token), ("name", name), ("role", "read_only"), ("confirm", PASSWORD)];
            browser.post(path, &fields).await.status
        });
        let tries: Vec<_> = tries.into_iter().map(tokio::spawn).collect();
        let mut done = 0;
        for one in tries {
            done += usize::from(one.await.unwrap() == 303);
        }
        assert_eq!(done, 1, "{path}");
        assert_eq!(app.database().number("SELECT count(*) FROM operators WHERE role = 'owner'"), 1, "{path}");
    }
}

#[tokio::test]
async fn another_owner_unlocks_an_account() {
    let app = start_with(|settings| settings.console.wrong_codes_in_a_row = 2).await;
    let mut jane = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut jane).await;
    let mut bob = operator(&app, "bob", Role::Owner).await;
    app.clock.pass_seconds(30);
    let try_in = async |code: &str| {
        let fields = [("name", NAME), ("password", PASSWORD), ("code", code)];
        Browser::at(&app).post(SIGN_IN, &fields).await.status
    };
    let right = code(&app, &secret);
    let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 500_000) % 1_000_000);
    assert_eq!([try_in(&wrong).await, try_in(&wrong).await, try_in(&right).await], [403; 3]);
    shows(&bob.get(PAGE).await, 200, ">locked<");
    // Not by itself, whatever it still has, nor by support.
    app.database().change("UPDATE operators SET in_a_row = 2 WHERE name = 'bob'");
    shows(&bob.submit(UNLOCK, &[("name", "bob")]).await, 403, "Only another owner can do this.");
    assert_eq!(
        leads(&bob.submit(UNLOCK, &[("name", NAME)]).await),
        "/console/operators?done=operator_unlocked"
    );
    assert_eq!(try_in(&right).await, 303);
    assert!(audited(&app).contains(&"operator_unlocked bob".to_owned()));
    shows(&bob.submit(UNLOCK, &[("name", "nobody")]).await, 404, "There is no operator of this name.");
}
