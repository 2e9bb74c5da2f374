//! Which pages may call the development server and show its pages in a frame.

use crate::domain::origin::WebOrigin;
use crate::service::Services;

use super::super::Failure;
use super::SECRET_KEY;

/// As a browser calls this machine, and where the servers of developers usually listen.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];
const PORTS: [u16; 4] = [3000, 5173, 8000, 8080];

/// Lets the usual pages of this machine in, for the tenant that is ready to use.
pub(super) async fn allow(services: &Services) -> Result<(), Failure> {
    let tenant = services.authenticate(SECRET_KEY).await?;
    let change = services.change_tenant(&tenant, None, |draft| draft.settings.allowed_origins = usual());
    change.await?;
    Ok(())
}

fn usual() -> Vec<WebOrigin> {
    let all = HOSTS.iter().flat_map(|host| PORTS.map(|port| format!("http://{host}:{port}")));
    all.filter_map(|origin| WebOrigin::parse(&origin).ok()).collect()
}
