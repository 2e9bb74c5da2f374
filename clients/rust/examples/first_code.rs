// SPDX-License-Identifier: MIT

//! The first verified code, with `otpmint dev` running.

use otpmint_client::{Client, Mint};

#[expect(clippy::print_stdout, reason = "a program for a terminal")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("OTPMINT_URL").unwrap_or("http://127.0.0.1:5000".to_owned());
    let client = Client::new(&server, "dev-only-7Q2xWm9K-not-a-secret")?;
    let minted = client.challenges().mint(Mint::to("jane@example.com").purpose("login")).await?;
    println!("The code, from {server}/dev/inbox:");
    let mut code = String::new();
    std::io::stdin().read_line(&mut code)?;
    println!("{:?}", client.challenges().verify(&minted.key, &code).await?.status);
    Ok(())
}
