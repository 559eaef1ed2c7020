/// Scenarios, each an async function and a test of its own, and how many they are.
#[macro_export]
macro_rules! scenarios {
    ($count:literal: $($scenario:ident)*) => {
        mod run {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    super::$scenario().await;
                }
            )*
        }
        const _: () = assert!([$(stringify!($scenario)),*].len() == $count, "a scenario is not run");
    };
}
