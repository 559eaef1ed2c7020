use catga::envelope::{TraceContext, TraceError};
use proptest::prelude::*;

const TEXT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn parse(text: &str) -> Result<TraceContext, TraceError> {
    text.parse()
}

#[test]
fn its_parts() {
    let trace = parse(TEXT).unwrap();
    assert_eq!(trace.trace_id()[..3], [0x0a, 0xf7, 0x65]);
    assert_eq!(trace.span_id(), [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]);
    assert_eq!((trace.flags(), trace.is_sampled()), (1, true));
    assert!(!parse(&TEXT.replace("-01", "-02")).unwrap().is_sampled());
    assert_eq!(format!("{trace:?}"), format!("TraceContext({TEXT})"));
}

#[test]
fn what_is_no_traceparent() {
    let cases = [
        "",
        "00",
        &TEXT[..54],
        &format!("{TEXT}-"),
        &format!("{TEXT}0"),
        &TEXT.to_uppercase(),
        &TEXT.replace("00-", "ff-"),
        &TEXT.replace("00-", "0g-"),
        &TEXT.replace("-b7", "_b7"),
        &TEXT.replace("-01", "-0x"),
        &TEXT.replace("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
        &TEXT.replace("b7ad6b7169203331", "0000000000000000"),
        &format!("01{}x", &TEXT[2..]),
        &TEXT.replace("0af7651916cd43dd8448eb211c80319c", "0af7651916cd43dd8448eb211c80319é"),
    ];
    for text in cases {
        assert_eq!(parse(text), Err(TraceError), "{text:?}");
    }
}

#[test]
fn a_later_version_is_read_as_far_as_it_is_known() {
    assert_eq!(parse(&format!("01{}", &TEXT[2..])), parse(TEXT));
    assert_eq!(parse(&format!("cc{}-what-will-be", &TEXT[2..])), parse(TEXT));
}

proptest! {
    #[test]
    fn it_is_written_as_it_is_read(trace in 1..=u128::MAX, span in 1..=u64::MAX, flags in any::<u8>()) {
        let context = TraceContext::new(trace.to_be_bytes(), span.to_be_bytes(), flags).unwrap();
        let text = context.to_string();
        prop_assert_eq!(text.len(), 55);
        prop_assert_eq!(parse(&text), Ok(context));
    }

    #[test]
    fn any_text_is_one_or_an_error(text in "\\PC{0,60}|0[01]-[0-9a-g]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.{0,3})?") {
        if let Ok(context) = parse(&text) {
            prop_assert_eq!(&context.to_string()[2..], &text[2..55]);
        }
    }
}
