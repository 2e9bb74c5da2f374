//! Pages of lists, of every resource.

use serde_json::Value;

use super::{NUMBER, Sdk, assert_error, sid, with_phones};

/// A service with a rate limit and a factor, and all lists below it and beside it.
async fn lists(sdk: &Sdk) -> Vec<(String, &'static str)> {
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    let limit = sid(&sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", "device")]).await);
    vec![
        ("/Services".to_owned(), "services"),
        ("/Attempts".to_owned(), "attempts"),
        ("/Templates".to_owned(), "templates"),
        (format!("{service}/RateLimits"), "rate_limits"),
        (format!("{service}/RateLimits/{limit}/Buckets"), "buckets"),
        (format!("{service}/Entities/jane/Factors"), "factors"),
        (format!("{service}/Webhooks"), "webhooks"),
    ]
}

#[tokio::test]
async fn what_names_no_page_is_refused_and_what_is_behind_the_last_is_empty() {
    let (_app, sdk) = with_phones().await;
    for (path, key) in lists(&sdk).await {
        for query in [
            "PageSize=0",
            "PageSize=-1",
            "PageSize=1001",
            "PageSize=1.5",
            "PageSize=",
            "PageSize=99999999999999999999999999",
            "PageSize=5&PageSize=5",
            "Page=-1",
            "Page=x",
            "Page=",
            "Page=100001",
            "Page=18446744073709551615",
            "PageToken=a&PageToken=b",
            "Limit=5",
            "%FF=%FE",
        ] {
            let refused = assert_error(&sdk.get(&format!("{path}?{query}")).await, 400, 60200);
            assert!(refused["message"].as_str().unwrap().contains("Invalid parameter"), "{refused}");
        }
        let far = sdk.get(&format!("{path}?PageSize=1000&Page=100000&PageToken=%00%22")).await;
        let (status, far) = (far.status, far.json());
        assert_eq!((status, far[key].as_array().unwrap().len()), (200, 0), "{path}: {far}");
        assert_eq!((&far["meta"]["next_page_url"], &far["meta"]["key"]), (&Value::Null, &key.into()));
        let previous = far["meta"]["previous_page_url"].as_str().unwrap();
        assert!(previous.ends_with("PageSize=1000&Page=99999"), "{previous}");
    }
}

#[tokio::test]
async fn a_list_is_read_page_by_page_where_it_was_called_whatever_it_is_asked_for() {
    let (app, sdk) = with_phones().await;
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    let path = format!("{service}/RateLimits");
    for number in 0..16 {
        let made = sdk.post(&path, &[("UniqueName", &format!("limit_{number}"))]).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let host = format!("http://{}/v2", app.app().address());
    let (mut next, mut found) = (Some(format!("{path}?PageSize=5&PageToken=x")), Vec::new());
    while let Some(path) = next {
        let listed = sdk.get(&path).await.json();
        found.extend(listed["rate_limits"].as_array().unwrap().iter().map(|one| one["sid"].to_string()));
        for name in ["url", "first_page_url", "previous_page_url", "next_page_url"] {
            let url = &listed["meta"][name];
            assert!(url.is_null() || url.as_str().unwrap().starts_with(&host), "{url}");
        }
        next = listed["meta"]["next_page_url"].as_str().map(|url| url[host.len()..].to_owned());
    }
    assert_eq!(found.len(), 16);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 16, "each once");
    // A number in a filter stays what it is in the address of the next page.
    let asked = format!("/Attempts?PageSize=1&ChannelData.To={}", NUMBER.replace('+', "%2B"));
    let url = sdk.get(&asked).await.json()["meta"]["url"].as_str().unwrap().to_owned();
    assert!(url.ends_with("?PageSize=1&Page=0&ChannelData.To=%2B4915123456789"), "{url}");
}
