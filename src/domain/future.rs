//! Futures behind traits.

/// A boxed future that can move between threads. Every trait method that does IO returns one.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
