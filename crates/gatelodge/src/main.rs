//! Gatelodge: the command line, which puts the parts together.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 wrong usage. What is said for programs goes to standard output, the
//! rest to standard error.

mod cli;
mod compose;
mod demo;
mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
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
