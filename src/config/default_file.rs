//! The default settings, and the names of all settings.

/// What the name of each variable of the environment begins with.
pub(super) const PREFIX: &str = "OTPMINT_";

/// The commented default file.
pub const DEFAULT: &str = include_str!("../../config/default.toml");

/// The paths of all settings, such as `server.listen`.
pub(super) fn settings() -> impl Iterator<Item = String> {
    let mut section = String::new();
    DEFAULT.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
            return None;
        }
        let (key, _) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
        Some(format!("{section}{key}"))
    })
}

/// The path that a variable of the environment names, whether it is a setting or not.
pub(super) fn path_of(variable: &str) -> String {
    variable.trim_start_matches(PREFIX).to_lowercase().replace("__", ".")
}
