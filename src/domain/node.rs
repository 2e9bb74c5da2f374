//! Nodes: the running programs that write into one store.

/// The number of a node. It stands in the identities that the node hands out, and in the rows that it
/// holds, so no two that run at the same time may have the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node(u16);

impl Node {
    /// Bits of a number.
    pub const BITS: u32 = 10;

    /// The server. `DataLock` keeps a second one away from the same data.
    pub const SERVER: Self = Self(0);

    /// A command that runs beside the server, told from others by the number of its process.
    pub const fn command(process: u32) -> Self {
        // Below 1 024.
        Self((1 + process % ((1 << Self::BITS) - 1)) as u16)
    }

    /// The number.
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
