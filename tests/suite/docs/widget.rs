//! The hash of the widget, which pages check before they run it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha384};

use crate::support::documents::read;

#[test]
fn pages_are_told_the_hash_of_the_widget_as_it_is() {
    let hash = Sha384::digest(read("templates/pages/widget.js").as_bytes());
    let integrity = format!("sha384-{}", BASE64_STANDARD.encode(hash));
    for page in ["docs/widget.md", "examples/widget/index.html"] {
        let text = read(page);
        let told: Vec<_> =
            text.split("integrity=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(told, [&integrity], "{page} has another hash than the widget");
    }
}
