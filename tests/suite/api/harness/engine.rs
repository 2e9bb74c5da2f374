//! Which engine the servers of these tests store in.

/// Whether it is PostgreSQL, which `OTPMINT_TEST_STORE=postgres` asks for, and not SQLite.
///
/// A test that needs what only SQLite has, such as its file, begins with
/// `if engine::on_postgres() { return }`.
pub fn on_postgres() -> bool {
    std::env::var("OTPMINT_TEST_STORE").is_ok_and(|engine| engine == "postgres")
}
