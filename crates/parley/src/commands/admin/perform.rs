//! Doing what is asked, beside a server or without one.

use chat::access_tokens::NewToken;
use chat::admin::{
    Admin, AdminRoomChange, AuditQuery, Exported, NewAccount, RoomsQuery, UserChange, UsersQuery,
    WorkspaceChange,
};
use chat::invitations::NewInvitation;
use chat::{Chat, Error, Result, export};
use model::administration::AdminRoom;
use model::code::Code;
use model::id::{InvitationId, RoomId, TokenId, UserId};
use model::user::Invitation;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::lines::{act_line, invitation_line, room_line, session_line, user_line};
use super::request::{Request, Wanted};

/// How many people, rooms and so on are read at once.
const PAGE: u32 = 200;

/// What came of a request: words for a person, and the same for a program.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Output {
    pub(super) text: String,
    pub(super) value: Value,
    /// Why the command ends badly though it was done: what it looked for isn't as it should be.
    pub(super) bad: Option<String>,
}

/// Does what is asked.
pub(super) async fn perform(chat: &Chat, request: Request) -> Result<Output> {
    let operator = Admin::operator;
    match request {
        Request::ListUsers {
            query,
            role,
            deactivated,
        } => list_users(chat, query, role, deactivated).await,
        Request::CreateUser {
            username,
            email,
            display_name,
            role,
            password,
        } => {
            let account = NewAccount {
                username,
                email,
                display_name,
                role,
                password,
            };
            create_user(chat, account).await
        }
        Request::Deactivate { user } => {
            let id = find(chat, &user).await?;
            let user = chat.admin_deactivate(operator(), id).await?;
            let name = &user.user.username;
            Ok(done(format!("{name} can't sign in any more."), &user))
        }
        Request::Reactivate { user } => {
            let id = find(chat, &user).await?;
            let user = chat.admin_reactivate(operator(), id).await?;
            let name = &user.user.username;
            Ok(done(format!("{name} can sign in again."), &user))
        }
        Request::Role { user, role } => set_role(chat, &user, role).await,
        Request::Sessions { user } => {
            let id = find(chat, &user).await?;
            let sessions = chat.admin_sessions(operator(), id).await?;
            Ok(list(&sessions, session_line))
        }
        Request::EndSessions { user } => {
            let id = find(chat, &user).await?;
            let ended = chat.admin_end_sessions(operator(), id).await?;
            let text = format!("{user} was signed out on {ended} devices.");
            Ok(done(text, &json!({ "ended": ended })))
        }
        Request::ResetLink { user } => {
            let id = find(chat, &user).await?;
            let link = chat.admin_reset_link(operator(), id).await?;
            let url = &link.url;
            let text =
                format!("A new password for {user} can be set once, within an hour, at\n  {url}");
            Ok(done(text, &link))
        }
        Request::ListRooms { query } => {
            let rooms = rooms(chat, query).await?;
            Ok(list(&rooms, room_line))
        }
        Request::ArchiveRoom { room } => {
            let id = find_room(chat, &room).await?;
            let room = chat.admin_archive_room(operator(), id).await?;
            Ok(done("The room is archived.".to_owned(), &room))
        }
        Request::UnarchiveRoom { room } => {
            let id = find_room(chat, &room).await?;
            let room = chat.admin_unarchive_room(operator(), id).await?;
            Ok(done("The room can be written to again.".to_owned(), &room))
        }
        Request::Retention { room, days } => {
            let id = find_room(chat, &room).await?;
            let change = AdminRoomChange {
                retention_days: Some(days),
                ..AdminRoomChange::default()
            };
            let room = chat.admin_update_room(operator(), id, change).await?;
            let text = match days {
                Some(days) => format!("The room keeps messages for {days} days."),
                None => "The room keeps messages as long as the workspace says.".to_owned(),
            };
            Ok(done(text, &room))
        }
        Request::CreateInvitation {
            guest,
            rooms,
            max_uses,
            days,
        } => create_invitation(chat, guest, rooms, max_uses, days).await,
        Request::ListInvitations => list_invitations(chat).await,
        Request::RevokeInvitation { id } => {
            let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
            chat.admin_revoke_invitation(id).await?;
            Ok(done("The link works no more.".to_owned(), &json!({})))
        }
        Request::CreateToken {
            user,
            name,
            scopes,
            expires_at,
        } => {
            let id = find(chat, &user).await?;
            let new = NewToken {
                name,
                scopes,
                expires_at,
            };
            let made = chat.admin_create_token(id, new).await?;
            let text = format!(
                "The token of {user}, which is not shown again:\n  {}",
                made.secret
            );
            Ok(done(text, &made))
        }
        Request::ListTokens { user } => list_tokens(chat, &user).await,
        Request::RevokeToken { user, id } => {
            let user = find(chat, &user).await?;
            let id: TokenId = id.parse().map_err(|_| Error::NotFound)?;
            chat.admin_revoke_token(operator(), user, id).await?;
            Ok(done("The token works no more.".to_owned(), &json!({})))
        }
        Request::ShowSettings => settings(chat).await,
        Request::SetSettings { change } => {
            let change: WorkspaceChange = serde_json::from_value(change)
                .map_err(|error| Error::RefusedBecause(Code::Malformed, error.to_string()))?;
            chat.update_workspace(operator(), change).await?;
            settings(chat).await
        }
        Request::ListActs { acts, limit } => {
            let list_of = chat
                .admin_audit(operator(), acts.into(), None, limit)
                .await?;
            Ok(list(&list_of.items, act_line))
        }
        Request::ExportActs { acts, csv, below } => export(chat, acts, csv, below).await,
        Request::VerifyAudit => verify(chat).await,
        Request::Health => health(chat).await,
    }
}

