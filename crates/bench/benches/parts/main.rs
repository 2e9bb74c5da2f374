//! The cost of each part alone: `cargo bench -p otpmint-bench`. `otpmint-bench` measures the whole.

mod crypto;
mod mail;
mod store;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    crypto::measure(&mut criterion);
    mail::measure(&mut criterion);
    store::measure(&mut criterion);
    criterion.final_summary();
}
