//! Direct rooms: one for each set of people.

use model::code::{Code, FieldError};
use model::permission::WorkspaceAct;
use model::room::{RoomKind, RoomView};
use model::stream::StreamId;
use model::text::Topic;
use store::{Tx, rooms};

use crate::rooms::{
    Draft, all_active, create_in, direct_key, may_in_workspace, people, streams_of, view_now,
};
use crate::users::all_seen;
use crate::{Caller, Chat, Error, Result};

/// People of a direct room.
const DIRECT_PEOPLE: usize = 10;

impl Chat {
    /// The direct room of the caller and these users, and whether it was made just now.
    pub async fn start_direct(
        &self,
        caller: Caller,
        users: Vec<String>,
    ) -> Result<(RoomView, bool)> {
        let others = people("users", &users, DIRECT_PEOPLE).map(|mut others| {
            others.remove(&caller.user);
            others
        });
        let mut streams = vec![StreamId::User(caller.user)];
        streams.extend(others.iter().flat_map(streams_of));
        let job = async move |tx: &mut Tx| {
            let others = others
                .as_ref()
                .map_err(|error| Error::from(error.clone()))?;
            if others.len() >= DIRECT_PEOPLE {
                let detail = format!("at most {DIRECT_PEOPLE} people, you included");
                return Err(FieldError::new("users", Code::TooLong, detail).into());
            }
            all_active(tx, "users", others).await?;
            may_in_workspace(tx, caller.user, WorkspaceAct::StartDirect).await?;
            all_seen(tx, caller, "users", others).await?;
            let mut everyone = others.clone();
            everyone.insert(caller.user);
            let key = direct_key(&everyone);
            if let Some(id) = rooms::direct(tx, &key).await? {
                return Ok((view_now(tx, id, caller.user).await?, false));
            }
            let draft = Draft {
                kind: RoomKind::Direct,
                name: None,
                topic: Topic::from_stored(String::new()),
                others: others.clone(),
            };
            if let Some(id) = create_in(tx, &draft, caller.user).await? {
                return Ok((view_now(tx, id, caller.user).await?, true));
            }
            // Somebody else was faster.
            let id = rooms::direct(tx, &key).await?.ok_or(Error::NotFound)?;
            Ok((view_now(tx, id, caller.user).await?, false))
        };
        self.write_as(caller, &streams, job).await
    }
}
