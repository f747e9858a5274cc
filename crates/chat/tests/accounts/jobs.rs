use std::time::Duration;

use chat::access_tokens::NewToken;
use chat::admin::{Admin, NewAccount};
use model::stream::StreamId;
use store::sessions::{self, NewSession};
use store::{Tx, tokens};

use crate::world::{World, device, token_in};

testkit::on_both_databases! {
    async fn a_mail_that_failed_is_sent_when_the_mail_server_is_back(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.break_mailbox(true);
        w.chat.forgot_password("olga@example.org", device()).await.unwrap();
        assert_eq!(w.chat.run_due_jobs().await.unwrap(), 1);
        assert_eq!(w.chat.run_due_jobs().await.unwrap(), 0, "it waits before it is tried again");
        w.break_mailbox(false);
        w.clock.advance(Duration::from_secs(10));
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        assert!(token_in(&mails[0], "reset").starts_with("prst_"));
        w.clock.advance(Duration::from_secs(3600));
        assert_eq!(w.mails().await.len(), 1, "what is done is done once");
        w.chat.store().close().await;
    }

    async fn a_job_that_fails_for_ever_is_given_up(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.break_mailbox(true);
        w.chat.forgot_password("olga@example.org", device()).await.unwrap();
        let mut tries = 0;
        for _ in 0..20 {
            tries += w.chat.run_due_jobs().await.unwrap();
            w.clock.advance(Duration::from_secs(3600));
        }
        assert_eq!(tries, 8);
        w.break_mailbox(false);
        w.chat.store().close().await;
    }

    async fn the_runner_works_as_soon_as_something_is_queued_and_ends_when_told(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let chat = w.chat.clone();
        let runner = tokio::spawn(async move { chat.run_jobs(async { drop(ended.await) }).await });
        w.chat.forgot_password("olga@example.org", device()).await.unwrap();
        let arrived = async {
            while w.mailbox().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(4), arrived).await.expect("before the next look by time");
        end.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), runner).await.unwrap().unwrap();
        w.chat.store().close().await;
    }

    async fn sessions_and_tokens_of_many_people_that_are_over_are_removed(db: Database) {
        let w = World::new(&db).await;
        w.set_up("closed").await;
        let end = w.clock.now().plus(sessions::LIFETIME).to_string();
        for index in 0..8 {
            let account = NewAccount {
                username: format!("person{index}"),
                email: format!("person{index}@example.org"),
                ..NewAccount::default()
            };
            let id = w.chat.admin_create_user(Admin::operator(), account).await.unwrap().user.user.id;
            let token = NewToken { name: "bot".to_owned(), scopes: vec!["read".to_owned()], expires_at: Some(end.clone()) };
            w.chat.admin_create_token(id, token).await.unwrap();
            let session = async move |tx: &mut Tx| {
                let new = NewSession { user: id, token_hash: &[index; 32], device: "", address: "" };
                sessions::insert(tx, new).await
            };
            w.chat.store().write(&[StreamId::User(id)], session).await.unwrap();
        }
        w.clock.advance(sessions::LIFETIME);
        w.frames.lock().clear();
        w.chat.clean_up().await.unwrap();
        // Each person's two, and the owner's session.
        let ended = w.frames.lock().iter().filter(|frame| frame.contains("session.revoked")).count();
        assert_eq!(ended, 17);
        let left = async |tx: &mut Tx| {
            Ok::<_, store::Error>((sessions::remove_expired(tx, 20).await?, tokens::remove_expired(tx, 20).await?))
        };
        assert_eq!(w.chat.store().write(&[], left).await.unwrap(), (0, 0));
        w.chat.store().close().await;
    }

    async fn sessions_are_removed_while_the_place_of_files_is_away(db: Database) {
        let w = World::new(&db).await;
        w.set_up("closed").await;
        w.break_uploads();
        w.clock.advance(sessions::LIFETIME);
        w.frames.lock().clear();
        assert!(w.chat.clean_up().await.is_err());
        assert!(w.frames.lock().iter().any(|frame| frame.contains("session.revoked")));
        w.chat.store().close().await;
    }
}
