//! Erasing what is stored of a person.

mod rounds;
mod rows;
mod search;
