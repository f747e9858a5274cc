//! The parley binary: settings in, a server or an answer out.

mod cli;
mod commands;
mod config;
mod data_dir;
mod logs;
mod terminal;
mod wire;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before anything could want another provider; it is refused only when one is there already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match commands::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain(&format!("parley: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
