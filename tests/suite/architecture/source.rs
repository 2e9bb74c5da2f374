//! A source file as the rules see it: its place in the module tree, and the paths it names.

use std::fs;
use std::path::Path;

use super::lexer::{Token, tokens};

/// One file under `src/`.
pub struct Source {
    /// Relative to `src/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Its place in the crate; empty for `lib.rs`.
    pub module: Vec<String>,
    /// Its tokens without comments and test-only items.
    pub tokens: Vec<Token>,
    /// Lines that belong to test-only items.
    pub test_lines: usize,
    /// The modules that exist only in tests and have their own files.
    pub test_modules: Vec<String>,
}

/// A path that a file names, resolved to the root of the crate.
pub struct Named {
    /// Its segments; the last may be an item, `self` or `*`.
    pub path: Vec<String>,
    /// Its line.
    pub line: usize,
}

impl Source {
    /// Reads every Rust file below `root`.
    pub fn read_tree(root: &str) -> Vec<Source> {
        fn visit(folder: &Path, root: &Path, out: &mut Vec<Source>) {
            for entry in fs::read_dir(folder).expect("a readable folder") {
                let path = entry.expect("a readable entry").path();
                if path.is_dir() {
                    visit(&path, root, out);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let name = path.strip_prefix(root).expect("below the root").display().to_string();
                    out.push(Source::new(&name, &fs::read_to_string(&path).expect("UTF-8")));
                }
            }
        }
        let mut out = Vec::new();
        visit(Path::new(root), Path::new(root), &mut out);
        out.sort_by(|a, b| a.path.cmp(&b.path));
        out
    }

    /// Parses one file.
    pub fn new(path: &str, text: &str) -> Source {
        let stem = path.trim_end_matches(".rs");
        let stem = stem.strip_suffix("mod").map_or(stem, |folder| folder.trim_end_matches('/'));
        let module = match stem {
            "lib" => Vec::new(),
            _ => stem.split('/').map(str::to_owned).collect(),
        };
        let mut source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
            module,
            tokens: Vec::new(),
            test_lines: 0,
            test_modules: Vec::new(),
        };
        source.keep_shipped(&tokens(text));
        source
    }

    /// The layer that the file belongs to; `None` for `lib.rs`, which is the map and not a layer.
    pub fn layer(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// Separates the shipped tokens from those that `#[cfg(test)]` excludes.
    fn keep_shipped(&mut self, all: &[Token]) {
        const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
        let mut at = 0;
        while at < all.len() {
            let marked = all[at..].len() > MARK.len()
                && all[at..].iter().zip(MARK).take(MARK.len()).all(|(token, mark)| token.text == mark);
            if !marked {
                self.tokens.push(all[at].clone());
                at += 1;
                continue;
            }
            let item = at + MARK.len();
            let end = item_end(all, item);
            self.test_lines += all[end - 1].line - all[at].line + 1;
            let named = all[item..end].iter().position(|token| token.text == "mod");
            if let (Some(named), ";") = (named, all[end - 1].text.as_str()) {
                self.test_modules.push(all[item + named + 1].text.clone());
            }
            at = end;
        }
    }

    /// Every path of this crate that the file names, in `use` lines and elsewhere.
    pub fn named(&self) -> Vec<Named> {
        self.paths(&|_| false)
    }

    /// The same, with the paths that begin with one of its child modules (`pub use child::Item`); `is_module`
    /// knows which exist.
    pub fn named_by(&self, is_module: &dyn Fn(&[String]) -> bool) -> Vec<Named> {
        self.paths(&|name| is_module(&[self.module.as_slice(), &[name.to_owned()]].concat()))
    }

    fn paths(&self, is_child: &dyn Fn(&str) -> bool) -> Vec<Named> {
        let mut out = Vec::new();
        let mut module = self.module.clone();
        let mut inline = Vec::new();
        let (mut at, mut depth) = (0, 0);
        let text = |at: usize| self.tokens.get(at).map_or("", |t| t.text.as_str());
        while at < self.tokens.len() {
            // Who may see an item is no use of the module that is named for it.
            let is_visibility = at >= 3 && [at - 3, at - 2, at - 1].map(text) == ["pub", "(", "in"];
            let path_starts = text(at + 1) == "::" && (at == 0 || text(at - 1) != "::") && !is_visibility;
            match text(at) {
                "crate" | "self" | "super" | "otpmint" if path_starts => {
                    at = collect(&self.tokens, at, &module, &mut Vec::new(), &mut out);
                    continue;
                }
                name if path_starts && is_child(name) => {
                    at = collect(&self.tokens, at, &module, &mut vec!["self".to_owned()], &mut out);
                    continue;
                }
                "mod" if text(at + 2) == "{" => {
                    module.push(text(at + 1).to_owned());
                    inline.push(depth);
                }
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        module.pop();
                    }
                }
                _ => {}
            }
            at += 1;
        }
        out
    }
}

/// Where the item that starts at `from` ends: after its `;` or its closing brace.
fn item_end(all: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in all.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                // `use a::{b};` goes on to its semicolon, a body does not.
                let ends = depth == 0 && token.text == "}" && all.get(at + 1).is_none_or(|t| t.text != ";");
                if ends {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    all.len()
}

/// Collects the path, or the tree of paths, that starts at `at`; returns where it ends.
fn collect(
    all: &[Token],
    mut at: usize,
    module: &[String],
    prefix: &mut Vec<String>,
    out: &mut Vec<Named>,
) -> usize {
    let text = |at: usize| all.get(at).map_or("", |t| t.text.as_str());
    let depth = prefix.len();
    let line = all[at].line;
    loop {
        if text(at) == "{" {
            at += 1;
            while at < all.len() && text(at) != "}" {
                at = if text(at) == "," { at + 1 } else { collect(all, at, module, prefix, out) };
            }
            at += 1;
            break;
        }
        prefix.push(text(at).to_owned());
        at += 1;
        if text(at) == "::" && text(at + 1) != "<" {
            at += 1;
            continue;
        }
        out.push(Named { path: resolve(prefix, module), line });
        // `as name` is part of the same branch.
        at += if text(at) == "as" { 2 } else { 0 };
        break;
    }
    prefix.truncate(depth);
    at
}

/// Turns `crate::`, `self::` and `super::` into a path from the root of the crate.
fn resolve(path: &[String], module: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|s| *s == "super").count();
    let start = match path[0].as_str() {
        "crate" | "otpmint" => &[],
        "super" => &module[..module.len().saturating_sub(supers)],
        _ => module,
    };
    start.iter().chain(&path[supers.max(1)..]).cloned().collect()
}
