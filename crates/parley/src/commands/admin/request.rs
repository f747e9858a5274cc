//! What a command asks, as it travels to the running server.

use std::io::BufRead;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::admin::{
    Acts, AdminCommand, AuditCommand, CreateUser, Format, InviteCommand, RoomCommand,
    SettingsCommand, TokenCommand, UserCommand,
};

/// What is asked. Users go by name or address, rooms by id or name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Request {
    ListUsers {
        query: String,
        role: Option<String>,
        deactivated: bool,
    },
    CreateUser {
        username: String,
        email: String,
        display_name: Option<String>,
        role: Option<String>,
        password: Option<String>,
    },
    Deactivate {
        user: String,
    },
    Reactivate {
        user: String,
    },
    Role {
        user: String,
        role: String,
    },
    Sessions {
        user: String,
    },
    EndSessions {
        user: String,
    },
    ResetLink {
        user: String,
    },
    ListRooms {
        query: String,
    },
    ArchiveRoom {
        room: String,
    },
    UnarchiveRoom {
        room: String,
    },
    Retention {
        room: String,
        days: Option<i64>,
    },
    CreateInvitation {
        guest: bool,
        rooms: Vec<String>,
        max_uses: Option<i64>,
        days: Option<i64>,
    },
    ListInvitations,
    RevokeInvitation {
        id: String,
    },
    CreateToken {
        user: String,
        name: String,
        scopes: Vec<String>,
        expires_at: Option<String>,
    },
    ListTokens {
        user: String,
    },
    RevokeToken {
        user: String,
        id: String,
    },
    ShowSettings,
    SetSettings {
        change: Value,
    },
    ListActs {
        acts: Wanted,
        limit: u32,
    },
    /// A page of an export; `below` is where the one before ended.
    ExportActs {
        acts: Wanted,
        csv: bool,
        below: Option<i64>,
    },
    VerifyAudit,
    Health,
}

/// Which acts are wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Wanted {
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) after: String,
    pub(super) before: String,
}

impl From<Acts> for Wanted {
    fn from(acts: Acts) -> Self {
        Self {
            actor: acts.actor,
            action: acts.action,
            subject: acts.subject,
            after: acts.after,
            before: acts.before,
        }
    }
}

impl Request {
    /// What a command asks; a password comes from standard input, where no list of processes shows it.
    pub(super) fn of(command: AdminCommand) -> anyhow::Result<Self> {
        Ok(match command {
            AdminCommand::User(command) => Self::of_user(command)?,
            AdminCommand::Room(command) => Self::of_room(command)?,
            AdminCommand::Invite(command) => Self::of_invitation(command),
            AdminCommand::Token(command) => Self::of_token(command),
            AdminCommand::Settings(SettingsCommand::Show) => Self::ShowSettings,
            AdminCommand::Settings(SettingsCommand::Set { changes }) => Self::SetSettings {
                change: settings(&changes)?,
            },
            AdminCommand::Audit(command) => Self::of_audit(command),
            AdminCommand::Health => Self::Health,
            AdminCommand::ListUsers => Self::ListUsers {
                query: String::new(),
                role: None,
                deactivated: false,
            },
            AdminCommand::CreateUser(new) => Self::create(new)?,
            AdminCommand::ResetPassword(name) => Self::ResetLink { user: name.user },
            AdminCommand::MakeOwner(name) => Self::Role {
                user: name.user,
                role: "owner".to_owned(),
            },
        })
    }

    fn of_user(command: UserCommand) -> anyhow::Result<Self> {
        Ok(match command {
            UserCommand::List {
                query,
                role,
                deactivated,
            } => Self::ListUsers {
                query,
                role: role.map(|role| role.as_str().to_owned()),
                deactivated,
            },
            UserCommand::Create(new) => Self::create(new)?,
            UserCommand::Deactivate(name) => Self::Deactivate { user: name.user },
            UserCommand::Reactivate(name) => Self::Reactivate { user: name.user },
            UserCommand::Role { user, role } => Self::Role {
                user,
                role: role.as_str().to_owned(),
            },
            UserCommand::Sessions(name) => Self::Sessions { user: name.user },
            UserCommand::EndSessions(name) => Self::EndSessions { user: name.user },
            UserCommand::ResetLink(name) => Self::ResetLink { user: name.user },
        })
    }

