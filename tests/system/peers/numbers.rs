//! What PyPI phonenumbers, a port of libphonenumber, says of numbers today.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::lab::need;
use crate::support::libraries::python_library;

/// The product is compared with the table by a test of the number's own.
#[test]
fn the_table_of_numbers_is_what_the_oracle_says() {
    let Some(library) = need(python_library(&["phonenumbers"])) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/numbers");
    let told = Command::new("python3").arg(folder.join("numbers.py")).env("PYTHONPATH", library).output();
    let told = told.expect("Python starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let table = fs::read(folder.join("numbers.tsv")).expect("the table is committed");
    assert!(told.stdout == table, "numbers.tsv is not what numbers.py prints: write it again");
}
