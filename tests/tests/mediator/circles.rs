//! Handlers that may send what comes back to them, and do so in a way that has an end: none of these is refused (CATGA070
//! is said of what is sure, and of nothing else).

use std::future::Future;
use std::pin::Pin;

use catga::prelude::*;

/// Counts down, one message a number.
#[command(reply = u32)]
struct Down(u32);

macro_rules! counts {
    ($name:ident, $set:ident, [$($mediator:tt)*], [$($method:tt)*], $cx:ident, $command:ident => $($body:tt)*) => {
        struct $set;

        #[handler]
        impl $set {
            #[pipeline($($method)*)]
            async fn down(&self, $command: Down, $cx: &mut Context<impl Sends<Down>>) -> Result<u32, Error> {
                $($body)*
            }
        }

        #[mediator]
        #[pipeline($($mediator)*)]
        struct $name {
            set: $set,
        }
    };
}

counts!(ByTheMediator, ByTheMediatorSet, [Boxed], [], cx, command => {
    if command.0 == 0 { Ok(0) } else { Ok(cx.send(Down(command.0 - 1)).await? + 1) }
});

counts!(ByTheMethod, ByTheMethodSet, [], [Boxed], cx, command => {
    if command.0 == 0 { Ok(0) } else { Ok(cx.send(Down(command.0 - 1)).await? + 1) }
});

counts!(ByTheSend, ByTheSendSet, [], [], cx, command => {
    if command.0 == 0 { Ok(0) } else { Ok(Box::pin(cx.send(Down(command.0 - 1))).await? + 1) }
});

counts!(ByABlock, ByABlockSet, [], [], cx, command => {
    if command.0 == 0 {
        return Ok(0);
    }
    let next: Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> =
        Box::pin(async { cx.send(Down(command.0 - 1)).await });
    Ok(next.await? + 1)
});

/// Sends from the heap, under the name of the context.
struct Elsewhere<'c, S>(&'c Context<S>);

impl<S: Sends<Down> + Sync> Elsewhere<'_, S> {
    fn send(&self, message: Down) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + '_>> {
        Box::pin(self.0.send(message))
    }
}

counts!(ByAnother, ByAnotherSet, [], [], cx, command => {
    let cx = Elsewhere(cx);
    if command.0 == 0 { Ok(0) } else { Ok(cx.send(Down(command.0 - 1)).await? + 1) }
});

counts!(NotCompiled, NotCompiledSet, [], [], cx, command => {
    #[cfg(any())]
    cx.send(Down(command.0 - 1)).await?;
    let _unused = cx;
    Ok(command.0)
});

#[allow(unreachable_code, unused_variables, clippy::diverging_sub_expression, clippy::todo)]
mod unreached {
    use super::*;

    counts!(Unfinished, UnfinishedSet, [], [], cx, command => {
        todo!("count down from {}", command.0);
        let _sum = cx.send(Down(command.0 - 1)).await? + 1;
        Ok(0)
    });

    /// It compiles.
    pub fn is_there() -> usize {
        size_of::<Unfinished>()
    }
}

#[tokio::test]
async fn a_circle_with_an_end_is_none() {
    assert_eq!(ByTheMediator { set: ByTheMediatorSet }.send(Down(5)).await, Ok(5));
    assert_eq!(ByTheMethod { set: ByTheMethodSet }.send(Down(5)).await, Ok(5));
    assert_eq!(ByTheSend { set: ByTheSendSet }.send(Down(5)).await, Ok(5));
    assert_eq!(ByABlock { set: ByABlockSet }.send(Down(5)).await, Ok(5));
    assert_eq!(ByAnother { set: ByAnotherSet }.send(Down(5)).await, Ok(5));
    assert_eq!(NotCompiled { set: NotCompiledSet }.send(Down(5)).await, Ok(5));
    assert_eq!(unreached::is_there(), 0);
}
