use std::time::Duration;

use chat::accounts::PasswordReset;
use model::code::Code;

use crate::world::{PASSWORD, World, code, device, elsewhere, token_in};

const NEW: &str = "a walk in the reeds";

fn reset(token: &str, password: &str) -> PasswordReset {
    PasswordReset {
        token: token.to_owned(),
        password: password.to_owned(),
    }
}

testkit::on_both_databases! {
    async fn a_mailed_link_sets_a_new_password_once_and_ends_all_sessions(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let phone = w.register("ana").await;
        w.chat.forgot_password(" Ana@Example.org", device()).await.unwrap();
        let mails = w.mails().await;
        assert!(mails.len() == 1 && mails[0].contains("To: ana@example.org"), "{mails:?}");
        let token = token_in(&mails[0], "reset");
        assert!(token.starts_with("prst_"));
        let weak = w.chat.reset_password(reset(&token, "password2026"), device()).await;
        assert_eq!(code(weak), Code::WeakPassword);
        w.chat.reset_password(reset(&token, NEW), device()).await.unwrap();
        assert!(!w.is_signed_in(&phone).await);
        assert_eq!(code(w.chat.reset_password(reset(&token, NEW), device()).await), Code::BadToken);
        assert_eq!(code(w.log_in("ana", PASSWORD).await), Code::BadCredentials);
        w.log_in("ana", NEW).await.unwrap();
        w.chat.store().close().await;
    }

    async fn a_link_is_dead_after_an_hour(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.chat.forgot_password("olga@example.org", device()).await.unwrap();
        let token = token_in(&w.mails().await[0], "reset");
        w.clock.advance(Duration::from_secs(3600));
        assert_eq!(code(w.chat.reset_password(reset(&token, NEW), device()).await), Code::BadToken);
        for bad in ["", "prst_x", "pses_x"] {
            assert_eq!(code(w.chat.reset_password(reset(bad, NEW), device()).await), Code::BadToken);
        }
        w.chat.store().close().await;
    }

    async fn an_unknown_address_gets_the_same_answer_and_no_mail(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.chat.forgot_password("nobody@example.org", device()).await.unwrap();
        assert!(w.mails().await.is_empty());
        assert_eq!(code(w.chat.forgot_password("nobody", device()).await), Code::BadFormat);
        w.chat.store().close().await;
    }

    async fn nobody_s_mailbox_is_flooded(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("open").await;
        for last in 0..6 {
            w.chat.forgot_password("olga@example.org", elsewhere(last)).await.unwrap();
        }
        assert_eq!(w.mails().await.len(), 3);
        for _ in 0..10 {
            w.chat.forgot_password("nobody@example.org", device()).await.unwrap();
        }
        let limited = w.chat.forgot_password("nobody@example.org", device()).await;
        assert_eq!(code(limited), Code::RateLimited);
        w.chat.store().close().await;
    }
}
