//! Gatelodge: the command line, which puts the parts together.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 wrong usage. What is said for programs goes to standard output, the
//! rest to standard error, with what to do next.

mod cli;
mod compose;
mod config;
mod demo;
mod finding;
mod log;
mod place;
mod serve;
mod surroundings;

use std::process::ExitCode;

fn main() -> ExitCode {
    place::mask();
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            tell(&format!("gatelodge: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Says something to the person at the terminal, on standard error.
pub(crate) fn tell(line: &str) {
    use std::io::Write;
    // Nobody may be listening; then there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a result on standard output.
pub(crate) fn print(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