impl From<Wanted> for AuditQuery {
    fn from(acts: Wanted) -> Self {
        Self {
            actor: acts.actor,
            action: acts.action,
            subject: acts.subject,
            after: acts.after,
            before: acts.before,
        }
    }
}

fn done(text: String, value: &impl Serialize) -> Output {
    Output {
        text,
        value: serde_json::to_value(value).unwrap_or_default(),
        bad: None,
    }
}

/// One item a line.
fn list<T: Serialize>(items: &[T], line: impl Fn(&T) -> String) -> Output {
    let lines: Vec<_> = items.iter().map(line).collect();
    done(lines.join("\n"), &items)
}

async fn find(chat: &Chat, login: &str) -> Result<UserId> {
    Ok(chat.admin_find_user(login).await?.id)
}

/// The room with this id, or the only one with this name.
async fn find_room(chat: &Chat, room: &str) -> Result<RoomId> {
    if let Ok(id) = room.parse() {
        return Ok(id);
    }
    let wanted = room.trim().trim_start_matches('#').to_lowercase();
    let mut found = rooms(chat, wanted.clone()).await?;
    found.retain(|room| {
        let name = room.name.as_ref().map(|name| name.as_str().to_lowercase());
        name.as_deref() == Some(wanted.as_str())
    });
    let refused = |why: &str| Error::RefusedBecause(Code::NotFound, format!("{why} '{room}'"));
    match found.as_slice() {
        [only] => Ok(only.id),
        [] => Err(refused("there is no room with the name")),
        _ => Err(refused("give the id: several rooms have the name")),
    }
}

async fn list_users(
    chat: &Chat,
    query: String,
    role: Option<String>,
    deactivated: bool,
) -> Result<Output> {
    let query = UsersQuery {
        query,
        role: role.and_then(|role| role.parse().ok()),
        active: deactivated.then_some(false),
    };
    let mut users = Vec::new();
    let mut after = None;
    loop {
        let page = chat
            .admin_users(Admin::operator(), query.clone(), after, PAGE)
            .await?;
        users.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(list(&users, user_line));
        }
    }
}

async fn create_user(chat: &Chat, account: NewAccount) -> Result<Output> {
    let made = chat.admin_create_user(Admin::operator(), account).await?;
    let text = format!("{} has an account now.", made.user.user.username);
    let text = match &made.reset_url {
        Some(link) => format!("{text} A password can be set once, within an hour, at\n  {link}"),
        None => text,
    };
    Ok(done(text, &made))
}

async fn set_role(chat: &Chat, login: &str, role: String) -> Result<Output> {
    let id = find(chat, login).await?;
    let change = UserChange {
        role: Some(role),
        ..UserChange::default()
    };
    let user = chat
        .admin_update_user(Admin::operator(), id, change)
        .await?;
    let (name, role) = (&user.user.username, user.user.role.as_str());
    let article = if role.starts_with(['a', 'o']) {
        "an"
    } else {
        "a"
    };
    let text = format!("{name} is {article} {role} of the workspace now.");
    Ok(done(text, &user))
}

async fn rooms(chat: &Chat, query: String) -> Result<Vec<AdminRoom>> {
    let query = RoomsQuery {
        query,
        ..RoomsQuery::default()
    };
    let mut rooms = Vec::new();
    let mut after = None;
    loop {
        let page = chat
            .admin_rooms(Admin::operator(), query.clone(), after, PAGE)
            .await?;
        rooms.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(rooms);
        }
    }
}

