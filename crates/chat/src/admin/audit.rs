//! The audit: read, exported, and checked.

use data_encoding::HEXLOWER;
use model::administration::{AuditCheck, AuditEntry};
use model::code::{Code, FieldError};
use model::time::Timestamp;
use store::audit::{self, Checked, Entry, Filter, Found};

use super::Admin;
use crate::Chat;
use crate::audit::Action;
use crate::error::Result;
use crate::list::Listing;

/// The longest text that an action or a subject is searched by.
const TEXT: usize = 100;

/// Rows that an export reads at once.
const EXPORT_STEP: i64 = 500;

/// Which acts are wanted; what is empty doesn't matter.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// A user's id; `server` for who runs the server.
    pub actor: String,
    /// An action such as `user.role_changed`, or the beginning of some with its dot, such as `user.`.
    pub action: String,
    /// An id, or a word.
    pub subject: String,
    /// A date or a time: only acts from then on.
    pub after: String,
    /// A date or a time: only acts before it.
    pub before: String,
}

impl AuditQuery {
    fn parse(&self) -> Result<Filter, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, detail: &str| {
            errors.push(FieldError::new(field, Code::BadFormat, detail));
        };
        let actor = match self.actor.as_str() {
            "" => None,
            "server" => Some(None),
            id => match id.parse() {
                Ok(id) => Some(Some(id)),
                Err(_) => {
                    wrong("actor", "a user's id, or `server`");
                    None
                }
            },
        };
        for (field, text) in [("action", &self.action), ("subject", &self.subject)] {
            if text.len() > TEXT || text.contains('\0') {
                wrong(field, "nothing is called that");
            }
        }
        let mut time = |field: &str, text: &str| {
            let at = moment(text);
            if at.is_none() && !text.is_empty() {
                wrong(
                    field,
                    "a date as in 2026-01-31, or a time as in 2026-01-31T08:15:00Z",
                );
            }
            at
        };
        let (after, before) = (time("after", &self.after), time("before", &self.before));
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Filter {
            actor,
            action: self.action.clone(),
            subject: self.subject.clone(),
            after,
            before,
        })
    }
}

/// The moment that a time names, or the beginning of a date in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")))
}

/// An export under way: its pages, the newest act first.
#[derive(Clone, Debug)]
pub struct Exported {
    filter: Filter,
    below: i64,
}

impl Exported {
    /// An export that was begun before, below the number where its last page ended.
    pub fn resumed(query: &AuditQuery, below: i64) -> Result<Self> {
        let filter = query.parse().map_err(crate::Error::Invalid)?;
        Ok(Self { filter, below })
    }
}

impl Chat {
    /// The acts that `query` wants, the newest first, below number `below`.
    pub async fn admin_audit(
        &self,
        admin: Admin,
        query: AuditQuery,
        below: Option<i64>,
        limit: u32,
    ) -> Result<Listing<AuditEntry, i64>> {
        let filter = query.parse();
        self.store()
            .read(async move |tx| {
                admin.role(tx).await?;
                let filter = filter.map_err(crate::Error::Invalid)?;
                let below = below.unwrap_or(i64::MAX);
                let page = audit::page(tx, &filter, below, i64::from(limit) + 1).await?;
                let page = page.into_iter().map(seen).collect();
                Ok(Listing::cut(page, limit, |entry: &AuditEntry| entry.seq))
            })
            .await
    }

    /// Begins an export of the acts that `query` wants, which is an act itself.
    pub async fn admin_export_audit(
        &self,
        admin: Admin,
        query: AuditQuery,
        format: &'static str,
    ) -> Result<Exported> {
        let filter = query.parse();
        self.store()
            .write(&[], async move |tx| {
                admin.role(tx).await?;
                let filter = filter.clone().map_err(crate::Error::Invalid)?;
                let data = serde_json::json!({
                    "format": format, "actor": query.actor, "action": query.action, "subject": query.subject,
                    "after": query.after, "before": query.before,
                });
                admin
                    .record(tx, Action::AuditExported, &"audit", data)
                    .await?;
                Ok(Exported {
                    filter,
                    below: i64::MAX,
                })
            })
            .await
    }

    /// The next acts of an export; none at its end.
    pub async fn exported(&self, export: &mut Exported) -> Result<Vec<AuditEntry>> {
        let Exported { filter, below } = export.clone();
        let page = self.store().read(async move |tx| -> Result<_> {
            Ok(audit::page(tx, &filter, below, EXPORT_STEP).await?)
        });
        let page: Vec<_> = page.await?.into_iter().map(seen).collect();
        export.below = page.last().map_or(i64::MIN, |entry| entry.seq);
        Ok(page)
    }

    /// Checks the whole chain, some rows at a time.
    pub async fn admin_verify_audit(&self, admin: Admin) -> Result<AuditCheck> {
        let entries = self.store().read(async move |tx| -> Result<_> {
            admin.role(tx).await?;
            Ok(audit::end(tx).await?.0)
        });
        let entries = entries.await?;
        let mut at = Checked::START;
        loop {
            let step = self
                .store()
                .read(async move |tx| -> Result<_> { Ok(audit::verify_from(tx, at).await?) });
            let first_bad = match step.await? {
                Found::Good(checked) => {
                    at = checked;
                    continue;
                }
                Found::End => None,
                Found::Bad(seq) => Some(seq),
            };
            return Ok(AuditCheck {
                entries,
                intact: first_bad.is_none(),
                first_bad,
            });
        }
    }
}

/// An act as it is shown.
fn seen(entry: Entry) -> AuditEntry {
    AuditEntry {
        seq: entry.seq,
        id: entry.id,
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        // What somebody wrote there past us needn't be JSON.
        data: serde_json::from_str(&entry.data)
            .unwrap_or_else(|_| serde_json::json!({ "text": entry.data })),
        address: entry.address,
        hash: HEXLOWER.encode(&entry.hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_of_ids_words_dates_and_times() {
        let query = AuditQuery {
            actor: "server".to_owned(),
            action: "user.".to_owned(),
            after: "2026-01-31".to_owned(),
            before: "2026-01-31T08:15:00+01:00".to_owned(),
            ..AuditQuery::default()
        };
        let filter = query.parse().unwrap();
        assert_eq!(filter.actor, Some(None));
        assert_eq!(
            filter.after.unwrap().to_string(),
            "2026-01-31T00:00:00.000000Z"
        );
        assert_eq!(
            filter.before.unwrap().to_string(),
            "2026-01-31T07:15:00.000000Z"
        );
        let bad = AuditQuery {
            actor: "ana".to_owned(),
            action: "\0".to_owned(),
            subject: "a".repeat(101),
            after: "soon".to_owned(),
            before: "2026-13-01".to_owned(),
        };
        assert_eq!(bad.parse().unwrap_err().len(), 5);
    }
}
