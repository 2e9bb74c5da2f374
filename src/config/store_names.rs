//! What errors call the parts of a database's address.

/// What errors call the parts of a database's address: whoever reads them looks for the place to change.
#[derive(Clone, Copy, Debug)]
pub struct StoreNames {
    /// The address itself.
    pub url: &'static str,
    /// The password of its user.
    pub password: &'static str,
    /// The file of the authorities that its certificate may come from.
    pub ca_file: &'static str,
}

impl StoreNames {
    /// The settings of `[store]`.
    pub const SETTINGS: Self =
        Self { url: "store.url", password: "store.password", ca_file: "store.ca_file" };
}
