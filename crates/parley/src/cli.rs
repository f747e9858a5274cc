//! The command line.

pub(crate) mod admin;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Flags;

/// Team chat that starts with one command.
#[derive(Debug, Parser)]
#[command(
    name = "parley",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Serve(Serve),
    /// Manage people, rooms, settings and the audit; works beside a running server and without one
    Admin(admin::Admin),
    /// Look at the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the OpenAPI document
    #[command(hide = true)]
    Openapi,
}

/// `parley serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Settings that stand on the command line.
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// What this process serves
    #[arg(long, value_enum, default_value_t = Role::All)]
    pub(crate) role: Role,
}

/// The settings that have a flag.
#[derive(Debug, Default, Args)]
pub(crate) struct Settings {
    /// Where to listen: HOST:PORT or unix:/path (PARLEY_LISTEN) [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where the data lies (PARLEY_DATA_DIR) [default: ./data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
}

impl Settings {
    /// The flags that were given.
    pub(crate) fn into_flags(self) -> Flags {
        Flags {
            listen: self.listen,
            data_dir: self.data_dir,
        }
    }
}

/// What a process serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Everything
    All,
    /// Everything but the gateway
    Web,
    /// Of the API, only the gateway
    Gateway,
}

/// `parley config …`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the settings that hold, secrets hidden
    Check(Settings),
}
