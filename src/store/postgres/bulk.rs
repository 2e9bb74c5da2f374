//! Changes of many rows in one statement.
//!
//! A change of one row, such as `UPDATE t SET a = $2 WHERE id = $1`, is rewritten to take an array for each
//! parameter. That costs the server a fraction of as many statements.

use std::fmt::Write;

use tokio_postgres::types::Type;

use super::values::Kept;

/// The text of a change of many rows.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Form {
    pub(super) text: String,
    /// The table.
    pub(super) table: String,
    /// The parameters, from 0, by which the rows are found that may be there already.
    keys: Vec<usize>,
    /// The condition by which rows are found, if it compares columns with parameters and nothing else.
    condition: Option<String>,
}

impl Form {
    /// Rewrites a change of one row with parameters of these types, if it is of a kind that can be.
    pub(super) fn of(sql: &str, types: &[Type]) -> Option<Self> {
        if types.is_empty() || ["RETURNING", "SELECT"].iter().any(|word| sql.contains(word)) {
            return None;
        }
        let rows = rows_of(types)?;
        let (text, keys, condition) = if let Some((head, tail)) = split(sql, "INSERT INTO ", " VALUES (") {
            let (values, rest) = tail.split_once(')').filter(|(values, _)| !values.contains('('))?;
            (format!("{head} SELECT {values} FROM {rows}{rest}"), conflict_keys(head, values, rest)?, None)
        } else if let Some((head, condition)) = split(sql, "UPDATE ", " WHERE ") {
            (format!("{head} FROM {rows} WHERE {condition}"), parameters(condition), only_compares(condition))
        } else {
            let (head, condition) = split(sql, "DELETE FROM ", " WHERE ")?;
            (
                format!("{head} USING {rows} WHERE {condition}"),
                parameters(condition),
                only_compares(condition),
            )
        };
        let table = sql.split(' ').find(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'))?;
        Some(Self { text: named(&text, types.len()), table: table.to_owned(), keys, condition })
    }

    /// Returns the values by which a row is found.
    pub(super) fn key<'v>(&self, row: &'v [Kept]) -> Vec<&'v Kept> {
        self.keys.iter().filter_map(|key| row.get(*key)).collect()
    }

    /// Returns whether rows of the two that have different keys are different rows.
    pub(super) fn finds_by_the_same(&self, other: &Self) -> bool {
        self.condition.is_some() && self.condition == other.condition
    }

    /// Returns whether one statement must not change the same row twice: which change came last would not
    /// be defined.
    pub(super) fn finds_rows(&self) -> bool {
        !self.keys.is_empty()
    }
}

/// The parameters of the columns that decide whether a row is there, if that is then updated.
fn conflict_keys(head: &str, values: &str, rest: &str) -> Option<Vec<usize>> {
    let Some((target, _)) = rest.split_once(" DO UPDATE ") else { return Some(Vec::new()) };
    let columns = head.split_once('(')?.1.split_once(')')?.0.split(", ");
    let values: Vec<_> = columns.zip(values.split(", ")).collect();
    let target = target.split_once('(')?.1.split_once(')')?.0.split(", ");
    let of =
        |column: &str| values.iter().find(|(name, _)| *name == column).map(|(_, value)| parameters(value));
    Some(target.map(of).collect::<Option<Vec<_>>>()?.concat())
}

/// The rows, as a table `v` with a column for each parameter.
fn rows_of(types: &[Type]) -> Option<String> {
    let (mut arrays, mut names) = (String::new(), String::new());
    for (place, ty) in types.iter().enumerate() {
        let separator = if place == 0 { "" } else { ", " };
        // Marked, so that it is not taken for a parameter of the original.
        write!(arrays, "{separator}#{}::{}[]", place + 1, name(ty)?).ok()?;
        write!(names, "{separator}p{}", place + 1).ok()?;
    }
    Some(format!("unnest({arrays}) AS v({names})"))
}

fn name(ty: &Type) -> Option<&'static str> {
    [(Type::INT8, "int8"), (Type::TEXT, "text"), (Type::BYTEA, "bytea")]
        .into_iter()
        .find_map(|(known, name)| (*ty == known).then_some(name))
}

/// Replaces each parameter by the column of its rows, and the marks by the parameters of the arrays.
fn named(text: &str, parameters: usize) -> String {
    let columns = (1..=parameters).rev();
    columns
        .fold(text.to_owned(), |text, place| text.replace(&format!("${place}"), &format!("v.p{place}")))
        .replace('#', "$")
}

