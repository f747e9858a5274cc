//! Waiting for things, with a deadline instead of a guess.

use std::time::Duration;

use tokio::time::Instant;

/// How long anything may take that should happen at once; generous, because test machines are slow.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(10);

/// Waits until `probe` finds something, and gives it; fails the test when [`PATIENCE`] is over.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, probe: impl FnMut() -> F) -> T {
    within(PATIENCE, what, probe).await
}

/// The same with another deadline.
pub async fn within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut probe: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "waited {patience:?} in vain: {what}"
        );
        tokio::time::sleep(STEP).await;
    }
}
