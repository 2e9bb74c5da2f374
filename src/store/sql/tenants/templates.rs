//! The tenants' own templates.

use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::template::{
    ListedTemplate, MailSource, Medium, StoredTemplate, TemplateName, TemplateSource,
};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{SaveTemplate, Saved, TemplateStore, Verb};

impl<E: Engine> TemplateStore for SqlStore<E> {
    fn template_names(&self, tenant: TenantId) -> Verb<'_, Vec<TemplateName>> {
        self.read(move |tx| {
            let sql = "SELECT purpose, locale, medium FROM templates WHERE tenant = ?1 \
                       ORDER BY purpose, locale, medium";
            tx.all(sql, with![tenant], name)
        })
    }

    fn templates(&self, tenant: TenantId) -> Verb<'_, Vec<ListedTemplate>> {
        self.read(move |tx| {
            let sql = "SELECT purpose, locale, medium, warnings, updated_at FROM templates WHERE tenant = ?1 \
                       ORDER BY purpose, locale, medium";
            tx.all(sql, with![tenant], |row| {
                Ok(ListedTemplate { name: name(row)?, warnings: row.json()?, updated_at: row.get()? })
            })
        })
    }

    fn template(&self, tenant: TenantId, name: TemplateName) -> Verb<'_, Option<StoredTemplate>> {
        self.read(move |tx| find(tx, tenant, &name))
    }

    fn save_template(&self, save: SaveTemplate) -> Verb<'_, Saved> {
        self.write(move |group| keep(group, &save))
    }

    fn delete_template(
        &self,
        tenant: TenantId,
        name: TemplateName,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write(move |group| {
            let sql =
                "DELETE FROM templates WHERE tenant = ?1 AND purpose = ?2 AND locale = ?3 AND medium = ?4";
            let (purpose, locale) = (name.purpose.as_str(), name.locale.as_str());
            let found = group.change(sql, with![tenant, purpose, locale, name.medium.as_str()])? > 0;
            if found {
                changed(group, tenant, &by, now)?;
            }
            Ok(found)
        })
    }
}

fn name(row: &mut Row) -> Result<TemplateName> {
    let (purpose, locale) = (row.word(Purpose::parse)?, row.word(Locale::parse)?);
    Ok(TemplateName { purpose, locale, medium: row.word(Medium::parse)? })
}

/// Returns a tenant's templates, ordered by purpose, language and medium.
pub fn all(tx: &dyn Tx, tenant: TenantId) -> Result<Vec<StoredTemplate>> {
    let sql = "SELECT purpose, locale, medium, subject, text, html, warnings, updated_at, revision FROM templates \
               WHERE tenant = ?1 ORDER BY purpose, locale, medium";
    tx.all(sql, with![tenant], |row| {
        let name = name(row)?;
        Ok(StoredTemplate {
            source: source(name.medium, row)?,
            warnings: row.json()?,
            updated_at: row.get()?,
            revision: row.get()?,
            name,
        })
    })
}

fn find(tx: &dyn Tx, tenant: TenantId, name: &TemplateName) -> Result<Option<StoredTemplate>> {
    let sql = "SELECT subject, text, html, warnings, updated_at, revision FROM templates \
               WHERE tenant = ?1 AND purpose = ?2 AND locale = ?3 AND medium = ?4";
    let (purpose, locale) = (name.purpose.as_str(), name.locale.as_str());
    tx.first(sql, with![tenant, purpose, locale, name.medium.as_str()], |row| {
        Ok(StoredTemplate {
            name: name.clone(),
            source: source(name.medium, row)?,
            warnings: row.json()?,
            updated_at: row.get()?,
            revision: row.get()?,
        })
    })
}

/// Reads subject, text and HTML.
fn source(medium: Medium, row: &mut Row) -> Result<TemplateSource> {
    let mail = MailSource { subject: row.get()?, text: row.get()?, html: row.get()? };
    Ok(match medium {
        Medium::Mail => TemplateSource::Mail(mail),
        Medium::Text => TemplateSource::Text(mail.text),
        Medium::Voice => TemplateSource::Voice(mail.text),
    })
}

/// Stores a template, unless it is new and the tenant has the maximum number.
fn keep(group: &Group, save: &SaveTemplate) -> Result<Saved> {
    let StoredTemplate { name, source, warnings, updated_at, revision } = &save.template;
    let exists = find(group, save.tenant, name)?.is_some();
    let sql = "SELECT count(*) FROM templates WHERE tenant = ?1";
    let count: i64 = group.one(sql, with![save.tenant], |row| row.get())?;
    if !exists && count >= save.limit as i64 {
        return Ok(Saved::Full);
    }
    let sql = "INSERT INTO templates (tenant, purpose, locale, medium, subject, text, html, warnings, updated_at, \
               revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
               ON CONFLICT (tenant, purpose, locale, medium) DO UPDATE SET subject = excluded.subject, \
               text = excluded.text, html = excluded.html, warnings = excluded.warnings, \
               updated_at = excluded.updated_at, revision = excluded.revision";
    let (subject, html) = match source {
        TemplateSource::Mail(mail) => (mail.subject.as_str(), mail.html.as_deref()),
        TemplateSource::Text(_) | TemplateSource::Voice(_) => ("", None),
    };
    // Texts always serialise.
    let warnings = serde_json::to_string(warnings).unwrap_or_else(|_| "[]".to_owned());
    group.change(
        sql,
        with![
            save.tenant,
            name.purpose.as_str(),
            name.locale.as_str(),
            name.medium.as_str(),
            subject,
            source.text(),
            html,
            &warnings,
            *updated_at,
            *revision,
        ],
    )?;
    changed(group, save.tenant, &save.by, *updated_at)?;
    Ok(if exists { Saved::Replaced } else { Saved::Created })
}

/// Invalidates everything that was derived from the tenant's templates.
fn changed(group: &Group, tenant: TenantId, by: &Actor, now: Timestamp) -> Result<()> {
    group.later("UPDATE tenants SET revision = revision + 1 WHERE id = ?1", with![tenant])?;
    group.note(now, AuditEvent::TemplatesChanged, About::tenant(tenant, by))
}
