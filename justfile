# Thin names over cargo and `cargo xtask`; nothing is done here that they cannot do alone.

# What to run before every commit: format, lints, the rules of the house, unit tests.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo xtask tidy
    just test --lib --bins

# The tests, with nextest where it is installed.
test *ARGS:
    if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace {{ARGS}}; else cargo test --workspace {{ARGS}}; fi

# Formats everything.
fmt:
    cargo fmt --all

# Serves the demonstration on http://localhost:8080.
run *ARGS:
    cargo run -- demo {{ARGS}}

# The stories in a real browser.
browser *STORIES="":
    cargo build --package gatelodge
    cargo build --package testkit --example heard --example aged
    cd tests/browser && node --test --test-reporter=spec {{ if STORIES == "" { "*.test.mjs" } else { STORIES } }}

# Every page that a story looks at, in two themes and two widths: target/gallery/index.html.
gallery:
    cargo build --package gatelodge
    cargo build --package testkit --example heard --example aged
    cd tests/browser && node gallery.mjs

# The benchmark: one JSON object a line with --json.
bench *ARGS:
    cargo xtask bench {{ARGS}}

# Everything a change must pass; the build server runs the same.
ci:
    cargo xtask ci
