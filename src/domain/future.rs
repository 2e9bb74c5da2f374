//! Futures behind traits.

/// A boxed future that can move between threads: what every trait verb that does IO returns.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
