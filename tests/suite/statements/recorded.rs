//! Records the statements that a store runs.

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Names the file that the statements go to, one a line.
const FILE: &str = "OTPMINT_TEST_STATEMENTS";

/// What the engine names its events about statements.
const TARGET: &str = "otpmint::sql";

/// Tests that run no statement of their own, and take long.
const LONG: [&str; 6] = [
    "store::races",
    "store::model",
    "store::sqlite",
    "store::postgres::silent",
    "store::webhooks::beyond_what_may_wait",
    "store::statistics::a_tenant_cannot_fill",
];

/// Returns the statements that the story of the store runs. It is told by this program, in another process.
pub fn from_the_story_of_the_store() -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("statements");
    let mut story = Command::new(env::current_exe().expect("this program"));
    story.arg("store::").args(LONG.iter().flat_map(|test| ["--skip", test])).env(FILE, &file);
    let told = story.output().expect("this program again");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    let texts = fs::read_to_string(&file).expect("statements");
    texts.lines().map(str::to_owned).collect()
}

/// Records the statements of every store of this process from now on, if the process was started for it.
pub fn record() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let Some(file) = env::var_os(FILE) else { return };
        let only_statements = Targets::new().with_target(TARGET, LevelFilter::TRACE);
        let layer = Recorder::to(Path::new(&file)).with_filter(only_statements);
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::set_global_default(subscriber).expect("the only one");
    });
}

struct Recorder(Mutex<(BTreeSet<String>, File)>);

impl Recorder {
    fn to(path: &Path) -> Self {
        Self(Mutex::new((BTreeSet::new(), File::create(path).expect("a file"))))
    }
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Text(self));
    }
}

struct Text<'a>(&'a Recorder);

impl Visit for Text<'_> {
    fn record_str(&mut self, _: &Field, text: &str) {
        assert!(!text.contains('\n'), "a statement is one line: {text}");
        let mut recorded = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recorded.0.insert(text.to_owned()) {
            writeln!(recorded.1, "{text}").expect("room for it");
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
