# The same five names as in ./check and in continuous integration.

# everything, as continuous integration runs it
check:
    ./check

fmt:
    cargo fmt --all

clippy:
    cargo clippy --locked --workspace --all-targets -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps

deny:
    cargo deny check bans licenses sources

test:
    cargo build --locked --workspace
    cargo test --locked --workspace

# the server with everything embedded: temporary data, a tenant, a mail catcher
dev:
    cargo run --locked -- dev
