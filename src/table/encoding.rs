//! The encoding of a file's bytes.

use super::{MAX_TABLE_BYTES, TableError};
use crate::lang::{t, tr};

/// Bytes that are looked at.
const SAMPLE: usize = 1 << 16;
/// Least share of zero bytes in a text whose characters have two bytes each.
const WIDE: f64 = 0.2;

/// An encoding that tables come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// Of Chinese spreadsheets.
    Gb18030,
    /// Of Japanese spreadsheets.
    ShiftJis,
    /// Of Western European spreadsheets.
    Windows1252,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Gb18030, Self::ShiftJis, Self::Windows1252];

    /// Returns the label of the WHATWG's standard, which browsers' decoders know.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Gb18030 => "gb18030",
            Self::ShiftJis => "shift_jis",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// Returns the encoding of a file, and whether that is certain: by a mark, by its zeros, or because all of it is UTF-8.
/// Of the others the likeliest.
pub fn encoding_of(bytes: &[u8]) -> (Encoding, bool) {
    let start = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let wide = |count: usize| count as f64 > WIDE * start.len() as f64;
    match start {
        [0xef, 0xbb, 0xbf, ..] => return (Encoding::Utf8, true),
        [0xff, 0xfe, ..] => return (Encoding::Utf16Le, true),
        [0xfe, 0xff, ..] => return (Encoding::Utf16Be, true),
        _ if wide(zeros(1)) && zeros(0) == 0 => return (Encoding::Utf16Le, true),
        _ if wide(zeros(0)) && zeros(1) == 0 => return (Encoding::Utf16Be, true),
        _ => {}
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (Encoding::Utf8, true);
    }
    (likeliest(start), false)
}

/// By the pairs that high bytes stand in: kana of Shift-JIS begin with 0x82 or 0x83, Chinese characters are pairs of high
/// bytes, and accented letters of Windows-1252 stand alone among letters.
fn likeliest(bytes: &[u8]) -> Encoding {
    let (mut pairs, mut kana, mut alone) = (0, 0, 0);
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] < 0x80 {
            i += 1;
            continue;
        }
        match bytes.get(i + 1) {
            Some(next) if matches!(bytes[i], 0x82 | 0x83) && *next >= 0x40 => kana += 1,
            Some(next) if *next >= 0x80 => pairs += 1,
            _ => {
                alone += 1;
                i += 1;
                continue;
            }
        }
        i += 2;
    }
    if kana > pairs.max(alone) {
        Encoding::ShiftJis
    } else if pairs >= alone {
        Encoding::Gb18030
    } else {
        Encoding::Windows1252
    }
}

/// Checks that bytes may be a table's text.
///
/// # Errors
/// If they are too many, a spreadsheet's own file or binary.
pub fn check_bytes(bytes: &[u8]) -> Result<(), TableError> {
    if bytes.len() > MAX_TABLE_BYTES {
        return Err(TableError::of_table(t!(
            "The table has {found} MB; at most {most} MB can be read.",
            found = bytes.len() / 1_000_000,
            most = MAX_TABLE_BYTES / 1_000_000
        )));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(TableError::of_table(tr!(
            "This is a spreadsheet's own file, not a table in text. Save the sheet as “CSV UTF-8”."
        )));
    }
    if matches!(encoding_of(bytes).0, Encoding::Utf16Le | Encoding::Utf16Be) {
        return Ok(());
    }
    let is_binary = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    if let Some(at) = bytes.iter().position(is_binary) {
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        return Err(TableError::of_line(
            line,
            tr!("a control character: this is a binary file, not a table."),
        ));
    }
    Ok(())
}
