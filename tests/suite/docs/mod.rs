//! The documents match the program: every setting and every code is documented, and every link leads
//! somewhere. What they tell to run is run by `tests/system/docs`.

mod alerts;
mod dashboard;
mod first_code;
mod licences;
mod packaging;
mod widget;

use std::fs;
use std::path::PathBuf;

use crate::support::documents::markdown::Document;
use crate::support::documents::{codes, quoted_words, read, root};

fn documents() -> Vec<PathBuf> {
    let markdown = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = markdown(root().to_owned()).chain(markdown(root().join("docs")));
    let found: Vec<_> = all.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    assert!(found.len() >= 9, "{found:?}");
    found
}

#[test]
fn every_setting_is_in_the_configuration_page_with_its_default_and_its_variable() {
    let page = read("docs/configuration.md");
    let defaults: config::Config = config::Config::builder()
        .add_source(config::File::from_str(otpmint::config::DEFAULT, config::FileFormat::Toml))
        .build()
        .unwrap();
    let mut missing = Vec::new();
    let mut expected = 0;
    for (path, value) in settings() {
        assert!(defaults.get::<config::Value>(&path).is_ok(), "{path} is read wrongly by this test");
        let variable = format!("OTPMINT_{}", path.to_uppercase().replace('.', "__"));
        let row = page.lines().find(|line| line.starts_with(&format!("| `{path}` | `{value}` |")));
        if !row.is_some_and(|row| row.contains(&format!("`{variable}`"))) {
            missing.push(format!("| `{path}` | `{value}` | … `{variable}` |"));
        }
        expected += 1;
    }
    assert!(missing.is_empty(), "docs/configuration.md lacks:\n{}", missing.join("\n"));
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, expected, "docs/configuration.md has settings that do not exist");
}

/// Path and value of each setting, as written in the default file.
fn settings() -> Vec<(String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in otpmint::config::DEFAULT.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            found.push((format!("{section}{key}"), value.to_owned()));
        }
    }
    found
}

#[test]
fn every_code_of_an_answer_is_in_the_tables_of_codes() {
    let page = read("docs/api.md");
    let missing: Vec<_> =
        codes().into_iter().filter(|word| !page.contains(&format!("\n| `{word}` |"))).collect();
    assert!(missing.is_empty(), "docs/api.md lacks {missing:?}");
}

#[test]
fn every_code_and_nothing_else_has_a_section_in_the_page_of_problems() {
    let page = read("docs/problems.md");
    let mut sections: Vec<_> = page.split("\n## ").skip(1).collect();
    for section in &sections {
        assert!(section.trim_end().split("\n\n").count() >= 3, "what it means, and what to do: {section}");
    }
    sections.sort_unstable();
    let explained: Vec<_> = sections.iter().filter_map(|section| section.lines().next()).collect();
    assert_eq!(explained, codes());
}

#[test]
fn the_page_of_problems_and_the_tables_of_codes_come_from_the_table_of_problems() {
    assert_is("docs/problems.md", &otpmint::http::problems_page());
    let mut page = read("docs/api.md");
    for (head, rows, end) in [
        (
            "| `code` | compat | v1 | what happened |\n|---|---|---|---|\n",
            otpmint::http::codes_table(),
            "| [limits]",
        ),
        ("| `code` | what happened |\n|---|---|\n", otpmint::http::deliveries_table(), "\n## "),
    ] {
        let from = page.rfind(head).unwrap_or_else(|| panic!("docs/api.md lacks {head}")) + head.len();
        let to = from + page[from..].find(end).unwrap();
        page.replace_range(from..to, &rows);
    }
    assert_is("docs/api.md", &page);
}

/// Fails unless a document is up to date. With `WRITE_DOCS` set the document is written first.
#[track_caller]
fn assert_is(path: &str, made: &str) {
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(root().join(path), made).unwrap();
    }
    assert!(
        read(path) == made,
        "{path} is out of date. Update it with:\n\n    WRITE_DOCS=1 cargo test --test suite table_of_problems\n"
    );
}

#[test]
fn every_route_is_in_the_page_of_the_api() {
    let described: serde_json::Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let page = read("docs/api.md");
    let mut missing = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let route = format!("{} {path}", method.to_uppercase());
            if !page.contains(&format!("`{route}`")) {
                missing.push(route);
            }
        }
    }
    assert!(missing.is_empty(), "docs/api.md lacks {missing:?}");
}

#[test]
fn the_committed_description_of_the_api_is_that_of_the_code() {
    let same = read("docs/openapi.json") == otpmint::http::openapi();
    assert!(
        same,
        "docs/openapi.json is out of date. Bring it up with:\n\n    cargo run -- openapi > docs/openapi.json\n"
    );
}

#[test]
fn every_route_that_the_api_page_names_is_in_the_description_of_the_api() {
    let description: serde_json::Value = serde_json::from_str(otpmint::http::openapi()).unwrap();
    let page = read("docs/api.md");
    let routes = page.lines().filter_map(|line| line.strip_prefix("### `"));
    let routes: Vec<_> = routes.filter_map(|rest| rest.split_once('`')?.0.split_once(' ')).collect();
    assert!(routes.len() >= 3, "{routes:?}");
    let is_there = |(method, path): &(&str, &str)| {
        !description["paths"][*path][method.to_lowercase()]["operationId"].is_null()
    };
    let missing: Vec<_> = routes.iter().filter(|route| !is_there(route)).collect();
    assert!(missing.is_empty(), "the description lacks {missing:?}");
}

#[test]
fn every_metric_is_in_the_operations_page() {
    let page = read("docs/operations.md");
    let source = read("src/telemetry/metrics.rs");
    let names = quoted_words(&source).into_iter().filter(|word| word.starts_with("otpmint_"));
    let missing: Vec<_> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/operations.md lacks {missing:?}");
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for path in documents() {
        let document = Document::read(&path);
        for link in document.links() {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { path.clone() } else { path.with_file_name("").join(file) };
            let leads = target.exists()
                && (heading.is_empty() || Document::read(&target).anchors().iter().any(|a| a == heading));
            if !leads {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_that_the_documents_name_in_code_exists() {
    let mut missing = Vec::new();
    for path in documents() {
        for name in Document::read(&path).named_files() {
            if !root().join(&name).exists() {
                missing.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
