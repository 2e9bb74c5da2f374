//! The script that apps load.

use std::io::Write;

use reqwest::Method;

use super::{Browser, start};

const PATH: &str = "/widget.js";

#[tokio::test]
async fn any_page_may_load_the_widget_and_check_its_hash() {
    let app = start().await;
    let answer = Browser::at(&app).get(PATH).await;
    for (name, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, no-cache, no-transform"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert_eq!((answer.status, &*answer.body), (200, include_str!("../../../../templates/pages/widget.js")));
}

#[tokio::test]
async fn a_browser_that_has_the_widget_is_told_so() {
    let app = start().await;
    let browser = Browser::at(&app);
    let tag = browser.get(PATH).await.header("etag").expect("a tag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = browser.with("if-none-match", &known).get(PATH).await;
        assert_eq!((answer.status, &*answer.body), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), Some(&*tag));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    for unknown in ["\"other\"", "", "other", "W/"] {
        assert_eq!(browser.with("if-none-match", unknown).get(PATH).await.status, 200, "{unknown}");
    }
}

#[tokio::test]
async fn the_widget_is_looked_at_and_nothing_else() {
    let app = start().await;
    let browser = Browser::at(&app);
    let head = browser.send(Method::HEAD, PATH, String::new()).await;
    assert_eq!((head.status, &*head.body), (200, ""));
    let posted = browser.post(PATH, "").await;
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test]
async fn the_widget_is_below_six_thousand_bytes_when_it_is_compressed() {
    let app = start().await;
    let body = Browser::at(&app).get(PATH).await.body;
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    compressed.write_all(body.as_bytes()).unwrap();
    let size = compressed.finish().unwrap().len();
    assert!((1_000..6_000).contains(&size), "{size} bytes");
}
