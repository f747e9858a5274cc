//! Limits on tries that cost something or guess at secrets, counted in the database for all nodes together.
//!
//! Nobody can lock somebody else out: what is refused is counted by address, or by account *and* address; tries at an
//! account from everywhere only make each further try wait.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use store::attempts;

use crate::Chat;
use crate::error::{Error, Result};

/// So many tries in a stretch of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    name: &'static str,
    most: i64,
    window: Duration,
}

const fn rule(name: &'static str, most: i64, minutes: u64) -> Rule {
    let window = Duration::from_secs(60 * minutes);
    Rule { name, most, window }
}

/// Signing in to one account from one address.
pub(crate) const SIGN_IN: Rule = rule("sign_in", 10, 15);
/// Signing in from one address, to whichever accounts; an office shares one.
pub(crate) const SIGN_IN_ADDRESS: Rule = rule("sign_in.address", 100, 15);
/// Signing in to one account from anywhere: beyond it, tries wait.
pub(crate) const SIGN_IN_ACCOUNT: Rule = rule("sign_in.account", 50, 15);
/// Saying one's password again, in one session.
pub(crate) const PASSWORD: Rule = rule("password", 10, 15);
/// Registering from one address; invitations don't count.
pub(crate) const REGISTER: Rule = rule("register", 60, 60);
/// Asking from one address for links to new passwords.
pub(crate) const FORGOT: Rule = rule("forgot", 10, 60);
/// Mails with such links to one account.
pub(crate) const FORGOT_ACCOUNT: Rule = rule("forgot.account", 3, 60);
/// Mails that ask one address to confirm a registration; anybody can have them sent.
pub(crate) const CONFIRM_ADDRESS: Rule = rule("confirm.address", 3, 60);
/// Mails that tell one address that it is an account's no more; who gives theirs away has them sent.
pub(crate) const NOTICE_ADDRESS: Rule = rule("notice.address", 3, 60);

/// Mails that one administrator tries the mail server with.
pub(crate) const MAIL_TEST: Rule = rule("mail_test", 20, 60);

/// Longer than every window: what is older can be forgotten.
pub(crate) const LONGEST: Duration = Duration::from_secs(2 * 3600);

/// What each try above [`SIGN_IN_ACCOUNT`] waits, and at most.
const DELAY_STEP: Duration = Duration::from_millis(100);
const DELAY_MOST: Duration = Duration::from_secs(5);

/// What a try is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Rule {
    /// The count of who comes from this address; IPv6 counts by network, which is what one subscriber has.
    pub(crate) fn by_address(self, address: Option<IpAddr>) -> (Self, Key) {
        (self, Key(format!("{}:{}", self.name, network(address))))
    }

    /// The count of this text, in any case. Only its hash is kept.
    pub(crate) fn by_text(self, text: &str) -> (Self, Key) {
        (self, Key(format!("{}:{}", self.name, digest_of(text))))
    }

    /// The count of this text from this address.
    pub(crate) fn by_both(self, text: &str, address: Option<IpAddr>) -> (Self, Key) {
        let key = format!("{}:{}:{}", self.name, digest_of(text), network(address));
        (self, Key(key))
    }
}

fn digest_of(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.trim().to_lowercase().as_bytes());
    HEXLOWER.encode(&hash.as_ref()[..16])
}

fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "local".to_owned(),
    }
}

impl Chat {
    /// Counts a try by every rule, and refuses it if it is one too many by any.
    pub(crate) async fn limit(&self, counted: Vec<(Rule, Key)>) -> Result<()> {
        if !self.settings().rate_limits {
            return Ok(());
        }
        // A refused try counts too, so the job succeeds.
        let wait = self.store().write(&[], async move |tx| -> Result<_> {
            let mut wait = None;
            for (rule, Key(key)) in &counted {
                let count = attempts::count(tx, key, rule.window).await?;
                if count.tries > rule.most {
                    let rest = count.since.plus(rule.window).since(tx.now());
                    wait = wait.max(Some(rest));
                }
            }
            Ok(wait)
        });
        match wait.await? {
            Some(wait) => Err(Error::RateLimited(wait)),
            None => Ok(()),
        }
    }

    /// Counts a try at an account from anywhere, and waits if there were many.
    pub(crate) async fn slow_down(&self, (rule, Key(key)): &(Rule, Key)) -> Result<()> {
        if !self.settings().rate_limits {
            return Ok(());
        }
        let (rule, key) = (*rule, key.clone());
        let count = self.store().write(&[], async move |tx| -> Result<_> {
            Ok(attempts::count(tx, &key, rule.window).await?)
        });
        let delay = delay(count.await?.tries, rule.most);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        Ok(())
    }
}

fn delay(tries: i64, most: i64) -> Duration {
    let surplus = u32::try_from(tries.saturating_sub(most)).unwrap_or(0);
    DELAY_STEP.saturating_mul(surplus).min(DELAY_MOST)
}

/// Takes one try back that turned out well, or not to be one of those that are limited.
pub(crate) async fn take_back(tx: &mut store::Tx, (_, Key(key)): &(Rule, Key)) -> Result<()> {
    attempts::take_back(tx, key).await?;
    Ok(())
}

/// Forgets all tries: somebody has shown who they are.
pub(crate) async fn forget(tx: &mut store::Tx, (_, Key(key)): &(Rule, Key)) -> Result<()> {
    attempts::forget(tx, key).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_count_by_what_one_subscriber_has() {
        let key = |text: &str| SIGN_IN.by_address(text.parse().ok()).1;
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(key("2001:db8:0:1::1"), key("2001:db8:0:1:ffff::9"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8:0:2::1"));
    }

    #[test]
    fn keys_hold_no_names() {
        let (_, Key(key)) = SIGN_IN.by_both("ana@example.org", None);
        assert!(!key.contains("ana"), "{key}");
        assert_eq!(SIGN_IN.by_text(" Ana ").1, SIGN_IN.by_text("ana").1);
    }

    proptest! {
        #[test]
        fn delays_grow_up_to_a_bound(tries in 0i64..100_000) {
            let now = delay(tries, SIGN_IN_ACCOUNT.most);
            prop_assert!(now <= DELAY_MOST);
            prop_assert!(delay(tries + 1, SIGN_IN_ACCOUNT.most) >= now);
            prop_assert_eq!(now.is_zero(), tries <= SIGN_IN_ACCOUNT.most);
        }
    }
}
