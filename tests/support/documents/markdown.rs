//! The part of Markdown that the documents use.

use std::fs;
use std::path::Path;

/// A document: its code blocks, separated from its text.
pub struct Document {
    text: Vec<String>,
    blocks: Vec<Block>,
}

/// A code block that an HTML comment before it marks, and the output shown after it.
pub struct Block {
    pub mark: String,
    pub source: String,
    output: Option<String>,
}

impl Document {
    /// Reads a file.
    #[track_caller]
    pub fn read(path: &Path) -> Self {
        let source = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut document = Self { text: Vec::new(), blocks: Vec::new() };
        let mut mark = String::new();
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                let code: Vec<_> = lines.by_ref().take_while(|line| line.trim_start() != "```").collect();
                document.code(std::mem::take(&mut mark), language, code.join("\n"));
            } else if let Some(comment) = line.strip_prefix("<!-- ").and_then(|l| l.strip_suffix(" -->")) {
                mark = comment.to_owned();
            } else {
                document.text.push(line.to_owned());
            }
        }
        document
    }

    fn code(&mut self, mark: String, language: &str, source: String) {
        match (mark.as_str(), language, self.blocks.last_mut()) {
            ("", "text", Some(block)) if block.output.is_none() => block.output = Some(source),
            ("", ..) => {}
            (_, "text", _) => self.blocks.push(Block { mark, source: String::new(), output: Some(source) }),
            _ => self.blocks.push(Block { mark, source, output: None }),
        }
    }

    /// The blocks with this mark, in order.
    pub fn marked(&self, mark: &str) -> Vec<&Block> {
        self.blocks.iter().filter(|block| block.mark == mark).collect()
    }

    /// The blocks with any mark, in order.
    pub fn all_marked(&self) -> &[Block] {
        &self.blocks
    }

    /// The targets of all links within the repository.
    pub fn links(&self) -> Vec<String> {
        let targets = self.text.iter().flat_map(|line| line.split("](").skip(1));
        let targets = targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned()));
        targets.filter(|target| !target.contains("://")).collect()
    }

    /// The anchors of all headings, as forges generate them.
    pub fn anchors(&self) -> Vec<String> {
        let headings = self.text.iter().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    }

    /// Paths of the repository that stand in `code`.
    pub fn named_files(&self) -> Vec<String> {
        const FOLDERS: [&str; 8] =
            ["src/", "tests/", "docs/", "config/", "migrations/", "packaging/", "templates/", ".ci/"];
        let code = self.text.iter().flat_map(|line| line.split('`').skip(1).step_by(2));
        let files = code.filter(|code| FOLDERS.iter().any(|folder| code.starts_with(folder)));
        files.filter(|file| !file.contains(['*', ' ', '<', '{'])).map(str::to_owned).collect()
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

impl Block {
    /// Asserts that `said` is what the document shows; `…` there stands for anything on one line.
    #[track_caller]
    pub fn assert_output(&self, said: &str, here: impl Fn(&str) -> String) {
        let shown = self.output.as_deref().map(&here).unwrap_or_default();
        let source = &self.source;
        let agree = self.has_output(said, here);
        assert!(agree, "this was run:\n{source}\n\nthis is shown:\n{shown}\n\nthis came:\n{said}");
    }

    /// Whether `said` is what the document shows, if it shows anything.
    pub fn has_output(&self, said: &str, here: impl Fn(&str) -> String) -> bool {
        let Some(shown) = &self.output else { return true };
        let shown = here(shown);
        shown.lines().count() == said.trim_end().lines().count()
            && shown.lines().zip(said.lines()).all(|(shown, said)| matches(shown, said))
    }
}

fn matches(shown: &str, said: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| said.strip_prefix(first)) else { return false };
    let mut open = false;
    for part in parts {
        open = part.is_empty();
        // `…` stands for at least one character.
        let Some(found) = rest.char_indices().nth(1).map_or_else(
            || (open && !rest.is_empty()).then_some(rest.len()),
            |(one, _)| rest[one..].find(part).map(|at| at + one),
        ) else {
            return false;
        };
        rest = &rest[found + part.len()..];
    }
    open || rest.is_empty()
}
