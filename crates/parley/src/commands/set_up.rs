//! The link of the first start: who has it becomes the first owner.

use std::io;

use anyhow::Context;
use chat::Chat;
use server::serve::Draining;

use crate::data_dir::DataDir;

/// Makes the database ready; answers the set-up link while the workspace isn't set up. Its secret stands in the data
/// folder too, so that it stays the same over restarts.
pub(crate) async fn prepare(chat: &Chat, data: &DataDir) -> anyhow::Result<Option<String>> {
    let path = data.setup_token();
    let existing = std::fs::read_to_string(&path).ok();
    let token = chat
        .prepare_setup(existing.as_deref())
        .await
        .context("cannot prepare the database")?;
    match token {
        Some(token) => {
            data.write_private(&path, token.expose())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(Some(chat.setup_link(&token)))
        }
        None => {
            forget(data);
            Ok(None)
        }
    }
}

/// Waits for the set-up, and removes the secret that it used up.
pub(crate) async fn forget_when_done(chat: Chat, data: DataDir, mut end: Draining) {
    tokio::select! {
        () = chat.set_up_done() => forget(&data),
        () = end.begun() => {}
    }
}

fn forget(data: &DataDir) {
    match std::fs::remove_file(data.setup_token()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, "the used set-up token could not be removed"),
    }
}
