//! The tree of a template: the allowed part of what minijinja's parser read.

use minijinja::machinery::ast::{BinOpKind, EmitExpr, Expr, IfCond, Stmt, UnaryOpKind};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

use crate::domain::challenges::vars;

/// The maximum depth of nested ifs, and of their conditions.
const MAX_DEPTH: usize = 8;
/// The maximum number of tags in a part, of values and ifs together.
const MAX_TAGS: usize = 200;
/// The maximum number of names and dots in a tag.
const MAX_WORDS: usize = 32;
/// The maximum number of problems in one report.
const MAX_PROBLEMS: usize = 20;

/// The names, as shown to authors.
const NAMES: &str = "code, app, minutes, seconds, lifetime, purpose, locale, to, link, or vars.<name>";

/// The syntax, as shown to authors.
const KNOWN: &str = "there are {{ name }} and {% if name %} with elif, else, endif, not, and, or";

/// A node of a template. It can represent nothing but text, values and choices.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum TemplateNode {
    /// Literal text.
    Text(String),
    /// A value.
    Value(Name),
    /// A choice.
    If {
        /// The condition.
        when: Condition,
        /// The nodes if it is true.
        then: Vec<TemplateNode>,
        /// The nodes if it is false.
        otherwise: Vec<TemplateNode>,
    },
}

/// The name of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Name {
    Code,
    App,
    Minutes,
    Seconds,
    Lifetime,
    Purpose,
    Locale,
    To,
    Link,
    Var(String),
}

/// The condition of an if.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Condition {
    /// True if the value is not empty.
    Has(Name),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// Parses a part; returns the problems if it is invalid.
pub(super) fn read(source: &str) -> Result<Vec<TemplateNode>, Vec<String>> {
    check_tokens(source)?;
    let parsed = parse(source, "", SyntaxConfig::default()).map_err(|error| vec![malformed(&error)])?;
    let mut reader = TreeReader { problems: Vec::new() };
    let Stmt::Template(template) = &parsed else { return Ok(Vec::new()) };
    let nodes = reader.nodes(&template.children, 0);
    if reader.problems.is_empty() { Ok(nodes) } else { Err(reader.problems) }
}

/// Rejects what no template needs before it is parsed: the parser recurses as deep as a chain of
/// `not` or `elif` leads it, past the end of the stack.
fn check_tokens(source: &str) -> Result<(), Vec<String>> {
    let (mut tags, mut words) = (0, 0);
    for token in tokenize(source, false, SyntaxConfig::default()) {
        let (token, at) = token.map_err(|error| vec![malformed(&error)])?;
        match token {
            Token::TemplateData(_) | Token::VariableEnd | Token::BlockEnd => {}
            Token::VariableStart | Token::BlockStart => (tags, words) = (tags + 1, 0),
            Token::Ident(_) | Token::Dot => words += 1,
            _ => return Err(vec![problem(at, &format!("tags have names and nothing else; {KNOWN}"))]),
        }
        if tags > MAX_TAGS || words > MAX_WORDS {
            let most = format!("a part has at most {MAX_TAGS} tags, and a tag {MAX_WORDS} words and dots");
            return Err(vec![problem(at, &most)]);
        }
    }
    Ok(())
}

fn malformed(error: &minijinja::Error) -> String {
    format!("line {}: {}", error.line().unwrap_or(1), error.detail().unwrap_or("the syntax is wrong"))
}

fn problem(at: Span, what: &str) -> String {
    format!("line {}: {what}", at.start_line)
}

struct TreeReader {
    problems: Vec<String>,
}

impl TreeReader {
    fn nodes(&mut self, statements: &[Stmt], depth: usize) -> Vec<TemplateNode> {
        statements.iter().filter_map(|statement| self.node(statement, depth)).collect()
    }

