//! The commands, one a file.

mod admin;
mod serve;
mod set_up;
mod tls;

use std::path::Path;

use anyhow::{Context, anyhow};

use crate::cli::{Cli, Command, ConfigCommand};
use crate::config::{Config, Flags};
use crate::terminal::say;

/// Does what the command line asks.
pub(crate) fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(command) => {
            let config = load(command.settings.into_flags())?;
            serve::run(&config, command.role)
        }
        Command::Admin(command) => admin::run(&load(command.flags())?, command),
        Command::Config(ConfigCommand::Check(settings)) => {
            say(load(settings.into_flags())?.to_string().trim_end());
            Ok(())
        }
        Command::Openapi => {
            let document = server::openapi::document();
            say(&serde_json::to_string_pretty(&document).context("cannot write the document")?);
            Ok(())
        }
    }
}

/// The settings that hold here; all that is wrong with them is told at once.
fn load(flags: Flags) -> anyhow::Result<Config> {
    Config::load(Path::new("."), std::env::vars_os(), flags).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("the settings can't be used:{}", errors.concat())
    })
}
