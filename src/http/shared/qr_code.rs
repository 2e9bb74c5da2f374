//! QR codes (ISO/IEC 18004), as pictures.

use qrcode::render::svg;
use qrcode::{Color, QrCode};

/// The light border, in modules (§9.1).
const QUIET: usize = 4;
/// The edge of a module, in pixels.
const SCALE: usize = 4;
/// The most bytes in a stored block of deflate (RFC 1951 §3.2.4).
const BLOCK: usize = 0xffff;

/// Draws a text as an SVG element, for use inside HTML; `None` if it does not fit.
pub(crate) fn svg(text: &str) -> Option<String> {
    let drawn = QrCode::new(text.as_bytes()).ok()?.render::<svg::Color>().min_dimensions(200, 200).build();
    drawn.split_once("?>").map(|(_, svg)| svg.to_owned())
}

/// Draws a text as a PNG of two colours (RFC 2083); `None` if it does not fit. It is a few kilobytes, so it is
/// not compressed.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let edge = (code.width() + 2 * QUIET) * SCALE;
    let size = u32::try_from(edge).ok()?.to_be_bytes();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    // One bit of grey, no interlacing.
    chunk(&mut out, b"IHDR", &[&size[..], &size, &[1, 0, 0, 0, 0]].concat());
    chunk(&mut out, b"IDAT", &stored(&lines(&code, edge)));
    chunk(&mut out, b"IEND", &[]);
    Some(out)
}

/// Returns the lines of the picture, each after the number of its filter.
fn lines(code: &QrCode, edge: usize) -> Vec<u8> {
    let is_light = |x: usize, y: usize| {
        let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET).filter(|at| *at < code.width());
        let dark = module(x).zip(module(y)).is_some_and(|at| code[at] == Color::Dark);
        u8::from(!dark)
    };
    let mut lines = Vec::with_capacity((edge / 8 + 2) * edge);
    for y in 0..edge {
        lines.push(0);
        let byte = |first: usize| {
            (first..first + 8).fold(0, |byte, x| byte << 1 | if x < edge { is_light(x, y) } else { 0 })
        };
        lines.extend((0..edge).step_by(8).map(byte));
    }
    lines
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(content);
    out.extend(length.to_be_bytes());
    out.extend(kind);
    out.extend(content);
    out.extend(sum.finalize().to_be_bytes());
}

/// Wraps bytes as zlib does (RFC 1950), without compressing them.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.len().div_ceil(BLOCK);
    for (number, block) in (1..).zip(bytes.chunks(BLOCK)) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(number == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend((b << 16 | a).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const TEXT: &str = "otpauth://totp/Shop:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop";

    #[test]
    fn a_png_shows_every_module_within_a_light_border() {
        let (code, png) = (QrCode::new(TEXT).unwrap(), png(TEXT).unwrap());
        let edge = (code.width() + 2 * QUIET) * SCALE;
        let size = imagesize::blob_size(&png).unwrap();
        assert_eq!((size.width, size.height), (edge, edge));
        let start = png.windows(4).position(|at| at == b"IDAT").unwrap();
        let length = u32::from_be_bytes(png[start - 4..start].try_into().unwrap()) as usize;
        let mut lines = Vec::new();
        // It checks the sum over all bytes.
        flate2::read::ZlibDecoder::new(&png[start + 4..start + 4 + length]).read_to_end(&mut lines).unwrap();
        let line = 1 + edge.div_ceil(8);
        assert_eq!(lines.len(), line * edge);
        let is_dark = |x: usize, y: usize| lines[y * line + 1 + x / 8] >> (7 - x % 8) & 1 == 0;
        for (x, y) in (0..edge).flat_map(|y| (0..edge).map(move |x| (x, y))) {
            let inside = |at: usize| (at / SCALE).checked_sub(QUIET).filter(|at| *at < code.width());
            let dark = inside(x).zip(inside(y)).is_some_and(|at| code[at] == Color::Dark);
            assert_eq!(is_dark(x, y), dark, "{x} {y}");
        }
    }

    #[test]
    fn a_text_that_does_not_fit_is_not_drawn() {
        let long = "x".repeat(3_000);
        assert!(png(&long).is_none() && svg(&long).is_none());
        assert!(svg(TEXT).unwrap().starts_with("<svg"));
    }
}
