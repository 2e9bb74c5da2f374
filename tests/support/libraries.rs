//! Libraries of other languages, as `./check` installs them next to the examples.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::lab::{Missing, need_command};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder for `PYTHONPATH`, if it has these modules.
pub fn python_library(modules: &[&str]) -> Result<PathBuf, Missing> {
    python_folder("python", modules)
}

/// The folder with this name, of libraries that do not go with the others, if it has these modules.
pub fn python_folder(name: &str, modules: &[&str]) -> Result<PathBuf, Missing> {
    need_command("python3")?;
    let folder = root().join("target/examples").join(name);
    let import = format!("import {}", modules.join(", "));
    let present = Command::new("python3").env("PYTHONPATH", &folder).args(["-c", &import]).output();
    match present.is_ok_and(|output| output.status.success()) {
        true => Ok(folder),
        false => Err(Missing(format!("no Python modules {modules:?} (./check installs them)"))),
    }
}

/// The folder of this example, if Node finds this package in it.
pub fn node_library(example: &str, package: &str) -> Result<PathBuf, Missing> {
    node_package(&format!("examples/{example}"), package)
}

/// This folder of the repository, if Node finds this package in it.
pub fn node_package(folder: &str, package: &str) -> Result<PathBuf, Missing> {
    need_command("node")?;
    let folder = root().join(folder);
    match folder.join("node_modules").join(package).is_dir() {
        true => Ok(folder),
        false => Err(Missing(format!("no Node package {package} (./check installs it)"))),
    }
}
