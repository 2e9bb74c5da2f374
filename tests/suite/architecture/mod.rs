//! The shape of the code, as rules that can fail: which module may use which, and how large a piece may grow.
//!
//! The layer table is data, right below. An edge that is missing there fails the test, and so does an unknown
//! module.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

mod lexer;
mod rules;
mod source;

pub use source::Source;

/// A layer and the layers that it may use (itself always, `ANY` for every one).
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
}

/// May use everything.
const ANY: &[&str] = &["*"];

const LAYERS: &[Layer] = &[
    Layer { name: "main", may_use: ANY },
    Layer { name: "cli", may_use: ANY },
    Layer {
        name: "app",
        may_use: &[
            "http",
            "service",
            "shared_rates",
            "delivery",
            "store",
            "crypto",
            "config",
            "telemetry",
            "domain",
        ],
    },
    Layer { name: "http", may_use: &["service", "telemetry", "texts", "domain"] },
    Layer {
        name: "service",
        may_use: &["shared_rates", "store", "delivery", "crypto", "telemetry", "domain"],
    },
    Layer { name: "shared_rates", may_use: &["domain"] },
    Layer { name: "delivery", may_use: &["telemetry", "texts", "domain"] },
    Layer { name: "store", may_use: &["telemetry", "domain"] },
    Layer { name: "crypto", may_use: &["domain"] },
    Layer { name: "config", may_use: &["domain"] },
    Layer { name: "telemetry", may_use: &["domain"] },
    Layer { name: "texts", may_use: &["domain"] },
    Layer { name: "domain", may_use: &[] },
];

/// A package of this workspace: where it is, and the others that it may use.
struct Package {
    name: &'static str,
    folder: &'static str,
    may_use: &'static [&'static str],
}

const PACKAGES: &[Package] = &[
    Package { name: "otpmint", folder: ".", may_use: &["mail-catcher"] },
    Package { name: "mail-catcher", folder: "crates/mail-catcher", may_use: &[] },
    Package { name: "otpmint-bench", folder: "crates/bench", may_use: &["otpmint", "mail-catcher"] },
    Package { name: "otpmint-fuzz", folder: "crates/fuzz", may_use: &["otpmint"] },
];

/// Where a package beside the server, or a function with power, may be named: (its name, the modules).
const NAMED_ONLY_BY: &[(&str, &[&str])] = &[
    ("mail_catcher", &["cli::dev"]),
    // Whoever is at the shell needs no secret key; a request always does.
    ("at_shell", &["cli", "service::tenants::authenticate"]),
];

/// Where a user may use only the traits of a layer: the items of its `mod.rs` and these modules of it. (user,
/// layer, modules)
const TRAITS_ONLY: &[(&str, &str, &[&str])] =
    &[("service", "store", &[]), ("service", "delivery", &[]), ("service", "shared_rates", &[])];

/// What a release build of the server must not contain: (from, to).
const UNREACHABLE: &[(&str, &str)] = &[("app", "cli::dev"), ("cli::serve", "cli::dev")];

/// The HTTP surfaces: none uses another; shared code is in `http::shared`.
const FACES: &[&str] =
    &["original", "otpgateway", "v1", "pages", "console", "callbacks", "hooks", "server", "twilio"];

/// Faces that still use another. The list may only get shorter.
const MEETINGS: &[(&str, &str)] = &[];

/// Crates and modules that a folder must not name: (folder, names).
const UNNAMED: &[(&str, &[&str])] =
    &[("store/sql/", &["rusqlite", "rusqlite_migration", "r2d2", "r2d2_sqlite", "sqlite"])];

/// What some databases do not understand in a statement: (folder, words).
const UNSHARED: &[(&str, &[&str])] = &[(
    "store/sql/",
    &[
        "iif(",
        "ifnull(",
        "insert or ",
        "update or ",
        "replace into",
        "instr(",
        "rowid",
        "x''",
        "randomblob",
        "pragma",
    ],
)];

/// The dispatcher names every subcommand, so a path through it proves nothing.
const DISPATCHER: &str = "cli::command_line";

const MAX_FILE_LINES: usize = 300;
const MAX_FUNCTION_LINES: usize = 60;

/// The source of the server, without its tests.
pub fn the_tree() -> Vec<Source> {
    let sources = rules::shipped(Source::read_tree(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(sources.len() > 10, "src/ was not found");
    sources
}

/// The sources of each package, and where they are.
fn packages() -> Vec<(String, Vec<Source>)> {
    let folders = PACKAGES.iter().map(|package| format!("{}/src", package.folder));
    let read = |folder: String| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder).display().to_string();
        (folder, rules::shipped(Source::read_tree(&root)))
    };
    folders.map(read).collect()
}

fn one(path: &str, text: &str) -> Vec<Source> {
    vec![Source::new(path, text)]
}

