//! The pages that show once what was made: a secret key, or a setup link.

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

#[derive(Template)]
#[template(path = "console/new_link.html")]
pub(crate) struct NewLinkPage<'a> {
    pub(crate) layout: Layout,
    pub(crate) link: &'a str,
    /// The link to the next page.
    pub(crate) there: &'a str,
}
