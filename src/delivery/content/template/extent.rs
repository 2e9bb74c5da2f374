//! How long a template can get, whichever branches are taken.

use super::tree::{Name, TemplateNode};

/// The longest text that nodes can become, with `value` for each name.
pub(super) fn longest(nodes: &[TemplateNode], value: &dyn Fn(&Name) -> String) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            TemplateNode::Text(text) => out.push_str(text),
            TemplateNode::Value(name) => out.push_str(&value(name)),
            TemplateNode::If { then, otherwise, .. } => {
                let (then, otherwise) = (longest(then, value), longest(otherwise, value));
                out.push_str(if length(&then) >= length(&otherwise) { &then } else { &otherwise });
            }
        }
    }
    out
}

/// Every literal text of nodes and every value that they use, whichever branches are taken.
pub(super) fn all(nodes: &[TemplateNode], value: &dyn Fn(&Name) -> String) -> String {
    let one = |node: &TemplateNode| match node {
        TemplateNode::Text(text) => text.clone(),
        TemplateNode::Value(name) => value(name),
        TemplateNode::If { then, otherwise, .. } => all(then, value) + &all(otherwise, value),
    };
    nodes.iter().map(one).collect()
}

/// How many characters it can take until the code has been said.
pub(super) fn until_code(nodes: &[TemplateNode], value: &dyn Fn(&Name) -> String) -> usize {
    let mut way = Way { end: 0, open: Some(0) };
    way.walk(nodes, value);
    way.end
}

/// The ways through nodes that were walked so far.
#[derive(Clone, Copy)]
struct Way {
    /// The latest end of the first code, over the ways that have one.
    end: usize,
    /// The longest of the ways without a code so far; `None` if all have one.
    open: Option<usize>,
}

impl Way {
    fn walk(&mut self, nodes: &[TemplateNode], value: &dyn Fn(&Name) -> String) {
        for node in nodes {
            let Some(open) = self.open else { return };
            match node {
                TemplateNode::Text(text) => self.open = Some(open + length(text)),
                TemplateNode::Value(Name::Code) => {
                    self.end = self.end.max(open + length(&value(&Name::Code)));
                    self.open = None;
                }
                TemplateNode::Value(name) => self.open = Some(open + length(&value(name))),
                TemplateNode::If { then, otherwise, .. } => {
                    let mut other = *self;
                    self.walk(then, value);
                    other.walk(otherwise, value);
                    self.end = self.end.max(other.end);
                    self.open = self.open.max(other.open);
                }
            }
        }
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::content::template::tree;

    fn value(name: &Name) -> String {
        match name {
            Name::Code => "0123456789".to_owned(),
            Name::App => "Acme".to_owned(),
            _ => String::new(),
        }
    }

    #[test]
    fn each_branch_counts_and_the_longest_way_to_the_code_is_found() {
        for (source, text, until) in [
            ("{{ code }}", "0123456789", 10),
            ("a{{ app }}: {{ code }} b", "aAcme: 0123456789 b", 17),
            (
                "{% if app %}{{ app }}: {% else %}No name at all: {% endif %}{{ code }}",
                "No name at all: 0123456789",
                26,
            ),
            (
                "{% if app %}{{ code }} is the code for you{% else %}x: {{ code }}{% endif %}",
                "0123456789 is the code for you",
                13,
            ),
            (
                "{% if app %}{{ code }} and {% else %}once more: {% endif %}{{ code }}",
                "0123456789 and 0123456789",
                21,
            ),
        ] {
            let nodes = tree::read(source).unwrap();
            assert_eq!(longest(&nodes, &value), text, "{source}");
            assert_eq!(until_code(&nodes, &value), until, "{source}");
        }
        let nodes = tree::read("a{% if app %}b{% else %}ł{% endif %}").unwrap();
        assert_eq!(all(&nodes, &value), "abł");
    }
}
