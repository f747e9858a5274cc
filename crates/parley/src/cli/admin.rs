//! `parley admin …`: what can be done without signing in, by who may read the data folder.

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Flags;

/// `parley admin`
#[derive(Debug, Args)]
pub(crate) struct Admin {
    /// Where the data lies (PARLEY_DATA_DIR) [default: ./data]
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<String>,
    /// Answer in JSON, for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: AdminCommand,
}

impl Admin {
    /// The flags that were given.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            listen: None,
            data_dir: self.data_dir.clone(),
        }
    }
}

/// What can be done without signing in.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// People: list, create, deactivate, change roles, sign out
    #[command(subcommand)]
    User(UserCommand),
    /// Rooms: list, archive, set how long they keep messages
    #[command(subcommand)]
    Room(RoomCommand),
    /// Invitations: create, list, revoke
    #[command(subcommand)]
    Invite(InviteCommand),
    /// Personal access tokens of people: create, list, revoke
    #[command(subcommand)]
    Token(TokenCommand),
    /// The workspace's settings: show, set
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// The audit: list, export, verify
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Say how the server fares
    Health,
    /// List the people (the same as `user list`)
    ListUsers,
    /// Make an account, and print a link to set its password (the same as `user create`)
    CreateUser(CreateUser),
    /// Print a link by which somebody sets a new password (the same as `user reset-link`)
    ResetPassword(UserName),
    /// Make somebody an owner of the workspace, and sign them out everywhere (the same as `user role NAME owner`)
    MakeOwner(UserName),
}

/// Somebody.
#[derive(Debug, Args)]
pub(crate) struct UserName {
    /// The user name or e-mail address
    pub(crate) user: String,
}

/// A new account.
#[derive(Debug, Args)]
pub(crate) struct CreateUser {
    /// The user name
    pub(crate) username: String,
    /// The e-mail address
    pub(crate) email: String,
    /// The name that people see
    #[arg(long, value_name = "NAME")]
    pub(crate) display_name: Option<String>,
    /// The role in the workspace
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleName>,
    /// Read the password from standard input; no link is made then
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

/// A role in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Sees only rooms they were added to
    Guest,
    /// The usual one
    Member,
    /// Manages people, rooms and settings
    Administrator,
    /// May do everything
    Owner,
}

impl RoleName {
    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Administrator => "administrator",
            Self::Owner => "owner",
        }
    }
}

/// `parley admin user …`
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List people
    List {
        /// Only those whose name or e-mail address contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        query: String,
        /// Only those with this role
        #[arg(long, value_enum)]
        role: Option<RoleName>,
        /// Only those who are deactivated
        #[arg(long)]
        deactivated: bool,
    },
    /// Make an account, and print a link to set its password
    Create(CreateUser),
    /// Sign somebody out everywhere for good
    Deactivate(UserName),
    /// Let somebody sign in again
    Reactivate(UserName),
    /// Give somebody another role; who rises is signed out everywhere
    Role {
        /// The user name or e-mail address
        user: String,
        /// The role
        #[arg(value_enum)]
        role: RoleName,
    },
    /// List the devices where somebody is signed in
    Sessions(UserName),
    /// Sign somebody out on all devices
    EndSessions(UserName),
    /// Print a link by which somebody sets a new password
    ResetLink(UserName),
}

/// `parley admin room …`
#[derive(Debug, Subcommand)]
pub(crate) enum RoomCommand {
    /// List public and private rooms
    List {
        /// Only those whose name contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        query: String,
    },
    /// Make a room read-only
    Archive {
        /// The room's id, or its name if no other has it
        room: String,
    },
    /// Let a room be written to again
    Unarchive {
        /// The room's id, or its name if no other has it
        room: String,
    },
    /// Set after how many days a room's messages are removed for good
    Retention {
        /// The room's id, or its name if no other has it
        room: String,
        /// From 1 to 3650 days, or `default`: as the workspace says
        days: String,
    },
}

/// `parley admin invite …`
#[derive(Debug, Subcommand)]
pub(crate) enum InviteCommand {
    /// Make an invitation in the name of the workspace's first owner, and print its link
    Create {
        /// Who registers by it becomes a guest, who sees only rooms they were added to
        #[arg(long)]
        guest: bool,
        /// A room that they join: its id or name; may be given several times
        #[arg(long = "room", value_name = "ROOM")]
        rooms: Vec<String>,
        /// How many people may use it [default: any number]
        #[arg(long, value_name = "NUMBER")]
        max_uses: Option<i64>,
        /// For how many days it works [default: 7]
        #[arg(long, value_name = "DAYS")]
        days: Option<i64>,
    },
    /// List the invitations that work
    List,
    /// End an invitation
    Revoke {
        /// The invitation's id
        id: String,
    },
}

/// `parley admin token …`
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for somebody, and print its secret
    Create {
        /// The user name or e-mail address
        user: String,
        /// What to call it
        #[arg(long)]
        name: String,
        /// What it may do: read, write, admin:read, admin:write; with commas between them
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// When it ends, as in 2030-01-31T08:15:00Z [default: never]
        #[arg(long, value_name = "TIME")]
        expires_at: Option<String>,
    },
    /// List somebody's tokens
    List(UserName),
    /// End a token
    Revoke {
        /// The user name or e-mail address
        user: String,
        /// The token's id
        id: String,
    },
}

/// `parley admin settings …`
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Print the workspace's settings
    Show,
    /// Change settings
    Set {
        /// name, accent, join_policy, mail_domains, default_room, retention_days, max_file_bytes,
        /// storage_quota_bytes, user_quota_bytes, file_types; lists with commas, `none` for nothing
        #[arg(value_name = "NAME=VALUE", required = true)]
        changes: Vec<String>,
    },
}

/// Which acts.
#[derive(Debug, Default, Args)]
pub(crate) struct Acts {
    /// Only acts of this user, by id; `server` for those at the command line
    #[arg(long, value_name = "ID", default_value = "")]
    pub(crate) actor: String,
    /// Only this action, as in user.role_changed; `user.` for all that begin with it
    #[arg(long, default_value = "")]
    pub(crate) action: String,
    /// Only acts on this subject: an id, or a word
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
    /// From this date or time on
    #[arg(long, value_name = "TIME", default_value = "")]
    pub(crate) after: String,
    /// Before this date or time
    #[arg(long, value_name = "TIME", default_value = "")]
    pub(crate) before: String,
}

/// `parley admin audit …`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List the newest acts
    List {
        /// Which.
        #[command(flatten)]
        acts: Acts,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Print all acts as lines of JSON, or as a table
    Export {
        /// Which.
        #[command(flatten)]
        acts: Acts,
        /// The format
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
    },
    /// Check that no act was changed, removed or put in; ends with 1 and names the first if one was
    Verify,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line
    Jsonl,
    /// A table for spreadsheets
    Csv,
}
