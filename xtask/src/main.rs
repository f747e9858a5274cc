//! What a developer of Parley needs, each by one command that does all its own set-up.

mod bench;
mod counts;
mod evidence;
mod fuzz;
mod generate;
mod node;
mod planted;
mod postgres;
mod rules;
mod serve;
mod supply;
mod term;
mod test;
mod tools;
mod web;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;

use workspace::Workspace;

const COMMANDS: [(&str, &str); 10] = [
    (
        "run [-- words for serve]",
        "build Parley and start it on http://127.0.0.1:8080",
    ),
    (
        "dev [-- words for serve]",
        "start it with hot reload of the web client",
    ),
    ("build", "make target/release/parley, the web app inside"),
    (
        "test [part…] [-- words for it]",
        "check everything, or some parts",
    ),
    ("lint", "formatting, lints, types: what needs no test"),
    ("gen", "write the API document and the web client's types"),
    ("screenshots", "make a picture of every screen"),
    ("bench [name]", "list the benchmarks, or run one"),
    (
        "fuzz [target] [minutes]",
        "list what can be fuzzed, or fuzz it; `all` for all",
    ),
    (
        "planted [fault…]",
        "show that each planted fault turns its test red",
    ),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            term::settle();
            term::say(&format!("\n{} {error:#}", term::red("✗")));
            ExitCode::FAILURE
        }
    }
}

/// True when all went well.
fn dispatch(words: &[String]) -> Result<bool> {
    let (command, rest) = match words.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    match command {
        "run" => serve::run(Workspace::open()?, passed_on(rest))?,
        "dev" => serve::dev(&Workspace::open()?, passed_on(rest))?,
        "build" => serve::build_command(&Workspace::open()?)?,
        "test" => return test::run(&Workspace::open()?, rest),
        "lint" => test::lint(&Workspace::open()?)?,
        "gen" => generate::write(&Workspace::open()?)?,
        "screenshots" => test::screenshots(&Workspace::open()?, passed_on(rest))?,
        "bench" => bench::run(&Workspace::open()?, rest)?,
        "fuzz" => fuzz::run(&Workspace::open()?, rest)?,
        "planted" => return planted::run(&Workspace::open()?, rest),
        "help" | "--help" | "-h" => help(),
        other => {
            term::say(&format!("{} there is no command {other}\n", term::red("✗")));
            help();
            return Ok(false);
        }
    }
    Ok(true)
}

fn passed_on(words: &[String]) -> &[String] {
    match words.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => words,
    }
}

fn help() {
    term::say(&format!("{}\n", term::bold("cargo xtask")));
    for (usage, about) in COMMANDS {
        term::say(&format!("  {usage:<32} {}", term::dim(about)));
    }
    term::say(&format!("\n{}\n", term::bold("parts of test")));
    for (part, about, _) in test::PARTS {
        term::say(&format!("  {part:<32} {}", term::dim(about)));
    }
}
