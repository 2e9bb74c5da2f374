//! The page that shows a new secret key once.

use askama::Template;

use super::layout::Layout;

#[derive(Template)]
#[template(path = "console/new_secret.html")]
pub(crate) struct NewSecretPage<'a> {
    pub(crate) layout: Layout,
    pub(crate) secret: &'a str,
    /// The link to the next page.
    pub(crate) there: String,
}
