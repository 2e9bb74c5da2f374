//! The rules. Each returns its violations, one line each, so that one run shows everything.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::Token;
use super::source::{Named, Source};
use super::{
    ANY, DISPATCHER, LAYERS, Layer, MAX_FILE_LINES, MAX_FUNCTION_LINES, PACKAGES, Package, TRAITS_ONLY,
    UNNAMED, UNREACHABLE, UNSHARED,
};

/// The files that are part of the program, without those of a `#[cfg(test)] mod x;`.
pub fn shipped(sources: Vec<Source>) -> Vec<Source> {
    let test_modules: Vec<Vec<String>> = sources
        .iter()
        .flat_map(|s| {
            s.test_modules.iter().map(|name| [s.module.as_slice(), std::slice::from_ref(name)].concat())
        })
        .collect();
    let in_tests = |s: &Source| test_modules.iter().any(|t| s.module.starts_with(t));
    sources.into_iter().filter(|s| !in_tests(s)).collect()
}

/// Edges that the layer table does not have.
pub fn layer_edges(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        let Some(from) = source.layer() else { continue };
        let Some(layer) = layer(from) else {
            broken.push(format!("src/{}: the layer table does not know `{from}`", source.path));
            continue;
        };
        for named in source.named() {
            if let Some(what) = edge(layer, &named) {
                broken.push(format!("src/{}:{}: {what}", source.path, named.line));
            }
        }
    }
    broken
}

/// The violation of `named` in a file of `from`, if there is one.
fn edge(from: &Layer, named: &Named) -> Option<String> {
    let to = named.path.first()?.as_str();
    let shown = named.path.join("::");
    if to == from.name {
        return None;
    }
    if layer(to).is_none() {
        return Some(format!("the layer table does not know `{to}` (in `{shown}`)"));
    }
    if from.may_use != ANY && !from.may_use.contains(&to) {
        return Some(format!("{} may not use {to} (`{shown}`)", from.name));
    }
    let (.., modules) = TRAITS_ONLY.iter().find(|(user, used, _)| (*user, *used) == (from.name, to))?;
    let second = named.path.get(1).map_or("", String::as_str);
    let is_item = second.starts_with(|c: char| c.is_uppercase());
    (!is_item && !modules.contains(&second))
        .then(|| format!("{} may use the traits of {to}, not `{shown}`", from.name))
}

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// Files that use each other in a circle, with `mod.rs` counted: it uses what it re-exports. One line per
/// circle.
pub fn circles(sources: &[Source]) -> Vec<String> {
    let graph = uses(sources);
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        graph.keys().map(|module| (module, reached(&graph, module))).collect();
    let mut seen = BTreeSet::new();
    let mut broken = Vec::new();
    for module in graph.keys() {
        if seen.contains(module) {
            continue;
        }
        let leads_back = |other: &&String| reach.get(*other).is_some_and(|far| far.contains(module));
        let circle: Vec<&String> = reach[module].iter().copied().filter(leads_back).collect();
        if circle.len() > 1 {
            seen.extend(circle.iter().copied());
            let names: Vec<&str> = circle.iter().map(|name| name.as_str()).collect();
            broken.push(format!("a circle of {} files: {}", names.len(), names.join(", ")));
        }
    }
    broken
}

/// Which file uses which.
fn uses(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<String> = sources.iter().map(|s| s.module.join("::")).collect();
    let is_module = |path: &[String]| modules.contains(&path.join("::"));
    let used = |source: &Source| -> BTreeSet<String> {
        let own = source.module.join("::");
        let all = source.named_by(&is_module).into_iter().map(|named| deepest(&named.path, &modules));
        all.filter(|used| *used != own && !used.is_empty()).collect()
    };
    sources.iter().map(|source| (source.module.join("::"), used(source))).collect()
}

/// Everything that can be reached from `from` by at least one step.
fn reached<'a>(graph: &'a BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<&'a String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = graph.get(from).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(graph.get(next).into_iter().flatten());
        }
    }
    found
}

fn within(module: &str, root: &str) -> bool {
    module == root || module.starts_with(&format!("{root}::"))
}

/// Faces that use each other; shared code belongs beside them.
pub fn faces_that_meet(sources: &[Source], faces: &[&str], but: &[(&str, &str)]) -> Vec<String> {
    let face_of = |module: &[String]| match module {
        [http, face, ..] if http == "http" => faces.iter().copied().find(|name| face == name),
        _ => None,
    };
    let mut broken = Vec::new();
    for source in sources {
        let Some(own) = face_of(&source.module) else { continue };
        for named in source.named() {
            if face_of(&named.path).is_some_and(|other| other != own && !but.contains(&(own, other))) {
                let shown = named.path.join("::");
                broken.push(format!("src/{}:{}: {own} uses `{shown}`", source.path, named.line));
            }
        }
    }
    broken
}

/// Names that a folder must not have in its code.
pub fn unnamed(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for (folder, names) in UNNAMED {
        for source in sources.iter().filter(|source| source.path.starts_with(folder)) {
            for token in source.tokens.iter().filter(|token| names.contains(&token.text.as_str())) {
                broken.push(format!(
                    "src/{}:{}: {folder} may not name {}",
                    source.path, token.line, token.text
                ));
            }
        }
    }
    broken
}