fn split<'a>(sql: &'a str, begins: &str, at: &str) -> Option<(&'a str, &'a str)> {
    sql.starts_with(begins).then(|| sql.split_once(at))?
}

/// The condition, if all of it compares a column with a parameter, as in `a = $1 AND b = $2`.
fn only_compares(condition: &str) -> Option<String> {
    let compares = |part: &str| {
        let parameter = part.split_once(" = $").map(|(_, number)| number);
        parameter.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    condition.split(" AND ").all(compares).then(|| condition.to_owned())
}

/// The parameters of a condition, from 0.
fn parameters(condition: &str) -> Vec<usize> {
    let numbers = condition.split('$').skip(1).filter_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()?.checked_sub(1)
    });
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(sql: &str, types: &[Type]) -> Option<(String, Vec<usize>)> {
        Form::of(sql, types).map(|form| (form.text, form.keys))
    }

    #[test]
    fn a_change_of_a_row_becomes_one_of_many() {
        let rows = "unnest($1::int8[], $2::text[]) AS v(p1, p2)";
        let types = [Type::INT8, Type::TEXT];
        let insert = form("INSERT INTO t (a, b, c) VALUES ($1, 0, $2) ON CONFLICT (a) DO NOTHING", &types);
        let many =
            format!("INSERT INTO t (a, b, c) SELECT v.p1, 0, v.p2 FROM {rows} ON CONFLICT (a) DO NOTHING");
        assert_eq!(insert, Some((many, vec![])));
        let update = form("UPDATE t SET b = $2, n = n + 1 WHERE a = $1", &types);
        let many = format!("UPDATE t SET b = v.p2, n = n + 1 FROM {rows} WHERE a = v.p1");
        assert_eq!(update, Some((many, vec![0])));
        let delete = form("DELETE FROM t WHERE a = $1 AND b = $2", &types);
        assert_eq!(
            delete,
            Some((format!("DELETE FROM t USING {rows} WHERE a = v.p1 AND b = v.p2"), vec![0, 1]))
        );
    }

    #[test]
    fn what_is_not_about_one_row_stays_as_it_is() {
        assert_eq!(form("DELETE FROM t WHERE a IN (SELECT b FROM u WHERE c < $1)", &[Type::INT8]), None);
        assert_eq!(form("UPDATE t SET a = 1", &[]), None);
        assert_eq!(form("SELECT a FROM t WHERE b = $1", &[Type::INT8]), None);
        assert_eq!(form("UPDATE t SET a = $1 WHERE b = $2 RETURNING a", &[Type::INT8, Type::INT8]), None);
        assert_eq!(form("INSERT INTO t (a) VALUES (abs($1))", &[Type::INT8]), None);
    }

    #[test]
    fn rows_that_are_updated_when_they_are_there_are_found_by_the_columns_of_the_conflict() {
        let sql = "INSERT INTO t (a, b, n) VALUES ($1, 7, $2) ON CONFLICT (a, b) DO UPDATE SET n = t.n + excluded.n";
        let form = Form::of(sql, &[Type::INT8, Type::INT8]).unwrap();
        assert_eq!((form.table.as_str(), form.keys), ("t", vec![0]));
    }

    #[test]
    fn rows_are_told_apart_only_by_the_same_condition() {
        let form = |sql| Form::of(sql, &[Type::INT8, Type::INT8]).unwrap();
        let update = form("UPDATE t SET b = $2 WHERE a = $1");
        assert!(update.finds_by_the_same(&form("UPDATE t SET c = $2 WHERE a = $1")));
        assert!(!update.finds_by_the_same(&form("UPDATE t SET b = $1 WHERE c = $2")));
        let before = "DELETE FROM t WHERE a < $1 AND b = $2";
        assert!(!form(before).finds_by_the_same(&form(before)));
        let insert = "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = excluded.b";
        assert!(!form(insert).finds_by_the_same(&update) && !form(insert).finds_by_the_same(&form(insert)));
    }

    #[test]
    fn the_eleventh_parameter_is_not_taken_for_the_first() {
        let types = vec![Type::INT8; 11];
        let (text, keys) = form("UPDATE t SET a = $11 WHERE b = $1", &types).unwrap();
        assert!(text.contains("SET a = v.p11 FROM unnest($1::int8[],") && text.ends_with("WHERE b = v.p1"));
        assert_eq!(keys, [0]);
    }
}