    fn node(&mut self, statement: &Stmt, depth: usize) -> Option<TemplateNode> {
        match statement {
            Stmt::EmitRaw(raw) => Some(TemplateNode::Text(raw.raw.to_owned())),
            Stmt::EmitExpr(emit) => self.value(emit),
            Stmt::IfCond(choice) => self.choice(choice, choice.span(), depth + 1),
            Stmt::Template(at) => self.refuse(at.span(), ""),
            Stmt::ForLoop(at) => self.refuse(at.span(), "for"),
            Stmt::WithBlock(at) => self.refuse(at.span(), "with"),
            Stmt::Set(at) => self.refuse(at.span(), "set"),
            Stmt::SetBlock(at) => self.refuse(at.span(), "set"),
            Stmt::AutoEscape(at) => self.refuse(at.span(), "autoescape"),
            Stmt::FilterBlock(at) => self.refuse(at.span(), "filter"),
            Stmt::Do(at) => self.refuse(at.span(), "do"),
        }
    }

    fn value(&mut self, emit: &EmitExpr) -> Option<TemplateNode> {
        self.name(&emit.expr).map(TemplateNode::Value)
    }

    fn choice(&mut self, choice: &IfCond, at: Span, depth: usize) -> Option<TemplateNode> {
        if depth > MAX_DEPTH {
            return self.note(at, &format!("ifs are nested more than {MAX_DEPTH} deep; each `elif` counts"));
        }
        let when = self.condition(&choice.expr, 1);
        let then = self.nodes(&choice.true_body, depth);
        let otherwise = self.nodes(&choice.false_body, depth);
        when.map(|when| TemplateNode::If { when, then, otherwise })
    }

    fn condition(&mut self, asked: &Expr, depth: usize) -> Option<Condition> {
        if depth > MAX_DEPTH {
            return self.note(asked.span(), &format!("an if asks for more than {MAX_DEPTH} things"));
        }
        let mut inner = |expr: &Expr| self.condition(expr, depth + 1).map(Box::new);
        match asked {
            Expr::UnaryOp(op) if matches!(op.op, UnaryOpKind::Not) => inner(&op.expr).map(Condition::Not),
            Expr::BinOp(op) => {
                let joined = match op.op {
                    BinOpKind::ScAnd => Condition::And,
                    BinOpKind::ScOr => Condition::Or,
                    _ => return self.foreign(asked),
                };
                let (left, right) = (inner(&op.left), inner(&op.right));
                left.zip(right).map(|(left, right)| joined(left, right))
            }
            name => self.name(name).map(Condition::Has),
        }
    }

    /// Returns the name of a value. Everything else that can be between braces is refused.
    fn name(&mut self, expr: &Expr) -> Option<Name> {
        match expr {
            Expr::Var(var) => Some(match var.id {
                "code" => Name::Code,
                "app" => Name::App,
                "minutes" => Name::Minutes,
                "seconds" => Name::Seconds,
                "lifetime" => Name::Lifetime,
                "purpose" => Name::Purpose,
                "locale" => Name::Locale,
                "to" => Name::To,
                "link" => Name::Link,
                _ => return self.unknown(expr.span()),
            }),
            Expr::GetAttr(of) => match &of.expr {
                Expr::Var(var) if var.id == "vars" && vars::is_name(of.name) => {
                    Some(Name::Var(of.name.to_owned()))
                }
                _ => self.unknown(expr.span()),
            },
            _ => self.foreign(expr),
        }
    }

    fn unknown<T>(&mut self, at: Span) -> Option<T> {
        self.note(at, &format!("there is no such value; use {NAMES}"))
    }

    fn foreign<T>(&mut self, expr: &Expr) -> Option<T> {
        self.refuse(expr.span(), expr.description())
    }

    fn refuse<T>(&mut self, at: Span, what: &str) -> Option<T> {
        self.note(at, &format!("`{what}` is not part of templates; {KNOWN}"))
    }

    fn note<T>(&mut self, at: Span, what: &str) -> Option<T> {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem(at, what));
        }
        None
    }
}
