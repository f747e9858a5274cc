//! What happens to every request before and after its handler, from the outside in.

pub mod headers;
pub mod limits;
pub mod observe;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::state::AppState;

/// Wraps the whole of a router.
///
/// The order matters: the log line sees what the client gets, so it is outermost; what answers in the handler's place
/// (a panic, a timeout) stands inside of the headers, so that its answer carries them too.
pub fn wrap(router: Router, state: &AppState) -> Router {
    let mut router = router
        .layer(from_fn(limits::clear))
        .layer(from_fn(limits::timeout))
        .layer(limits::compression())
        .layer(limits::catch_panic());
    if !state.settings.cors_origins.is_empty() {
        router = router.layer(headers::cors(&state.settings.cors_origins));
    }
    router
        .layer(from_fn_with_state(
            headers::Table::new(&state.settings),
            headers::add,
        ))
        .layer(from_fn_with_state(state.clone(), observe::observe))
}
