//! What ships with the rule for passwords, and how long the rule takes.

mod leaked_set;
mod speed;
