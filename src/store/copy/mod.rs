//! Copying a whole store into another engine, and proving that the copy is the same.
//!
//! Rows travel as the tuples of PostgreSQL's binary COPY, which are also what digests are computed of: one
//! encoding for both engines, in the order of the primary keys. What a copy leaves in `meta` says where a
//! store went, and keeps a half-filled one from being used.

pub mod backup;
mod ends;
mod facts;
mod marks;
mod run;
mod table;
mod tally;
mod tuple;

pub use ends::{CopySource, CopyTarget, Feed, Problem, TakeTuple};
pub use facts::Facts;
pub use marks::{Copying, CopyingState, Marked, MovedTo};
pub use run::{CopyError, CopyReport, CopyTerms, Progress, Side, TableReport, run};
pub use table::{Column, Found, Kind, Reading, Table, USED, is_empty, quoted};
pub use tally::TableTally;
pub use tuple::{END, HEADER, Splitter, TupleWriter, fields};
