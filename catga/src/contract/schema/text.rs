use alloc::string::String;
use core::fmt::{self, Write as _};

use super::super::{Contract, Member, Shape};
use crate::codec::schema::Text;

/// A contract's schema as it is now: one block for each message and each version before it, in the order in
/// which they are declared. The same program gives the same text on every machine.
pub fn text<C: Contract>() -> String {
    let mut text = String::new();
    // A string takes all that is written.
    let _ = write(&mut text, C::NAME, C::MEMBERS);
    text
}

fn write(text: &mut String, contract: &str, members: &[Member]) -> fmt::Result {
    writeln!(
        text,
        "# {contract}: what its programs have agreed on; `assert_schema!` compares it, `CATGA_SCHEMA=write` writes it."
    )?;
    for member in members {
        let Some(shape) = member.shape else { continue };
        block(text, member, shape)?;
        let mut former = shape.former;
        while let Some(shape) = former {
            block(text, member, shape)?;
            former = shape.former;
        }
    }
    Ok(())
}

fn block(text: &mut String, member: &Member, shape: &Shape) -> fmt::Result {
    let name = member.message.name;
    let upcast = if shape.message.version == member.message.version { "" } else { ", upcast" };
    let by = if member.is_named { "by name" } else { "by position" };
    writeln!(text, "\n[{name} version {}{upcast}]", shape.message.version)?;
    writeln!(text, "type = {}", shape.message.ident)?;
    writeln!(text, "kind = {}", member.message.kind)?;
    writeln!(text, "codec = {}, {by}", member.codec_name)?;
    writeln!(text, "endpoint = {}", member.endpoint)?;
    write!(text, "{}", Text::part(name, "", shape.parts.message))?;
    if let Some((answer, model)) = shape.parts.answer {
        write!(text, "{}", Text::part(name, answer, model))?;
    }
    if let Some(model) = shape.parts.error {
        write!(text, "{}", Text::part(name, "error", model))?;
    }
    Ok(())
}
