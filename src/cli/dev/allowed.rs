//! Which pages may call the development server, frame its pages, and receive visitors from them, and which
//! countries it sends to.

use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::phone::settings::Countries;
use crate::domain::web_origin::WebOrigin;
use crate::service::Services;

use crate::cli::failure::Failure;

use super::known::{HERE, SECRET_KEY};
use super::pages::mint::RETURNED;

/// The names of this machine in browsers, and the usual ports of developers' servers.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];
const PORTS: [u16; 4] = [3000, 5173, 8000, 8080];

/// Allows the usual pages of this machine for the built-in tenant, and sends the visitors of its hosted pages
/// back to a page of `dev`. Phones are reached in every country: nothing leaves this machine.
pub(super) async fn allow(services: &Services) -> Result<(), Failure> {
    let public = services.pages.public_url();
    let returned = public.and_then(|public| ReturnUrl::parse(&format!("{public}{RETURNED}")).ok());
    let tenant = services.authenticator.authenticate(SECRET_KEY, Some(HERE)).await?;
    let change = services.tenants.change(&tenant, None, |draft| {
        draft.settings.allowed_origins = usual();
        draft.settings.phone.countries = Countries::All;
        draft.settings.return_urls = returned.iter().cloned().collect();
    });
    change.await?;
    Ok(())
}

fn usual() -> Vec<WebOrigin> {
    let all = HOSTS.iter().flat_map(|host| PORTS.map(|port| format!("http://{host}:{port}")));
    all.filter_map(|origin| WebOrigin::parse(&origin).ok()).collect()
}
