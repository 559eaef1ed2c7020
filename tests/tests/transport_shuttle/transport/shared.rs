#[path = "../../../../catga/src/transport/shared/closing.rs"]
pub(crate) mod closing;
#[path = "../../../../catga/src/transport/shared/key.rs"]
pub(crate) mod key;
#[path = "../../../../catga/src/transport/shared/line.rs"]
pub(crate) mod line;
#[path = "../../../../catga/src/transport/shared/listeners.rs"]
pub(crate) mod listeners;
#[path = "../../../../catga/src/transport/shared/pipe.rs"]
pub(crate) mod pipe;
#[path = "../../../../catga/src/transport/shared/quota.rs"]
pub(crate) mod quota;
#[path = "../../../../catga/src/transport/shared/registry.rs"]
pub(crate) mod registry;
#[path = "../../../../catga/src/transport/shared/slab.rs"]
pub(crate) mod slab;

use catga::transport::TransportError;
use shuttle::sync::{Arc, Mutex, MutexGuard, RwLock};
