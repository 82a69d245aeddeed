//! One HTTP exchange: TLS, proxies, what a failure means, and what may be tried again. It knows no Strigo and no store.

pub mod endpoint;
pub mod exchange;
mod failure;
pub mod hooks;
pub mod proxy;
mod redact;
pub(crate) mod response;
pub(crate) mod retry;
pub mod secret;
mod tls;

pub use exchange::ClientOptions;
pub use hooks::{Hooks, RequestNotice};
pub use proxy::Proxy;
pub use response::Response;
