//! The gateway: one WebSocket a device, one task a connection.
//!
//! `connect_gateway` decides who comes in; `session` is one connection's loop, and `end` how it ends; `catch_up` brings
//! streams from a client's cursor to live without a gap or a double, by `step`s that ask the hub and the store; `ops` are
//! the operations, `pace` how many of them; `presence` is who sees whom; `signal` is what a connection itself looks for in
//! its frames.

mod catch_up;
mod end;
mod ops;
mod pace;
mod presence;
mod session;
mod signal;
mod step;

use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use hyper::upgrade::OnUpgrade;
use live::Frame;
use live::presence::TICK;
use live::socket::{self, handshake};
use model::code::Code;
use tokio::time::MissedTickBehavior;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{self, Credential};
use crate::frames::{OtherFrame, PresenceChange};
use crate::origin;
use crate::problem::Problem;
use crate::problems;
use crate::serve::Peer;
use crate::state::AppState;
use session::Session;

pub use ops::is_operation;

/// How long a connection may be quiet before it is pinged.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(30);

/// The gateway's one call.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(connect_gateway))
}

problems! {
    /// What a handshake adds.
    HandshakeProblems: CrossOrigin, Malformed, TooMany, UpgradeRequired
}

/// Open the gateway
///
/// A WebSocket handshake (RFC 6455) with the subprotocol `parley.v1`; text frames of JSON follow. Signed in by the
/// session's cookie, from our own pages only, or by an `Authorization: Bearer` header; no token counts in the address.
#[utoipa::path(
    get,
    path = "/gateway",
    tag = "gateway",
    responses(
        (status = 101, description = "The connection is a WebSocket now"),
        HandshakeProblems
    )
)]
async fn connect_gateway(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let credential = Credential::of(&parts.headers);
    let caller = auth::authenticate(&parts, &state).await?;
    if matches!(credential, Some(Credential::Cookie(_)))
        && !origin::is_ours(&parts.headers, state.settings.public_url.as_ref())
    {
        return Err(Code::CrossOrigin.into());
    }
    let accepted = match handshake::accept(&parts) {
        Ok(accepted) => accepted,
        Err(refusal) => {
            let code = if refusal.status() == StatusCode::UPGRADE_REQUIRED {
                Code::UpgradeRequired
            } else {
                Code::Malformed
            };
            let mut response = Problem::new(code)
                .with_detail(refusal.to_string())
                .into_response();
            response.headers_mut().extend(refusal.headers());
            return Ok(response);
        }
    };
    let connected = state
        .connections
        .enter(caller.user)
        .map_err(|_| Code::TooMany)?;
    let upgrade: OnUpgrade = parts.extensions.remove().ok_or(Code::UpgradeRequired)?;
    // The connection goes on counting for the accept loop.
    let peer: Option<Peer> = parts.extensions.remove();
    let drain = state.drain.enter();
    let negotiated = accepted.negotiated;
    tokio::spawn(async move {
        let _held = (connected, peer);
        match socket::upgraded(upgrade, negotiated).await {
            Ok((reader, writer)) => {
                Session::run(state, caller, negotiated, reader, writer, drain).await
            }
            Err(error) => tracing::debug!(%error, "a handshake was not followed through"),
        }
    });
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    *response.headers_mut() = accepted.headers;
    Ok(response)
}

/// Tells watchers once a second whose presence changed, until the server ends.
pub async fn tell_presence(state: AppState) {
    let mut drain = state.drain.enter();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            now = ticks.tick() => {
                for changes in state.presence.tick(now) {
                    let people = changes.people.into_iter().map(|(user, status)| PresenceChange { user, status });
                    // A signal may be lost: a full inbox means a client that has more urgent things to read.
                    let _ = changes.to.offer(encode(&OtherFrame::Presence { d: people.collect() }));
                }
            }
            () = drain.begun() => return,
        }
    }
}

/// A frame that isn't an event of a stream.
fn encode(frame: &OtherFrame) -> Frame {
    match serde_json::to_string(frame) {
        Ok(json) => Frame::text(json),
        Err(error) => {
            // Our own types always serialise; should one not, the client hears nothing rather than something wrong.
            tracing::error!(%error, "a frame could not be encoded");
            Frame::text(r#"{"t":"internal"}"#)
        }
    }
}
