//! Logs: for people on a terminal, JSON for everything else; on standard error either way.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// What is never told, whatever `RUST_LOG` says: the driver of PostgreSQL would write down what its statements carry,
/// which are people's messages, addresses and passwords' hashes.
const SILENT: &str = "tokio_postgres=info";

/// What is told without `RUST_LOG`: not each step of a start.
const USUAL: &str = "info,refinery_core=warn";

/// Starts logging. `RUST_LOG` chooses what is told, as for other Rust programs.
pub(crate) fn start() {
    let wanted = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .try_from_env();
    let filter = silenced(wanted.unwrap_or_else(|_| EnvFilter::new(USUAL)));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // It fails only if it was done before.
    let _ = if io::stderr().is_terminal() {
        logs.with_target(false).try_init()
    } else {
        logs.json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    };
}

/// The filter without what is never told.
fn silenced(wanted: EnvFilter) -> EnvFilter {
    match SILENT.parse::<Directive>() {
        Ok(silent) => wanted.add_directive(silent),
        Err(_) => EnvFilter::new(USUAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_statements_carry_is_told_even_if_asked_for() {
        for wanted in [
            "trace",
            "debug,tokio_postgres=trace",
            "tokio_postgres=debug",
            USUAL,
        ] {
            let told = silenced(EnvFilter::new(wanted)).to_string();
            assert!(told.contains("tokio_postgres=info"), "{told}");
            assert!(
                !told.contains("tokio_postgres=debug") && !told.contains("tokio_postgres=trace"),
                "{told}"
            );
        }
    }
}
