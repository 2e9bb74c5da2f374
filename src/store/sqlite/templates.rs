//! The tenants' own words.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::reports::audit::{Actor, AuditEvent};
use crate::domain::tenants::template::{ListedTemplate, StoredTemplate, TemplateName, TemplateSource};
use crate::domain::time::Timestamp;
use crate::store::{SaveTemplate, Saved, TemplateStore, Verb};

use super::audit::About;
use super::group::Group;
use super::{SqliteStore, row};

impl TemplateStore for SqliteStore {
    fn template_names(&self, tenant: TenantId) -> Verb<'_, Vec<TemplateName>> {
        self.read(move |connection| {
            let sql = "SELECT purpose, locale FROM templates WHERE tenant = ?1 ORDER BY purpose, locale";
            connection.prepare_cached(sql)?.query_map([tenant.0], name)?.collect()
        })
    }

    fn templates(&self, tenant: TenantId) -> Verb<'_, Vec<ListedTemplate>> {
        self.read(move |connection| {
            let sql = "SELECT purpose, locale, warnings, updated_at FROM templates WHERE tenant = ?1 \
                       ORDER BY purpose, locale";
            let listed = |row: &Row| {
                Ok(ListedTemplate {
                    name: name(row)?,
                    warnings: row::json(row, "warnings")?,
                    updated_at: row::moment(row, "updated_at")?,
                })
            };
            connection.prepare_cached(sql)?.query_map([tenant.0], listed)?.collect()
        })
    }

    fn template(&self, tenant: TenantId, name: TemplateName) -> Verb<'_, Option<StoredTemplate>> {
        self.read(move |connection| find(connection, tenant, &name))
    }

    fn save_template(&self, save: SaveTemplate) -> Verb<'_, Saved> {
        self.writer.write(move |group| keep(group, &save))
    }

    fn delete_template(
        &self,
        tenant: TenantId,
        name: TemplateName,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.writer.write(move |group| {
            let sql = "DELETE FROM templates WHERE tenant = ?1 AND purpose = ?2 AND locale = ?3";
            let key = (tenant.0, name.purpose.as_str(), name.locale.as_str());
            let found = group.prepare_cached(sql)?.execute(key)? > 0;
            if found {
                changed(group, tenant, &by, now)?;
            }
            Ok(found)
        })
    }
}

fn name(row: &Row) -> rusqlite::Result<TemplateName> {
    Ok(TemplateName {
        purpose: row::word(row, "purpose", Purpose::parse)?,
        locale: row::word(row, "locale", Locale::parse)?,
    })
}

fn find(
    connection: &Connection,
    tenant: TenantId,
    name: &TemplateName,
) -> rusqlite::Result<Option<StoredTemplate>> {
    let sql = "SELECT subject, text, html, warnings, updated_at FROM templates \
               WHERE tenant = ?1 AND purpose = ?2 AND locale = ?3";
    let read = |row: &Row| {
        let source =
            TemplateSource { subject: row.get("subject")?, text: row.get("text")?, html: row.get("html")? };
        Ok(StoredTemplate {
            name: name.clone(),
            source,
            warnings: row::json(row, "warnings")?,
            updated_at: row::moment(row, "updated_at")?,
        })
    };
    let key = (tenant.0, name.purpose.as_str(), name.locale.as_str());
    connection.prepare_cached(sql)?.query_row(key, read).optional()
}

/// Keeps a template, unless it is a new one and the tenant has as many as it may.
fn keep(group: &Group, save: &SaveTemplate) -> rusqlite::Result<Saved> {
    let StoredTemplate { name, source, warnings, updated_at } = &save.template;
    let exists = find(group, save.tenant, name)?.is_some();
    let sql = "SELECT count(*) FROM templates WHERE tenant = ?1";
    let count: i64 = group.prepare_cached(sql)?.query_row([save.tenant.0], |row| row.get(0))?;
    if !exists && count >= save.limit as i64 {
        return Ok(Saved::Full);
    }
    let sql = "INSERT OR REPLACE INTO templates \
               (tenant, purpose, locale, subject, text, html, warnings, updated_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    // Texts always serialise.
    let warnings = serde_json::to_string(warnings).unwrap_or_else(|_| "[]".to_owned());
    group.prepare_cached(sql)?.execute((
        save.tenant.0,
        name.purpose.as_str(),
        name.locale.as_str(),
        &source.subject,
        &source.text,
        &source.html,
        warnings,
        updated_at.as_millis(),
    ))?;
    changed(group, save.tenant, &save.by, *updated_at)?;
    Ok(if exists { Saved::Replaced } else { Saved::Created })
}

/// What was derived from the tenant's templates is not used again.
fn changed(group: &Group, tenant: TenantId, by: &Actor, now: Timestamp) -> rusqlite::Result<()> {
    group.prepare_cached("UPDATE tenants SET revision = revision + 1 WHERE id = ?1")?.execute([tenant.0])?;
    group.note(now, AuditEvent::TemplatesChanged, About::tenant(tenant, by))
}
