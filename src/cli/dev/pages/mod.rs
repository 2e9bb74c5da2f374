//! What `dev` shows in a browser, and tells `curl`.
//!
//! | route | what |
//! |---|---|
//! | `GET /` | everything that there is, and a code at once |
//! | `POST /dev/mint` | mints a code for somebody |
//! | `GET /dev/returned` | where hosted pages send their visitors back to |
//! | `GET /dev/inbox` | mails, texts, calls and chats; `?q=` searches, `?channel=` selects |
//! | `POST /dev/inbox/clear`, `DELETE /dev/inbox` | drops them all, and the delivery log |
//! | `GET /dev/inbox.json` | the same for programs; `?to=` picks one recipient's, `?wait=` waits for the first |
//! | `GET /dev/inbox/{id}` | one mail: `?view=text`, `html`, `headers` or `source` |
//! | `GET /dev/inbox/{id}/html` | its HTML part, sandboxed |
//! | `GET /dev/inbox/{id}/source` | the mail as it was sent |
//! | `GET /dev/inbox/messages/{id}` | one text, call or chat |
//! | `POST /dev/inbox/messages/{id}/report` | reports that it arrived, or did not |
//! | `GET /dev/log` | what the server did with each message; `?q=` searches |
//! | `POST /dev/trouble` | makes the next messages fail or wait |
//! | `GET /dev/events` | tells that there is something new, as server-sent events |
//! | `GET /metrics` | the metrics, which have a listener of their own elsewhere |
//!
//! All pages work without script: forms answer with a redirect to a page.

mod answer;
mod assets;
mod changes;
pub(super) mod desk;
mod entry;
mod events;
mod guard;
mod inbox;
mod json;
mod landing;
mod log;
mod medium;
mod message;
pub(super) mod mint;
pub(super) mod routes;
mod search;
mod switches;
pub(super) mod tour;
mod view;

pub use desk::Desk;
pub use routes::mail_routes;
