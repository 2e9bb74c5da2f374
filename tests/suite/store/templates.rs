//! The tenants' own words.

use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::id::TenantId;
use otpmint::domain::locale::Locale;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::template::{
    Finding, MailSource, Medium, StoredTemplate, TemplateName, TemplateSource,
};
use otpmint::store::{SaveTemplate, Saved};

use crate::store::world::{World, at};

fn name(purpose: &str, tag: &str) -> TemplateName {
    let (purpose, locale) = (Purpose::parse(purpose).unwrap(), Locale::parse(tag).unwrap());
    TemplateName { purpose, locale, medium: Medium::Mail }
}

fn template(name: TemplateName, text: &str, millis: i64) -> StoredTemplate {
    let html = text.contains('<').then(|| text.to_owned());
    let mail = MailSource { subject: format!("about {text}"), text: text.to_owned(), html };
    let source = TemplateSource::Mail(mail);
    let warnings = vec![Finding { pointer: "/text".to_owned(), detail: "a \"warning\"".to_owned() }];
    StoredTemplate { name, source, warnings, updated_at: at(millis), revision: millis }
}

async fn save(world: &World, tenant: TenantId, template: &StoredTemplate, limit: usize) -> Saved {
    let save = SaveTemplate { tenant, template: template.clone(), limit, by: Actor::default() };
    world.store.save_template(save).await.unwrap()
}

async fn revision(world: &World, tenant: TenantId) -> i64 {
    world.store.tenant(tenant).await.unwrap().unwrap().revision
}

#[tokio::test]
async fn a_template_is_kept_as_it_is_until_another_has_its_place() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let first = template(name("login", "de"), "<b>", 1);
    assert_eq!(save(&world, tenant, &first, 9).await, Saved::Created);
    assert_eq!(world.store.template(tenant, name("login", "de")).await, Ok(Some(first)));
    let second = template(name("login", "de"), "text", 2);
    assert_eq!(save(&world, tenant, &second, 9).await, Saved::Replaced);
    let world = world.restart();
    assert_eq!(world.store.template(tenant, name("login", "de")).await, Ok(Some(second)));
    assert_eq!(world.store.template(tenant, name("login", "de-AT")).await, Ok(None));
}

#[tokio::test]
async fn each_change_is_one_of_the_tenant_and_is_written_down() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let before = revision(&world, tenant).await;
    save(&world, tenant, &template(name("login", "de"), "a", 1), 9).await;
    save(&world, tenant, &template(name("login", "de"), "b", 2), 9).await;
    assert_eq!(
        world.store.delete_template(tenant, name("login", "de"), Actor::default(), at(3)).await,
        Ok(true)
    );
    assert_eq!(
        world.store.delete_template(tenant, name("login", "de"), Actor::default(), at(4)).await,
        Ok(false)
    );
    assert_eq!(revision(&world, tenant).await, before + 3);
    let audit = world.store.audit(Some(tenant), 10).await.unwrap();
    assert_eq!(audit.iter().filter(|row| row.event == "templates_changed").count(), 3);
}

#[tokio::test]
async fn a_list_is_in_order_and_of_one_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for (purpose, tag) in [("login", "en"), ("transaction", "de"), ("login", "de")] {
        save(&world, tenant, &template(name(purpose, tag), "a", 1), 9).await;
    }
    save(&world, other, &template(name("login", "fr"), "b", 1), 9).await;
    let expected = vec![name("login", "de"), name("login", "en"), name("transaction", "de")];
    assert_eq!(world.store.template_names(tenant).await, Ok(expected.clone()));
    let listed = world.store.templates(tenant).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.name.clone()).collect::<Vec<_>>(), expected);
    assert_eq!((listed[0].updated_at, listed[0].warnings[0].detail.as_str()), (at(1), "a \"warning\""));
    assert_eq!(world.store.template(other, name("login", "de")).await, Ok(None));
    assert_eq!(
        world.store.delete_template(other, name("login", "de"), Actor::default(), at(2)).await,
        Ok(false)
    );
}

#[tokio::test]
async fn a_tenant_has_as_many_as_it_may_even_when_it_saves_them_all_at_once() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let saves = (0..20).map(|count| {
        let template = template(name(&format!("p{count}"), "en"), "a", 1);
        world.store.save_template(SaveTemplate { tenant, template, limit: 7, by: Actor::default() })
    });
    let mut created = 0;
    for saved in saves.collect::<Vec<_>>() {
        created += usize::from(saved.await.unwrap() == Saved::Created);
    }
    assert_eq!((created, world.store.template_names(tenant).await.unwrap().len()), (7, 7));
    let again = template(world.store.template_names(tenant).await.unwrap()[0].clone(), "b", 2);
    assert_eq!(save(&world, tenant, &again, 7).await, Saved::Replaced);
}
