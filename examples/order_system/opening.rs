//! The shop's day: it opens, serves, and closes when it is told to.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use catga::prelude::*;

use crate::arguments::Visit;
use crate::server::{Server, stop_signal};
use crate::shop::Shop;
use crate::{demo, keeper, store};

/// Opens a shop, and closes it when it has served whom it is for.
#[expect(clippy::print_stdout, reason = "whoever started it has to know that it is done")]
pub(crate) async fn open<S: Shop>(shop: S, visit: Visit) -> Result<(), Box<dyn Error>> {
    let address = match visit {
        Visit::Clients(address) => address,
        Visit::Demo => SocketAddr::from(([127, 0, 0, 1], 0)),
    };
    let shop = Arc::new(shop);
    let server = Server::bind(address, Arc::clone(&shop)).await;
    let server = server.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let stop = stop_signal()?;
    let shop_db = shop.db().clone();
    let is_held = shop_db.is_held()?;
    let no_more = Arc::new(Cancel::new());
    let relaying = tokio::spawn({
        let (relay, no_more) = (store::relay(shop.db(), shop.patience()), Arc::clone(&no_more));
        async move { relay.run::<S, S>(&shop, &no_more).await }
    });
    let keeping = tokio::spawn(keeper::run(shop_db));
    let served = match visit {
        Visit::Demo => demo::run(server).await,
        Visit::Clients(_) => {
            greet(server.address()?);
            if is_held {
                println!(
                    "nothing is settled: the store is a copy; see what was sent since, stop the shop, and say confirm"
                );
            }
            server.run(stop).await
        }
    };
    // What was begun ends first; what is not delivered by then is in the outbox.
    no_more.cancel();
    relaying.await?;
    keeping.abort();
    served?;
    if let Visit::Clients(_) = visit {
        println!("stopped");
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "whoever started it has to know where it listens")]
fn greet(address: SocketAddr) {
    println!(
        "\
listening on http://{address}
try:
  curl -X PUT  http://{address}/stock/TEA -H 'content-type: application/json' -d '{{\"available\":10,\"price_cents\":450}}'
  curl -X POST http://{address}/orders -H 'content-type: application/json' -H 'idempotency-key: 1' -d '{{\"customer\":\"ann@example.com\",\"lines\":[{{\"sku\":\"TEA\",\"quantity\":2}}],\"card\":\"4242424242424242\"}}'
  curl http://{address}/orders
  and in a browser: http://{address}/graph"
    );
}
