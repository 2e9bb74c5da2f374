//! Parses the table of routes, so that the tests that go through all pages miss none.

use std::collections::BTreeSet;

const TABLE: &str = include_str!("../../../../src/http/console/routes.rs");

/// What precedes the end of a path about one tenant.
pub const ABOUT_A_TENANT: &str = "/tenants/{tenant}";

/// The console's paths that accept this method.
pub fn taking(method: &str) -> BTreeSet<String> {
    let written = TABLE.split("route!(config, \"").skip(1).filter_map(|rest| rest.split_once("\", \""));
    let taking = written.filter(|(_, rest)| rest.split('"').next().is_some_and(|list| list.contains(method)));
    let mut paths: BTreeSet<String> = taking.map(|(path, _)| path.to_owned()).collect();
    if method == "GET" {
        let ends = TABLE.split("report!(\"").skip(1).filter_map(|rest| rest.split('"').next());
        paths.extend(ends.flat_map(|end| [end.to_owned(), format!("{ABOUT_A_TENANT}{end}")]));
    }
    paths
}

/// Fails unless each path of the console that accepts this method and has this prefix is among those that are
/// tried. These are given without the prefix and may have a query.
#[track_caller]
pub fn all_are_tried<'a>(method: &str, begin: &str, tried: impl IntoIterator<Item = &'a str>) {
    let tried: Vec<Vec<&str>> = tried.into_iter().map(segments).collect();
    let paths = taking(method);
    let own = paths.iter().filter(|path| begin == ABOUT_A_TENANT || !path.starts_with(ABOUT_A_TENANT));
    let ends: Vec<&str> = own.filter_map(|path| path.strip_prefix(begin)).collect();
    assert!(ends.len() > 5, "the table is written otherwise: {ends:?}");
    let missing: Vec<_> =
        ends.iter().filter(|end| !tried.iter().any(|tried| fits(&segments(end), tried))).collect();
    assert!(missing.is_empty(), "{method} {begin}: nobody tries {missing:?}");
}

fn segments(path: &str) -> Vec<&str> {
    path.split('?').next().unwrap_or_default().split('/').collect()
}

fn fits(route: &[&str], tried: &[&str]) -> bool {
    let one = |(route, tried): (&&str, &&str)| route.starts_with('{') || route == tried;
    route.len() == tried.len() && route.iter().zip(tried).all(one)
}
