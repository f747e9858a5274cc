//! The workspace's settings.

use model::code::{Code, FieldError};
use model::id::{FileId, RoomId};
use model::room::RoomKind;
use model::stream::StreamId;
use model::text::{Email, WorkspaceName};
use model::user::{JoinPolicy, Workspace};
use serde::Deserialize;
use store::{Tx, files, rooms, workspace};
use utoipa::ToSchema;

use super::{Admin, word};
use crate::Chat;
use crate::accounts::checked;
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::input::given;
use crate::rooms::unusable;

/// Mail domains that a workspace may have, and patterns of types that it may take.
const ENTRIES: usize = 50;

/// The longest time that messages can be kept by days.
pub(crate) const RETENTION_DAYS: i64 = 3_650;

/// The largest sizes: what no disk of today has.
const MOST_BYTES: i64 = 1 << 50;

/// What is to change of the workspace; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WorkspaceChange {
    /// 1–80 characters on one line.
    pub name: Option<String>,
    /// An image of the caller's that nothing else uses; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<FileId>)]
    pub icon: Option<Option<String>>,
    /// A colour as in `#1b6e53`; null for the usual one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "#1b6e53")]
    pub accent: Option<Option<String>>,
    /// `open`, `invite`, `domain` or `closed`.
    pub join_policy: Option<String>,
    /// E-mail domains whose owners may register, for the policy `domain`.
    #[schema(max_items = 50)]
    pub mail_domains: Option<Vec<String>>,
    /// A public room that everyone new joins; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<RoomId>)]
    pub default_room: Option<Option<String>>,
    /// After how many days messages are removed for good, where a room doesn't say; null: never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 3650)]
    pub retention_days: Option<Option<i64>>,
    /// Bytes of the largest file.
    #[schema(minimum = 1)]
    pub max_file_bytes: Option<i64>,
    /// Bytes of all files together; null: no limit.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub storage_quota_bytes: Option<Option<i64>>,
    /// Bytes of one person's files; null: no limit.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub user_quota_bytes: Option<Option<i64>>,
    /// Types of files that are taken, such as `image/*` or `application/pdf`; empty: all.
    #[schema(max_items = 50)]
    pub file_types: Option<Vec<String>>,
}

/// Checks of fields that collect what is wrong.
struct Checks(Vec<FieldError>);

impl Checks {
    fn take<T>(&mut self, checked: Option<Result<T, FieldError>>) -> Option<T> {
        checked.and_then(|checked| checked.map_err(|error| self.0.push(error)).ok())
    }

    fn within(&mut self, field: &str, value: Option<i64>, most: i64) {
        if value.is_some_and(|value| !(1..=most).contains(&value)) {
            let detail = format!("from 1 to {most}");
            self.0.push(FieldError::new(field, Code::BadFormat, detail));
        }
    }
}

impl WorkspaceChange {
    /// The settings with the change, as far as that can be told without asking anybody.
    fn apply(&self, mut to: Workspace) -> Result<Workspace, Vec<FieldError>> {
        let mut checks = Checks(Vec::new());
        if let Some(name) = &self.name
            && let Some(name) = checked(&mut checks.0, "name", WorkspaceName::parse(name))
        {
            to.name = name;
        }
        let known = "`open`, `invite`, `domain` or `closed`";
        let policy = self.join_policy.as_deref();
        let policy = policy.map(|policy| word("join_policy", policy, known));
        to.join_policy = checks.take(policy).unwrap_or(to.join_policy);
        let domains = self.mail_domains.as_deref().map(mail_domains);
        to.mail_domains = checks.take(domains).unwrap_or(to.mail_domains);
        let types = self.file_types.as_deref().map(file_types);
        to.file_types = checks.take(types).unwrap_or(to.file_types);
        if let Some(accent) = &self.accent {
            let accent = accent.as_deref().map(colour);
            to.accent = checks.take(accent);
        }
        if let Some(icon) = &self.icon {
            let icon = icon
                .as_deref()
                .map(|id| id.parse().map_err(|_| unusable("icon")));
            to.icon = checks.take(icon);
        }
        if let Some(room) = &self.default_room {
            let room = room.as_deref();
            let room = room.map(|id| id.parse().map_err(|_| unusable("default_room")));
            to.default_room = checks.take(room);
        }
        to.retention_days = self.retention_days.unwrap_or(to.retention_days);
        checks.within("retention_days", to.retention_days, RETENTION_DAYS);
        to.max_file_bytes = self.max_file_bytes.unwrap_or(to.max_file_bytes);
        checks.within("max_file_bytes", Some(to.max_file_bytes), MOST_BYTES);
        to.storage_quota_bytes = self.storage_quota_bytes.unwrap_or(to.storage_quota_bytes);
        checks.within("storage_quota_bytes", to.storage_quota_bytes, MOST_BYTES);
        to.user_quota_bytes = self.user_quota_bytes.unwrap_or(to.user_quota_bytes);
        checks.within("user_quota_bytes", to.user_quota_bytes, MOST_BYTES);

        let concerned = self.join_policy.is_some() || self.mail_domains.is_some();
        let by_domain = to.join_policy == JoinPolicy::Domain;
        if concerned && by_domain && to.mail_domains.is_empty() && checks.0.is_empty() {
            let detail = "the policy `domain` needs at least one";
            checks
                .0
                .push(FieldError::new("mail_domains", Code::Empty, detail));
        }
        match checks.0.is_empty() {
            true => Ok(to),
            false => Err(checks.0),
        }
    }
}