#[track_caller]
fn assert_none(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

#[track_caller]
fn assert_broken(broken: &[String], expected: &str) {
    assert!(broken.iter().any(|b| b.contains(expected)), "{expected:?} is not in {broken:#?}");
}

#[test]
fn every_edge_is_in_the_layer_table() {
    assert_none(rules::layer_edges(&the_tree()));
}

#[test]
fn the_verbs_name_no_database() {
    assert_none(rules::unnamed(&the_tree()));
    assert_none(rules::unshared(&the_tree()));
}

#[test]
fn the_server_carries_no_development_parts() {
    assert_none(rules::forbidden_ways(&the_tree()));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for (_, sources) in packages() {
        assert_none(rules::circles(&sources));
    }
}

#[test]
fn no_face_uses_another() {
    assert_none(rules::faces_that_meet(&the_tree(), FACES, MEETINGS));
}

#[test]
fn what_belongs_to_one_place_is_named_there_only() {
    assert_none(rules::strayed(&the_tree(), NAMED_ONLY_BY));
}

#[test]
fn packages_use_only_the_packages_that_they_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = fs::read_dir(root.join("crates")).expect("crates/");
    let folders: BTreeSet<_> = folders.map(|entry| entry.expect("readable").path()).collect();
    let known: BTreeSet<_> = PACKAGES.iter().skip(1).map(|package| root.join(package.folder)).collect();
    assert_eq!(folders, known, "the table knows every package");
    for package in PACKAGES {
        let manifest = root.join(package.folder).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("a manifest");
        assert_none(rules::foreign_packages(package, &manifest));
    }
}

#[test]
fn files_and_functions_stay_small_and_say_what_they_are() {
    for (folder, sources) in packages() {
        assert_none(rules::sizes_and_docs(&folder, &sources));
    }
}

#[test]
fn an_edge_upwards_is_found_however_it_is_written() {
    for (path, text) in [
        ("domain/code.rs", "use crate::store::Store;"),
        ("domain/code.rs", "use crate::{domain::id::Id, store::{Store, Row}};"),
        ("domain/code.rs", "fn f() -> crate::store::Row { todo!() }"),
        ("domain/code.rs", "pub use super::super::store as s;"),
        ("domain/code.rs", "mod inner { use super::super::super::store::Row; }"),
        ("config.rs", "use super::store::Row;"),
        ("http/v1/mod.rs", "const S: &str = \"\\\"\"; const C: char = '\"'; use crate :: store::Row;"),
    ] {
        assert_broken(&rules::layer_edges(&one(path, text)), "may not use store");
    }
    assert_broken(&rules::layer_edges(&one("http/mod.rs", "use crate::delivery::Channel;")), "delivery");
    assert_broken(&rules::layer_edges(&one("app.rs", "use crate::cli::dev;")), "may not use cli");
    assert_broken(&rules::layer_edges(&one("gadgets.rs", "")), "layer table does not know");
    assert_broken(&rules::layer_edges(&one("app.rs", "use crate::gadgets::G;")), "layer table does not know");
}

#[test]
fn what_only_looks_like_an_edge_is_none() {
    for (path, text) in [
        ("domain/code.rs", "// use crate::store::Row;\n/* crate::store::Row /* */ crate::store::Row */"),
        (
            "domain/code.rs",
            "const S: &str = \"crate::store::Row\"; const R: &str = r#\"\" crate::store::R\"#;",
        ),
        ("domain/code.rs", "fn f<'a>(x: &'a str) {} use super::id::Id; use crate::domain::time;"),
        ("domain/code.rs", "#[cfg(test)]\nmod tests { use crate::store::Row; fn f() { if x {} } }"),
        ("domain/code.rs", "#[cfg(test)]\nuse crate::store::Row;\n"),
        ("domain/code.rs", "use store::Row; use other_crate::store::Row;"),
        ("main.rs", "use otpmint::cli::Cli; fn main() { otpmint::store::open() }"),
    ] {
        assert_none(rules::layer_edges(&one(path, text)));
    }
}

#[test]
fn files_of_a_test_module_are_exempt() {
    let tree = vec![
        Source::new("domain/mod.rs", "//! D.\n#[cfg(test)]\n#[path = \"s\"]\npub mod story;\n"),
        Source::new("domain/story.rs", "use crate::store::Row;"),
        Source::new("domain/story/part.rs", "use crate::store::Row;"),
    ];
    assert_none(rules::layer_edges(&rules::shipped(tree)));
}

#[test]
fn service_sees_traits_and_no_backend() {
    let edges = |text| rules::layer_edges(&one("service/mint.rs", text));
    assert_none(edges("use crate::store::{Store, Opening}; use crate::delivery::Channel;"));
    for text in ["use crate::store::sqlite::Sqlite;", "use crate::store;", "use crate::store::{self, Store};"]
    {
        assert_broken(&edges(text), "traits of store");
    }
}