/// Words of a single database in statements that all of them must understand.
pub fn unshared(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for (folder, words) in UNSHARED {
        for source in sources.iter().filter(|source| source.path.starts_with(folder)) {
            for (at, line) in source.text.lines().enumerate() {
                let line = line.trim_start().to_lowercase();
                let word = words.iter().find(|word| !line.starts_with("//") && line.contains(*word));
                if let Some(word) = word {
                    let place = format!("src/{}:{}", source.path, at + 1);
                    broken.push(format!("{place}: not all databases understand `{word}`"));
                }
            }
        }
    }
    broken
}

/// Paths from the server to what must not be part of it.
pub fn forbidden_ways(sources: &[Source]) -> Vec<String> {
    let modules: BTreeSet<String> = sources.iter().map(|s| s.module.join("::")).collect();
    let graph: BTreeMap<String, BTreeSet<String>> = sources
        .iter()
        .map(|s| (s.module.join("::"), s.named().iter().map(|n| deepest(&n.path, &modules)).collect()))
        .collect();
    UNREACHABLE
        .iter()
        .filter(|(from, to)| reaches(&graph, from, to))
        .map(|(from, to)| format!("{from} reaches {to}"))
        .collect()
}

/// The innermost module that `path` goes through.
fn deepest(path: &[String], modules: &BTreeSet<String>) -> String {
    let prefixes = (1..=path.len()).rev().map(|n| path[..n].join("::"));
    prefixes.into_iter().find(|p| modules.contains(p)).unwrap_or_default()
}

fn reaches(graph: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let mut open: Vec<&String> = graph.keys().filter(|module| within(module, from)).collect();
    let mut seen = BTreeSet::new();
    while let Some(module) = open.pop() {
        if within(module, to) {
            return true;
        }
        if module != DISPATCHER && seen.insert(module) {
            open.extend(graph.get(module).into_iter().flatten());
        }
    }
    false
}

/// Files that name a package beside the server where they must not.
pub fn strayed(sources: &[Source], table: &[(&str, &[&str])]) -> Vec<String> {
    let mut broken = Vec::new();
    for (package, places) in table {
        let elsewhere = |source: &&Source| {
            let module = source.module.join("::");
            !places.iter().any(|place| within(&module, place))
        };
        for source in sources.iter().filter(elsewhere) {
            if source.tokens.iter().any(|token| token.text == *package) {
                broken.push(format!("src/{}: only {} may name {package}", source.path, places.join(", ")));
            }
        }
    }
    broken
}

/// Packages of this workspace that the manifest of `package` names and that it may not use.
pub fn foreign_packages(package: &Package, manifest: &str) -> Vec<String> {
    let names = |line: &str, name: &str| {
        let table = line.strip_prefix("[dependencies.").or(line.strip_prefix("[dev-dependencies."));
        let key = table.unwrap_or(line).strip_prefix(name);
        key.is_some_and(|rest| rest.starts_with([' ', '.', '=', ']']))
    };
    let foreign = PACKAGES.iter().filter(|other| {
        other.name != package.name
            && !package.may_use.contains(&other.name)
            && manifest.lines().any(|line| names(line, other.name))
    });
    foreign.map(|other| format!("{} may not use {}", package.name, other.name)).collect()
}

/// Files and functions that are too long, and files without a description.
pub fn sizes_and_docs(folder: &str, sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        let path = &source.path;
        if !source.text.starts_with("//!") {
            broken.push(format!("{folder}/{path}: begins without a `//!` line"));
        }
        let lines = source.text.lines().count() - source.test_lines;
        if lines > MAX_FILE_LINES {
            broken
                .push(format!("{folder}/{path}: {lines} lines without its tests, at most {MAX_FILE_LINES}"));
        }
        for (name, line, length) in functions(&source.tokens) {
            if length > MAX_FUNCTION_LINES {
                broken.push(format!(
                    "{folder}/{path}:{line}: fn {name} has {length} lines, at most {MAX_FUNCTION_LINES}"
                ));
            }
        }
    }
    broken
}

/// Every function with a body: its name, its line, and how many lines the body spans.
fn functions(tokens: &[Token]) -> Vec<(&str, usize, usize)> {
    let mut out = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let is_name = pair[1].text.starts_with(|c: char| c == '_' || c.is_alphabetic());
        if pair[0].text != "fn" || !is_name {
            continue;
        }
        let mut depth = 0;
        let mut open = None;
        for token in &tokens[at..] {
            match (token.text.as_str(), open) {
                (";", None) if depth == 0 => break,
                ("(" | "[", None) => depth += 1,
                (")" | "]", None) => depth -= 1,
                ("{", None) if depth == 0 => (open, depth) = (Some(token.line), 1),
                ("{", Some(_)) => depth += 1,
                ("}", Some(start)) if depth == 1 => {
                    out.push((pair[1].text.as_str(), pair[0].line, token.line - start + 1));
                    break;
                }
                ("}", Some(_)) => depth -= 1,
                _ => {}
            }
        }
    }
    out
}
