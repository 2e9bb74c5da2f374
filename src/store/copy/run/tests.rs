//! Copies between two ends in memory.

use super::*;
use crate::store::copy::ends::{Feed, TakeTuple};
use crate::store::copy::table::Found;
use crate::store::copy::tuple::TupleWriter;

/// Both ends write down what is done to them, so that the order over both is known.
#[derive(Default)]
struct Log(std::cell::RefCell<Vec<&'static str>>);

struct Memory<'a> {
    log: &'a Log,
    rows: Vec<Vec<u8>>,
    breaks: bool,
}

fn tables() -> Vec<Table> {
    let id = Found { table: "t".into(), column: "id".into(), kind: "bigint".into(), place: 1 };
    Table::copied(vec![id]).unwrap()
}

fn row(number: i64) -> Vec<u8> {
    let mut writer = TupleWriter::default();
    writer.begin(1);
    writer.number(number);
    writer.tuple().to_vec()
}

impl Memory<'_> {
    fn did(&self, what: &'static str) -> Result<(), Problem> {
        self.log.0.borrow_mut().push(what);
        Ok(())
    }
}

impl CopySource for Memory<'_> {
    fn fact(&mut self, _: &str) -> Result<Option<Vec<u8>>, Problem> {
        Ok(None)
    }

    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        Ok(tables())
    }

    fn count(&mut self, _: &Table) -> Result<u64, Problem> {
        Ok(self.rows.len() as u64)
    }

    fn read(&mut self, _: &Table, reading: Reading, each: TakeTuple<'_>) -> Result<(), Problem> {
        assert_eq!(reading, Reading::Released(Timestamp::from_millis(5)));
        self.rows.iter().try_for_each(|row| each(row))?;
        if self.breaks { Err("a source that broke".into()) } else { Ok(()) }
    }

    fn leave(&mut self, moved: &MovedTo) -> Result<(), Problem> {
        assert_eq!((moved.copy, moved.place.as_str()), (7, "there"));
        self.did("left")
    }
}

impl CopyTarget for Memory<'_> {
    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        Ok(tables())
    }

    fn fill(&mut self, _: &Table, feed: Feed<'_>) -> Result<(), Problem> {
        let (rows, breaks) = (&mut self.rows, self.breaks);
        feed(&mut |tuple| {
            rows.push(tuple.to_vec());
            if breaks { Err("a full disk".into()) } else { Ok(()) }
        })
    }

    fn settle(&mut self) -> Result<(), Problem> {
        self.did("settled")
    }

    fn read(&mut self, _: &Table, each: TakeTuple<'_>) -> Result<(), Problem> {
        self.rows.iter().try_for_each(|row| each(row))
    }

    fn amend(&mut self, _: &str) -> Result<(), Problem> {
        self.did("amended")
    }

    fn record(&mut self, _: &str, _: &[u8]) -> Result<(), Problem> {
        self.did("recorded")
    }

    fn keep(&mut self, copying: &Copying) -> Result<(), Problem> {
        assert_eq!(*copying, Copying { copy: 7, state: CopyingState::Filled });
        self.did("kept")
    }

    fn open_up(&mut self) -> Result<(), Problem> {
        self.did("opened")
    }
}

fn terms() -> CopyTerms {
    CopyTerms { copy: 7, now: Timestamp::from_millis(5), to: "there".to_owned() }
}

#[test]
fn the_source_is_left_after_the_copy_was_kept_and_before_anybody_can_start_on_it() {
    let log = Log::default();
    let mut source = Memory { log: &log, rows: vec![row(1), row(2)], breaks: false };
    let mut target = Memory { log: &log, rows: Vec::new(), breaks: false };
    let report = run(&mut source, &mut target, terms(), &mut |_| {}).unwrap();
    assert_eq!(report.tables[0].source.rows, 2);
    assert_eq!(*log.0.borrow(), ["settled", "kept", "left", "opened"]);
}

#[test]
fn a_row_that_arrives_as_another_one_is_found_and_the_source_is_not_left() {
    let log = Log::default();
    let mut source = Memory { log: &log, rows: vec![row(1)], breaks: false };
    let mut target = Memory { log: &log, rows: vec![row(9)], breaks: false };
    let error = run(&mut source, &mut target, terms(), &mut |_| {}).unwrap_err();
    assert_eq!(error.side, Side::Target);
    assert!(error.problem.contains("t (1 rows"), "{}", error.problem);
    assert_eq!(*log.0.borrow(), ["settled"]);
}

#[test]
fn an_error_names_the_end_that_failed() {
    let log = Log::default();
    for (source_breaks, target_breaks, side) in [(true, false, Side::Source), (false, true, Side::Target)] {
        let mut source = Memory { log: &log, rows: vec![row(1)], breaks: source_breaks };
        let mut target = Memory { log: &log, rows: Vec::new(), breaks: target_breaks };
        assert_eq!(run(&mut source, &mut target, terms(), &mut |_| {}).unwrap_err().side, side);
    }
    assert!(log.0.borrow().is_empty());
}
