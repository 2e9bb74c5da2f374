//! Nodes: the running programs that write to one store.

/// The number of a node. It is part of the identities that the node hands out, and is stored in the
/// rows that it holds. No two nodes that run at the same time may have the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node(u16);

impl Node {
    /// Number of bits in a node's number.
    pub const BITS: u32 = 10;

    /// The server. `DataLock` prevents a second server on the same data.
    pub const SERVER: Self = Self(0);

    /// Returns the node of a command that runs beside the server, numbered by its process id.
    pub const fn command(process: u32) -> Self {
        // Below 1 024.
        Self((1 + process % ((1 << Self::BITS) - 1)) as u16)
    }

    /// Returns the node with a number that was read from the store.
    pub const fn numbered(number: u16) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_has_the_number_of_the_server_or_one_that_is_too_large() {
        for process in [0, 1, 1_022, 1_023, 1_024, u32::MAX] {
            let number = Node::command(process).number();
            assert!((1..1 << Node::BITS).contains(&number), "{process}: {number}");
        }
    }
}
