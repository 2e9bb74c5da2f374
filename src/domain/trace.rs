//! Trace contexts: the place of a piece of work in a trace that several programs write together (W3C Trace
//! Context, <https://www.w3.org/TR/trace-context/>).

use std::fmt;

/// The length of a `traceparent` of version 00.
const LENGTH: usize = 55;

/// The only flag of version 00: the caller records the trace.
const SAMPLED: u8 = 1;

/// A place in a trace. Its text is the header `traceparent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceContext {
    /// The trace, never 0.
    pub trace: u128,
    /// The span below which the work belongs, never 0.
    pub span: u64,
    /// Whether the trace is recorded.
    pub is_sampled: bool,
}

impl TraceContext {
    /// Parses a `traceparent` (§3.2). A later version may have more fields; those that are known are read.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.split_at_checked(LENGTH)?;
        let [version, trace, span, flags] = fields(head)?;
        let version = hex(version)?;
        let may_go_on = version != 0 && rest.starts_with('-');
        if version == 0xff || !(rest.is_empty() || may_go_on) {
            return None;
        }
        let (trace, span) = (hex(trace)?, u64::try_from(hex(span)?).ok()?);
        let flags = u8::try_from(hex(flags)?).ok()?;
        let is_sampled = flags & SAMPLED != 0;
        (trace != 0 && span != 0).then_some(Self { trace, span, is_sampled })
    }
}

/// Splits a head into its four fields, each of the right length.
fn fields(head: &str) -> Option<[&str; 4]> {
    let mut fields = head.split('-');
    let mut next = |length| fields.next().filter(|field| field.len() == length);
    let split = [next(2)?, next(32)?, next(16)?, next(2)?];
    fields.next().is_none().then_some(split)
}

/// Parses lower-case hexadecimal digits: others are invalid (§3.2.2), as is a sign, which Rust would take.
fn hex(digits: &str) -> Option<u128> {
    let are_digits = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    are_digits.then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, u8::from(self.is_sampled))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of the standard.
    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_example_of_the_standard_is_read_and_written() {
        let context = TraceContext::parse(EXAMPLE).unwrap();
        assert_eq!(context.trace, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!((context.span, context.is_sampled), (0x00f0_67aa_0ba9_02b7, true));
        assert_eq!(context.to_string(), EXAMPLE);
        let unsampled = EXAMPLE.replace("-01", "-00");
        assert!(!TraceContext::parse(&unsampled).unwrap().is_sampled);
        // Of the flags, only the first is known.
        assert!(TraceContext::parse(&EXAMPLE.replace("-01", "-ff")).unwrap().is_sampled);
    }

    #[test]
    fn fields_of_later_versions_are_ignored() {
        let later = EXAMPLE.replacen("00", "cc", 1);
        assert_eq!(TraceContext::parse(&later), TraceContext::parse(EXAMPLE));
        assert_eq!(
            TraceContext::parse(&format!("{later}-what-the-future-will-be")),
            TraceContext::parse(EXAMPLE)
        );
        for broken in [format!("{later}."), format!("{EXAMPLE}-00"), EXAMPLE.replacen("00", "ff", 1)] {
            assert_eq!(TraceContext::parse(&broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_no_trace_context_is_ignored() {
        for broken in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473é00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
            "-00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        ] {
            assert_eq!(TraceContext::parse(broken), None, "{broken:?}");
        }
    }

    proptest! {
        #[test]
        fn every_context_survives_its_text(trace in 1..u128::MAX, span in 1..u64::MAX, is_sampled: bool) {
            let context = TraceContext { trace, span, is_sampled };
            prop_assert_eq!(TraceContext::parse(&context.to_string()), Some(context));
        }

        #[test]
        fn no_text_is_a_danger(text in "\\PC{0,80}") {
            let _ = TraceContext::parse(&text);
        }
    }
}
