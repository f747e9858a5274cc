//! How people, rooms and the like are listed: one line each.

use model::administration::{AdminRoom, AdminUser, AuditEntry};
use model::user::{Invitation, Session};

/// Name, role, since when, and whether they are still active.
pub(super) fn user_line(user: &AdminUser) -> String {
    let user = &user.user;
    let state = match user.deactivated_at {
        Some(_) => "  deactivated",
        None => "",
    };
    format!(
        "{:<32}  {:<13}  {}{state}",
        user.username.as_str(),
        user.role.as_str(),
        user.created_at
    )
}

/// Id, when and from where it was last used, and the device.
pub(super) fn session_line(session: &Session) -> String {
    format!(
        "{}  {}  {:<39}  {}",
        session.id, session.last_seen_at, session.address, session.device
    )
}

/// Id, kind, size, name, and what is special about it.
pub(super) fn room_line(room: &AdminRoom) -> String {
    let name = room.name.as_ref().map_or("", |name| name.as_str());
    let state = match room.archived_at {
        Some(_) => "  archived",
        None => "",
    };
    let days = match room.retention_days {
        Some(days) => format!("  keeps {days} days"),
        None => String::new(),
    };
    format!(
        "{}  {:<7}  {:>6} members  {:>9} messages  {name}{days}{state}",
        room.id,
        room.kind.as_str(),
        room.members,
        room.messages
    )
}

/// Id, role, uses, and until when.
pub(super) fn invitation_line(invitation: &Invitation) -> String {
    let most = match invitation.max_uses {
        Some(most) => format!(" of {most}"),
        None => String::new(),
    };
    format!(
        "{}  {:<6}  used {}{most}  until {}",
        invitation.id,
        invitation.role.as_str(),
        invitation.uses,
        invitation.expires_at
    )
}

/// Number, time, who, what, to what, and more of it.
pub(super) fn act_line(act: &AuditEntry) -> String {
    let actor = match act.actor {
        Some(actor) => actor.to_string(),
        None => "server".to_owned(),
    };
    format!(
        "{:>8}  {}  {:<36}  {:<26}  {}  {}",
        act.seq, act.at, actor, act.action, act.subject, act.data
    )
}
