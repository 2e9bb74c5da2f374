//! `docs/cluster.md` as it is written: three machines, each a shell with its own folder and its own loopback address,
//! with real servers of PostgreSQL, Redis and HAProxy.

mod machine;
mod usage;

use std::time::Duration;

use machine::Machines;
use usage::App;

use crate::support::documents::markdown::{Block, Document};
use crate::support::documents::root;
use crate::support::eventually;
use crate::support::lab::{Missing, need, need_command};

/// How long something may take that follows by itself.
const SOON: Duration = Duration::from_secs(40);

#[test]
fn the_commands_for_two_servers_do_what_the_document_says() {
    let Some(mut machines) = need(needed().and_then(|()| Machines::start())) else { return };
    let document = Document::read(&root().join("docs/cluster.md"));
    let mut app = None;
    for block in document.all_marked() {
        let place = Place::of(block);
        if let Some(event) = place.event {
            let app = app.get_or_insert_with(|| App::register(&mut machines));
            happen(event, &mut machines, app);
        }
        for name in &place.machines {
            run(&mut machines, name, block, &place);
        }
        if place.event.is_some() {
            app.as_mut().expect("it was made").goes_on(&mut machines, SOON);
        }
    }
    let mut app = app.expect("the document says what to do when a part is lost");
    app.goes_on(&mut machines, SOON);
    app.nothing_is_missing(&mut machines);
}

fn needed() -> Result<(), Missing> {
    let commands = ["bash", "curl", "haproxy", "openssl", "redis-server", "setpriv", "socat"];
    commands.into_iter().try_for_each(need_command)
}

/// Where a block runs, and when: `on a b`, `on c, soon`, `on b when a is lost`.
struct Place<'a> {
    machines: Vec<&'a str>,
    /// Its output comes in a moment, not at once.
    is_soon: bool,
    event: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(block: &'a Block) -> Self {
        let place = block.mark.strip_prefix("on ").expect("every mark says where");
        let (place, event) =
            place.split_once(" when ").map_or((place, None), |(at, event)| (at, Some(event)));
        let (place, when) = place.split_once(", ").unwrap_or((place, ""));
        Self { machines: place.split(' ').collect(), is_soon: when == "soon", event }
    }
}

fn run(machines: &mut Machines, name: &str, block: &Block, place: &Place<'_>) {
    let here = machines.here(name);
    let source = here(&block.source);
    if !place.is_soon {
        let said = machines.run(name, &source);
        return block.assert_output(&said, &here);
    }
    let mut said = String::new();
    let came = eventually(SOON, || {
        said = machines.run(name, &format!("(\n{source}\n) || true"));
        block.has_output(&said, &here).then_some(())
    });
    if came.is_none() {
        block.assert_output(&said, &here);
    }
}

/// What the document says that happens before the block is run, and what users notice of it.
fn happen(event: &str, machines: &mut Machines, app: &mut App) {
    match event {
        "redis is lost" => {
            machines.run("c", "switch_off redis-server KILL");
            app.goes_on(machines, Duration::ZERO);
        }
        "the database of b is lost" => {
            machines.run("b", "switch_off postgresql KILL");
            app.is_refused(machines);
        }
        "a is lost" => {
            machines.run("a", "lose");
            app.is_refused(machines);
        }
        "its database is back" | "it is back" => {}
        other => panic!("nobody knows what happens when {other}"),
    }
}
