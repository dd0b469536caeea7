//! How the binary is linked.

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is told by its surroundings what it builds for"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // Half a million addresses that the loader sets are a bit map instead of a table: 0.6 MiB less to ship. The
        // loader reads it from glibc 2.36 on (Debian 12).
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