    fn create(new: CreateUser) -> anyhow::Result<Self> {
        Ok(Self::CreateUser {
            username: new.username,
            email: new.email,
            display_name: new.display_name,
            role: new.role.map(|role| role.as_str().to_owned()),
            password: new.password_stdin.then(read_password).transpose()?,
        })
    }

    fn of_room(command: RoomCommand) -> anyhow::Result<Self> {
        Ok(match command {
            RoomCommand::List { query } => Self::ListRooms { query },
            RoomCommand::Archive { room } => Self::ArchiveRoom { room },
            RoomCommand::Unarchive { room } => Self::UnarchiveRoom { room },
            RoomCommand::Retention { room, days } => Self::Retention {
                room,
                days: match days.as_str() {
                    "default" => None,
                    days => Some(days.parse().context("days are a number, or `default`")?),
                },
            },
        })
    }

    fn of_invitation(command: InviteCommand) -> Self {
        match command {
            InviteCommand::Create {
                guest,
                rooms,
                max_uses,
                days,
            } => Self::CreateInvitation {
                guest,
                rooms,
                max_uses,
                days,
            },
            InviteCommand::List => Self::ListInvitations,
            InviteCommand::Revoke { id } => Self::RevokeInvitation { id },
        }
    }

    fn of_token(command: TokenCommand) -> Self {
        match command {
            TokenCommand::Create {
                user,
                name,
                scopes,
                expires_at,
            } => Self::CreateToken {
                user,
                name,
                scopes,
                expires_at,
            },
            TokenCommand::List(name) => Self::ListTokens { user: name.user },
            TokenCommand::Revoke { user, id } => Self::RevokeToken { user, id },
        }
    }

    fn of_audit(command: AuditCommand) -> Self {
        match command {
            AuditCommand::List { acts, limit } => Self::ListActs {
                acts: acts.into(),
                limit,
            },
            AuditCommand::Export { acts, format } => Self::ExportActs {
                acts: acts.into(),
                csv: format == Format::Csv,
                below: None,
            },
            AuditCommand::Verify => Self::VerifyAudit,
        }
    }
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("cannot read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// `NAME=VALUE …` as the body of a change.
fn settings(changes: &[String]) -> anyhow::Result<Value> {
    let mut body = Map::new();
    for change in changes {
        let Some((name, value)) = change.split_once('=') else {
            bail!("`{change}` is not NAME=VALUE");
        };
        let nothing = value == "none";
        let value = match name {
            "name" | "join_policy" => Value::from(value),
            "accent" | "default_room" if nothing => Value::Null,
            "accent" | "default_room" => Value::from(value),
            "mail_domains" | "file_types" if nothing || value.is_empty() => {
                Value::Array(Vec::new())
            }
            "mail_domains" | "file_types" => value.split(',').map(str::trim).collect(),
            "retention_days" | "storage_quota_bytes" | "user_quota_bytes" if nothing => Value::Null,
            "retention_days" | "storage_quota_bytes" | "user_quota_bytes" | "max_file_bytes" => {
                let number: i64 = value
                    .parse()
                    .with_context(|| format!("{name} is a number"))?;
                Value::from(number)
            }
            _ => {
                bail!("there is no setting `{name}`; `parley admin settings set --help` lists them")
            }
        };
        body.insert(name.to_owned(), value);
    }
    Ok(Value::Object(body))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_by_what_they_are() {
        let set = |changes: &[&str]| {
            let changes: Vec<_> = changes.iter().map(|change| (*change).to_owned()).collect();
            settings(&changes)
        };
        let body = set(&[
            "name=A=B",
            "accent=none",
            "retention_days=30",
            "mail_domains=a.example, b.example",
            "file_types=none",
        ]);
        let expected = json!({
            "name": "A=B", "accent": null, "retention_days": 30, "mail_domains": ["a.example", "b.example"],
            "file_types": [],
        });
        assert_eq!(body.unwrap(), expected);
        for bad in [
            "name",
            "colour=red",
            "retention_days=soon",
            "max_file_bytes=none",
        ] {
            assert!(set(&[bad]).is_err(), "{bad}");
        }
    }
}