async fn create_invitation(
    chat: &Chat,
    guest: bool,
    rooms: Vec<String>,
    max_uses: Option<i64>,
    days: Option<i64>,
) -> Result<Output> {
    let mut ids = Vec::with_capacity(rooms.len());
    for room in rooms {
        ids.push(find_room(chat, &room).await?.to_string());
    }
    let new = NewInvitation {
        max_uses,
        expires_in_days: days,
        role: guest.then(|| "guest".to_owned()),
        rooms: ids,
    };
    let made = chat.admin_create_invitation(new).await?;
    let text = format!(
        "Until {} people can register at\n  {}",
        made.invitation.expires_at, made.url
    );
    Ok(done(text, &made))
}

async fn list_invitations(chat: &Chat) -> Result<Output> {
    let mut invitations: Vec<Invitation> = Vec::new();
    let mut before = None;
    loop {
        let page = chat.admin_invitations(before, PAGE).await?;
        invitations.extend(page.items);
        before = page.next;
        if before.is_none() {
            return Ok(list(&invitations, invitation_line));
        }
    }
}

async fn list_tokens(chat: &Chat, login: &str) -> Result<Output> {
    let user = find(chat, login).await?;
    let page = chat
        .admin_tokens(Admin::operator(), user, None, PAGE)
        .await?;
    Ok(list(&page.items, |token| {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let used = match token.last_used_at {
            Some(at) => format!("last used {at}"),
            None => "never used".to_owned(),
        };
        format!(
            "{}  …{}  {}  {used}  {}",
            token.id,
            token.hint,
            scopes.join(","),
            token.name
        )
    }))
}

async fn settings(chat: &Chat) -> Result<Output> {
    let settings = chat.admin_settings().await?;
    let value = serde_json::to_value(&settings).unwrap_or_default();
    let lines: Vec<_> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let text = match value {
                Value::Null => "none".to_owned(),
                Value::String(text) => text.clone(),
                Value::Array(items) => {
                    let texts: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                    texts.join(",")
                }
                other => other.to_string(),
            };
            format!("{name}={text}")
        })
        .collect();
    Ok(done(lines.join("\n"), &settings))
}

/// One page of an export; `value.next` says where the next one begins.
async fn export(chat: &Chat, acts: Wanted, csv: bool, below: Option<i64>) -> Result<Output> {
    let query = AuditQuery::from(acts);
    let (mut under_way, head) = match below {
        Some(below) => (Exported::resumed(&query, below)?, ""),
        None => {
            let format = if csv { "csv" } else { "jsonl" };
            let begun = chat
                .admin_export_audit(Admin::operator(), query, format)
                .await?;
            (begun, if csv { export::CSV_HEAD } else { "" })
        }
    };
    let page = chat.exported(&mut under_way).await?;
    let mut text = head.to_owned();
    for entry in &page {
        text.push_str(&match csv {
            true => export::csv_line(entry),
            false => export::json_line(entry),
        });
    }
    let next = page.last().map(|entry| entry.seq);
    Ok(done(text, &json!({ "next": next })))
}

async fn verify(chat: &Chat) -> Result<Output> {
    let check = chat.admin_verify_audit(Admin::operator()).await?;
    let (text, bad) = match check.first_bad {
        None => (
            format!("All {} acts are as they were written.", check.entries),
            None,
        ),
        Some(seq) => (
            String::new(),
            Some(format!(
                "the audit is not as it was written: act {seq} was changed, is missing or was put in"
            )),
        ),
    };
    Ok(Output {
        bad,
        ..done(text, &check)
    })
}

async fn health(chat: &Chat) -> Result<Output> {
    let facts = chat.admin_facts(Admin::operator()).await?;
    let mail = match (&facts.mail_error, facts.mail_is_set) {
        (Some(error), _) => error.clone(),
        (None, true) => "ok".to_owned(),
        (None, false) => "none is set".to_owned(),
    };
    let backup = facts.backup_at.map(|at| at.to_string());
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "database": {
            "kind": facts.database_kind, "version": facts.database_version, "bytes": facts.database_bytes,
        },
        "files": { "kind": facts.files_kind, "bytes": facts.files_bytes, "count": facts.files_count },
        "jobs_waiting": facts.jobs_waiting,
        "jobs_dead": facts.jobs_dead,
        "mail_error": facts.mail_error,
        "backup_at": facts.backup_at,
    });
    let text = format!(
        "version   {}\ndatabase  {} {}, {} bytes\nfiles     {}, {} bytes in {}\njobs      {} waiting, {} given up\n\
         mail      {mail}\nbackup    {}",
        env!("CARGO_PKG_VERSION"),
        facts.database_kind,
        facts.database_version,
        facts.database_bytes,
        facts.files_kind,
        facts.files_bytes,
        facts.files_count,
        facts.jobs_waiting,
        facts.jobs_dead,
        backup.as_deref().unwrap_or("none was made"),
    );
    Ok(done(text, &value))
}
