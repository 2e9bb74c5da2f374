//! A secret key, on the one page that shows it.

use askama::Template;

use super::layout::Layout;

/// Its only showing.
#[derive(Template)]
#[template(path = "console/new_secret.html")]
pub(crate) struct NewSecretPage<'a> {
    pub(crate) layout: Layout,
    pub(crate) secret: &'a str,
    /// Where to go on.
    pub(crate) there: String,
}
