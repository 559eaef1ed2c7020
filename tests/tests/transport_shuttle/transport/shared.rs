#[path = "../../../../catga/src/transport/shared/key.rs"]
pub(crate) mod key;
#[path = "../../../../catga/src/transport/shared/line.rs"]
pub(crate) mod line;
#[path = "../../../../catga/src/transport/shared/pipe.rs"]
pub(crate) mod pipe;

use catga::transport::TransportError;
use shuttle::sync::{Mutex, MutexGuard};
