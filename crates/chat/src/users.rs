//! Who is here.

use std::collections::BTreeSet;

use model::id::UserId;
use model::permission::{WorkspaceAct, in_workspace};
use model::stream::StreamId;
use model::user::User;
use store::users::{Filter, Place, place};
use store::{Tx, streams, users};

use crate::error::{Error, Result};
use crate::list::Listing;
use crate::rooms::unusable;
use crate::sessions::{living, own_user};
use crate::{Caller, Chat};

/// A query is cut here: no name is longer.
const QUERY_CHARS: usize = 80;

impl Chat {
    /// People and bots in the order of their names, of whom `query` is a part of the display or user name. A guest sees
    /// those they share a room with.
    pub async fn users(
        &self,
        caller: Caller,
        query: &str,
        after: Option<Place>,
        limit: u32,
    ) -> Result<Listing<User, Place>> {
        // PostgreSQL wouldn't take U+0000, and nobody's name has it.
        let query: String = query
            .replace('\0', "\u{fffd}")
            .chars()
            .take(QUERY_CHARS)
            .collect();
        self.store()
            .read(async move |tx| {
                let filter = Filter {
                    query: &query,
                    around: confined_to(tx, caller).await?,
                };
                let page = users::page(tx, filter, after.as_ref(), i64::from(limit) + 1).await?;
                let mut list = Listing::cut(page, limit, place);
                if let Some(head) = streams::head(tx, StreamId::Workspace).await? {
                    list.heads.push((StreamId::Workspace, head.n));
                }
                Ok(list)
            })
            .await
    }

    /// One user.
    pub async fn user(&self, caller: Caller, id: UserId) -> Result<User> {
        self.store()
            .read(async move |tx| {
                if seen_of(tx, caller, BTreeSet::from([id])).await?.is_empty() {
                    return Err(Error::NotFound);
                }
                users::get(tx, id).await?.ok_or(Error::NotFound)
            })
            .await
    }

    /// Whom of `ids` the caller may know of, as of one snapshot.
    pub async fn known_of(&self, caller: Caller, ids: BTreeSet<UserId>) -> Result<Vec<UserId>> {
        self.store()
            .read(async move |tx| {
                living(tx, caller).await?;
                seen_of(tx, caller, ids).await
            })
            .await
    }
}

/// Whose rooms bound what the caller sees of people: their own if they may not browse, none otherwise.
async fn confined_to(tx: &mut Tx, caller: Caller) -> Result<Option<UserId>> {
    let user = own_user(tx, caller.user).await?;
    let confined = in_workspace(user.role, WorkspaceAct::Browse).is_err();
    Ok(confined.then_some(caller.user))
}

/// Whom of `ids` the caller may know of: a guest knows themselves and those they share a room with.
async fn seen_of(tx: &mut Tx, caller: Caller, ids: BTreeSet<UserId>) -> Result<Vec<UserId>> {
    let mut others: Vec<UserId> = ids.iter().copied().collect();
    let Some(around) = confined_to(tx, caller).await? else {
        return Ok(others);
    };
    others.retain(|id| *id != around);
    let mut seen = users::sharing_a_room(tx, around, &others).await?;
    seen.extend(ids.contains(&around).then_some(around));
    Ok(seen)
}

/// Refuses users named in `field` whom the caller may not know of.
pub(crate) async fn all_seen(
    tx: &mut Tx,
    caller: Caller,
    field: &str,
    ids: &BTreeSet<UserId>,
) -> Result<()> {
    let seen = seen_of(tx, caller, ids.clone()).await?;
    if seen.len() < ids.len() {
        return Err(unusable(field).into());
    }
    Ok(())
}
