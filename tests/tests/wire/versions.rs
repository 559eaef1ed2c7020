//! Two programs of different age on one wire.

use catga::Remote;
use catga::codec::{Json, MessagePack, Protobuf};
use catga::error::Classify as _;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

/// What was deployed first.
mod old {
    use super::*;

    #[command(name = "Quote", reply = u32)]
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Quote {
        pub amount: u32,
    }

    #[query(reply = Answer, codec = Json)]
    #[derive(Serialize, Deserialize)]
    pub struct Named {
        pub a: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Answer {
        pub sum: u32,
    }

    #[query(reply = Answer, codec = MessagePack)]
    #[derive(Serialize, Deserialize)]
    pub struct Packed {
        pub a: u32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Tagged {
        #[prost(uint32, tag = "1")]
        pub sum: u32,
    }

    #[query(reply = Tagged, codec = Protobuf)]
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Proto {
        #[prost(uint32, tag = "1")]
        pub a: u32,
    }

    #[contract(endpoint = "quotes")]
    pub struct Quotes(Quote, Named, Packed, Proto);
}

/// What was deployed then: version 2 of `Quote`, more fields, one message more.
mod new {
    use super::*;

    #[command(version = 2, reply = Price, upcasts = super::old::Quote)]
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Quote {
        pub amount: u64,
        pub currency: String,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Price {
        pub cents: u64,
    }

    /// What an old program understands.
    impl From<Price> for u32 {
        fn from(price: Price) -> Self {
            u32::try_from(price.cents).unwrap_or(u32::MAX)
        }
    }

    impl From<super::old::Quote> for Quote {
        fn from(old: super::old::Quote) -> Self {
            Self { amount: old.amount.into(), currency: "EUR".into() }
        }
    }

    #[query(reply = Answer, codec = Json)]
    #[derive(Serialize, Deserialize)]
    pub struct Named {
        pub a: u32,
        pub b: Option<u32>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Answer {
        pub sum: u32,
        #[serde(default)]
        pub terms: Option<u8>,
    }

    #[query(reply = Answer, codec = MessagePack)]
    #[derive(Serialize, Deserialize)]
    pub struct Packed {
        pub a: u32,
        pub b: Option<u32>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Tagged {
        #[prost(uint32, optional, tag = "2")]
        pub terms: Option<u32>,
        #[prost(uint32, tag = "1")]
        pub sum: u32,
    }

    #[query(reply = Tagged, codec = Protobuf)]
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Proto {
        #[prost(uint32, optional, tag = "2")]
        pub b: Option<u32>,
        #[prost(uint32, tag = "1")]
        pub a: u32,
    }

    #[query(reply = u8)]
    #[derive(Serialize, Deserialize)]
    pub struct Added;

    #[contract(endpoint = "quotes")]
    pub struct Quotes(Quote, Named, Packed, Proto, Added);
}

struct OldQuotes;

#[handler]
impl OldQuotes {
    fn quote(&self, command: old::Quote) -> u32 {
        command.amount
    }

    fn named(&self, query: old::Named) -> old::Answer {
        old::Answer { sum: query.a }
    }

    fn packed(&self, query: old::Packed) -> old::Answer {
        old::Answer { sum: query.a }
    }

    fn proto(&self, query: old::Proto) -> old::Tagged {
        old::Tagged { sum: query.a }
    }
}

#[mediator(serves(old::Quotes))]
struct OldServer {
    quotes: OldQuotes,
}

#[mediator]
struct OldCaller {
    quotes: Remote<Memory, old::Quotes>,
}

struct NewQuotes;

#[handler]
impl NewQuotes {
    fn quote(&self, command: new::Quote) -> new::Price {
        assert_eq!(command.currency, "EUR");
        new::Price { cents: command.amount * 100 }
    }

    fn named(&self, query: new::Named) -> new::Answer {
        new::Answer { sum: query.a + query.b.unwrap_or(0), terms: Some(2) }
    }

    fn packed(&self, query: new::Packed) -> new::Answer {
        new::Answer { sum: query.a + query.b.unwrap_or(0), terms: Some(2) }
    }

    fn proto(&self, query: new::Proto) -> new::Tagged {
        new::Tagged { sum: query.a + query.b.unwrap_or(0), terms: Some(2) }
    }

    fn added(&self, _query: new::Added) -> u8 {
        1
    }
}

#[mediator(serves(new::Quotes))]
struct NewServer {
    quotes: NewQuotes,
}

#[mediator]
struct NewCaller {
    quotes: Remote<Memory, new::Quotes>,
}

#[tokio::test]
async fn an_old_caller_is_served_by_a_new_program() {
    let (wire, stop) = (Memory::default(), Cancel::new());
    let (server, there) = (Server::new(wire.clone()), NewServer { quotes: NewQuotes });
    let here = OldCaller { quotes: Remote::new(wire) };
    let (served, ()) = tokio::join!(server.serve::<new::Quotes, _>(&there, &stop), async {
        assert_eq!(here.send(old::Quote { amount: 3 }).await, Ok(300), "upcast, and answered in its own version");
        assert_eq!(here.send(old::Named { a: 1 }).await, Ok(old::Answer { sum: 1 }));
        assert_eq!(here.send(old::Packed { a: 1 }).await, Ok(old::Answer { sum: 1 }));
        assert_eq!(here.send(old::Proto { a: 1 }).await, Ok(old::Tagged { sum: 1 }));
        stop.cancel();
    });
    assert_eq!(served.unwrap().rejected, 0);
}

#[tokio::test]
async fn a_new_caller_is_told_what_an_old_program_lacks() {
    let (wire, stop) = (Memory::default(), Cancel::new());
    let (server, there) = (Server::new(wire.clone()), OldServer { quotes: OldQuotes });
    let here = NewCaller { quotes: Remote::new(wire) };
    let (served, ()) = tokio::join!(server.serve::<old::Quotes, _>(&there, &stop), async {
        let answer = here.send(new::Named { a: 1, b: Some(1) }).await;
        assert_eq!(answer, Ok(new::Answer { sum: 1, terms: None }), "an added field is passed over");
        let answer = here.send(new::Packed { a: 1, b: Some(1) }).await;
        assert_eq!(answer, Ok(new::Answer { sum: 1, terms: None }));
        let answer = here.send(new::Proto { a: 1, b: Some(1) }).await;
        assert_eq!(answer, Ok(new::Tagged { sum: 1, terms: None }));
        let error = here.send(new::Quote { amount: 3, currency: "EUR".into() }).await.unwrap_err();
        assert_eq!((error.code(), error.class()), ("catga.wire.wrong_version", Class::Permanent));
        let error = here.send(new::Added).await.unwrap_err();
        assert_eq!((error.code(), error.class()), ("catga.wire.unknown_message", Class::Permanent));
        stop.cancel();
    });
    assert_eq!(served.unwrap().rejected, 2);
}
