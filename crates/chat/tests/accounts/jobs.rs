use std::time::Duration;

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
}