#[test]
fn the_name_of_a_database_is_found_among_the_verbs() {
    for text in ["use rusqlite::Row;", "fn f(c: &rusqlite::Connection) {}", "use crate::store::sqlite::X;"] {
        assert_broken(&rules::unnamed(&one("store/sql/tenants/logos.rs", text)), "may not name");
        assert_none(rules::unnamed(&one("store/sqlite/tx.rs", text)));
    }
    assert_none(rules::unnamed(&one("store/sql/tx.rs", "// Unlike rusqlite::Row.")));
    for text in ["f(\"SELECT IIF(a, b, c)\");", "f(\"INSERT OR REPLACE INTO t\");"] {
        assert_broken(&rules::unshared(&one("store/sql/tenants/logos.rs", text)), "not all databases");
        assert_none(rules::unshared(&one("store/sqlite/schema.rs", text)));
    }
    assert_none(rules::unshared(&one("store/sql/dialect.rs", "//! No iif(a, b, c).")));
}

#[test]
fn a_way_to_development_parts_is_found() {
    let tree = |between: &str| {
        vec![
            Source::new("cli/serve.rs", "use crate::app::App; use super::Io;"),
            Source::new("app.rs", between),
            Source::new("cli/command_line.rs", "use crate::cli::dev::run;"),
            Source::new("cli/dev.rs", ""),
        ]
    };
    assert_none(rules::forbidden_ways(&tree("")));
    let broken = rules::forbidden_ways(&tree("use crate::cli::dev::Dev;"));
    assert_broken(&broken, "app reaches cli::dev");
    assert_broken(&broken, "cli::serve reaches cli::dev");
}

#[test]
fn a_package_out_of_its_place_is_found() {
    let strayed = |path, text| rules::strayed(&one(path, text), &[("mail_catcher", &["cli::dev"])]);
    let named = "fn f(catcher: &mail_catcher::MailCatcher) {}";
    assert_none(strayed("cli/dev/pages.rs", named));
    assert_broken(&strayed("cli/developer.rs", named), "mail_catcher");
    assert_broken(&strayed("app/mod.rs", "use mail_catcher as m;"), "mail_catcher");
}

#[test]
fn a_package_that_may_not_be_used_is_found() {
    let manifest = "[dependencies]\nbase64 = \"1\"\notpmint = { path = \"../..\" }\n";
    let package = |name, may_use| Package { name, folder: "", may_use };
    assert_none(rules::foreign_packages(&package("otpmint-bench", &["otpmint"]), manifest));
    let catcher = package("mail-catcher", &[]);
    assert_broken(&rules::foreign_packages(&catcher, manifest), "may not use otpmint");
    let manifest = "[dependencies.otpmint]\npath = \"../..\"\n";
    assert_broken(&rules::foreign_packages(&catcher, manifest), "may not use otpmint");
    assert_broken(&rules::foreign_packages(&catcher, "otpmint-bench.workspace = true\n"), "otpmint-bench");
}

#[test]
fn a_circle_is_found_however_it_closes() {
    let tree = |parent: &str, child: &str| {
        vec![
            Source::new("http/mod.rs", parent),
            Source::new("http/state.rs", child),
            Source::new("http/routes.rs", "use super::state::State;"),
        ]
    };
    let circles = |parent, child| rules::circles(&tree(parent, child));
    assert_none(circles("mod state; pub use state::State;", "use crate::domain::X;"));
    assert_none(circles("mod state; mod routes;", "use super::Reexported;"));
    for (parent, child) in [
        ("mod state; pub use state::State;", "use super::Item;"),
        ("mod state; fn f() { state::g() }", "fn g() { super::f() }"),
        ("mod state; use self::state::{A, B};", "use crate::http::f;"),
        ("mod state;", "use super::routes::table;"),
    ] {
        assert_broken(&circles(parent, child), "a circle of 2 files");
    }
}

#[test]
fn a_face_that_uses_another_is_found() {
    let meet = |text| rules::faces_that_meet(&one("http/console/keys.rs", text), FACES, &[]);
    assert_none(meet("use super::layout::Layout; use crate::http::shared::bodies::Key;"));
    assert_broken(&meet("use super::super::v1::forms;"), "console uses `http::v1::forms`");
    assert_broken(&meet("fn f() { crate::http::pages::assets::f() }"), "console uses");
}

#[test]
fn long_files_long_functions_and_missing_docs_are_found() {
    let check = |text: &str| rules::sizes_and_docs("src", &one("app.rs", text));
    let body = |lines| format!("//! App.\nfn long() {{\n{}}}\n", "    f({});\n".repeat(lines));
    assert_none(check(&body(58)));
    assert_broken(&check(&body(60)), "fn long");
    assert_broken(&check("use std::fmt;\n"), "//!");
    let file = |lines| format!("//! App.\n{}", "static A: u8 = 0;\n".repeat(lines));
    assert_none(check(&file(299)));
    assert_broken(&check(&file(300)), "301 lines");
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "static A: u8 = 0;\n".repeat(400));
    assert_none(check(&format!("{}{tests}", file(200))));
}