impl Chat {
    /// Changes the workspace's settings.
    pub async fn update_workspace(
        &self,
        admin: Admin,
        input: WorkspaceChange,
    ) -> Result<Workspace> {
        self.store()
            .write(&[StreamId::Workspace], async move |tx| {
                let before = workspace::get(tx).await?.workspace;
                let after = input.apply(before.clone()).map_err(Error::Invalid)?;
                admin.role(tx).await?;
                if after == before {
                    return Ok(after);
                }
                if after.default_room != before.default_room {
                    check_default_room(tx, after.default_room).await?;
                }
                if after.icon != before.icon {
                    change_icon(tx, &admin, before.icon, after.icon).await?;
                }
                workspace::update(tx, &after).await?;
                let data = serde_json::json!({ "before": before, "after": after });
                admin
                    .record(tx, Action::SettingsChanged, &"workspace", data)
                    .await?;
                Ok(after)
            })
            .await
    }
}

async fn check_default_room(tx: &mut Tx, room: Option<RoomId>) -> Result<()> {
    let Some(id) = room else { return Ok(()) };
    let room = rooms::get(tx, id).await?;
    match room.filter(|room| room.kind == RoomKind::Public && room.archived_at.is_none()) {
        Some(_) => Ok(()),
        None => Err(unusable("default_room").into()),
    }
}

/// Shows another icon, an image of who administers, and gives the one before free.
async fn change_icon(
    tx: &mut Tx,
    admin: &Admin,
    before: Option<FileId>,
    after: Option<FileId>,
) -> Result<()> {
    if let Some(id) = after {
        let owner = admin.user().ok_or_else(|| unusable("icon"))?;
        let file = files::get(tx, id).await?;
        let file = file.filter(|file| file.owner == owner);
        let file = file.ok_or_else(|| unusable("icon"))?;
        if file.file.width.is_none() {
            let detail = "an image is needed";
            return Err(FieldError::new("icon", Code::NotAnImage, detail).into());
        }
        if !files::show(tx, id, owner).await? {
            return Err(unusable("icon").into());
        }
    }
    if let Some(id) = before {
        files::hide(tx, id).await?;
    }
    Ok(())
}

/// A colour, in lower case.
fn colour(text: &str) -> Result<String, FieldError> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    let detail = "a colour as in #1b6e53";
    Err(FieldError::new("accent", Code::BadFormat, detail))
}

/// Patterns of media types, lower-case, in order, each once.
fn file_types(patterns: &[String]) -> Result<Vec<String>, FieldError> {
    let part = |part: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
        !part.is_empty() && part.len() <= 100 && part.chars().all(known)
    };
    listed("file_types", patterns, |pattern| {
        let pattern = pattern.trim().to_ascii_lowercase();
        match pattern.split_once('/') {
            Some((kind, sub)) if part(kind) && (sub == "*" || part(sub)) => Ok(pattern),
            _ => Err(format!(
                "`{pattern}` is not a type as in image/* or application/pdf"
            )),
        }
    })
}

/// The domains, lower-case, in order, each once.
fn mail_domains(domains: &[String]) -> Result<Vec<String>, FieldError> {
    listed("mail_domains", domains, |domain| {
        let domain = domain.trim().trim_start_matches('@').to_lowercase();
        let is_domain = Email::parse(&format!("somebody@{domain}")).is_ok();
        match is_domain && domain.contains('.') {
            true => Ok(domain),
            false => Err(format!("`{domain}` is not a domain")),
        }
    })
}

fn listed(
    field: &str,
    texts: &[String],
    clean: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, FieldError> {
    if texts.len() > ENTRIES {
        let detail = format!("at most {ENTRIES}");
        return Err(FieldError::new(field, Code::TooLong, detail));
    }
    let known = texts.iter().map(|text| clean(text));
    let mut known = known
        .collect::<Result<Vec<_>, _>>()
        .map_err(|detail| FieldError::new(field, Code::BadFormat, detail))?;
    known.sort_unstable();
    known.dedup();
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn domains_are_cleaned_and_checked() {
        assert_eq!(
            mail_domains(&texts(&["@Example.org", "b.example", "example.org"])).unwrap(),
            ["b.example", "example.org"]
        );
        for bad in ["", "localhost", "a@b.example", "a b.example", "-a.example"] {
            assert!(mail_domains(&texts(&[bad])).is_err(), "{bad}");
        }
    }

    #[test]
    fn types_and_colours_are_checked() {
        assert_eq!(
            file_types(&texts(&["Image/*", "application/pdf", "image/*"])).unwrap(),
            ["application/pdf", "image/*"]
        );
        for bad in ["", "image", "*/*", "image/", "image/p ng", "a/b/c"] {
            assert!(file_types(&texts(&[bad])).is_err(), "{bad}");
        }
        assert_eq!(colour("#1B6E53").unwrap(), "#1b6e53");
        for bad in ["", "1b6e53", "#1b6e5", "#1b6e5g", "red", "#1b6e53;}"] {
            assert!(colour(bad).is_err(), "{bad}");
        }
    }
}
