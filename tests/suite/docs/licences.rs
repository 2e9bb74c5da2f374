//! What goes into an app of somebody else's says that it may: the clients, the examples and the widget are under MIT.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::documents::root;

const LINE: &str = "SPDX-License-Identifier: MIT";

/// What is made from the sources or fetched for them.
const MADE: [&str; 8] =
    ["node_modules", "target", "dist", "build", "generated", "__pycache__", ".venv", ".gitignore"];

#[test]
fn every_file_that_goes_into_an_app_is_under_mit_and_says_so() {
    let mut files = vec![root().join("templates/pages/widget.js")];
    for folder in ["clients", "examples"] {
        find(&root().join(folder), &mut files);
    }
    assert!(files.len() > 150, "{} files", files.len());
    let silent: Vec<_> = files.iter().filter(|file| !says_so(file)).collect();
    assert!(silent.is_empty(), "no line `{LINE}` in {silent:#?}");
}

#[test]
fn the_text_of_the_licence_is_beside_what_is_under_it() {
    let clients = ["python", "typescript", "go", "rust"].map(|client| format!("clients/{client}/LICENSE"));
    let others = ["examples/LICENSE", "templates/pages/LICENSE.widget"].map(str::to_owned);
    for file in clients.into_iter().chain(others) {
        let text = fs::read_to_string(root().join(&file)).unwrap_or_default();
        assert!(text.contains("MIT License") && text.contains("free of charge"), "{file}");
    }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_dependency = name == "package-lock.json" || name == "LICENSE" || name == "py.typed";
        if MADE.contains(&name.as_str()) || is_dependency {
            continue;
        }
        if path.is_dir() { find(&path, files) } else { files.push(path) }
    }
}

/// In its first lines, where a person sees it. JSON has no comments, but packages have a field.
fn says_so(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let is_json = file.extension().is_some_and(|end| end == "json");
    let field = is_json && text.contains("\"license\": \"MIT\"");
    field || text.lines().take(4).any(|line| line.contains(LINE))
}
