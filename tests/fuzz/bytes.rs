//! Every seed as it is, and with bytes changed: cut, repeated, overwritten, mixed with words that trouble readers.

use crate::{claims, config, seeds};
use auxilearn_lab::experiment::presets;
use proptest::prelude::*;
use proptest::sample::Index;

/// What readers of text trip over.
const WORDS: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b";",
    b"\t",
    b"\r\n",
    b"\n",
    b"\0",
    b"\\u0000",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x88\x92",
    b"NaN",
    b"-Infinity",
    b"inf",
    b"null",
    b"1e308",
    b"-1e308",
    b"1e309",
    b"1e-320",
    b"-0",
    b"9007199254740993",
    b"18446744073709551616",
    b"0.1e",
    b"1,5",
    b"<img src=x onerror=alert(1)>",
    b"</script>",
    b"=1+1",
    b"../",
    b"%s",
    b"{main}",
    b"((((((((",
    b"^-",
    b"--",
    b"w0",
    b"w9",
    b"e",
    b"ln(",
    b"abs(",
    b"/0",
    b"^^",
    b"\"steps\":1000000000",
    b"\"n_train\":1000000",
    b"\"seed\":-1",
];

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Overwrite(Index, u8),
    Insert(Index, Index),
    Cut(Index, u8),
    Truncate(Index),
    Repeat(Index, u8, u8),
    Splice(Index, Index, Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        3 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Overwrite(at, byte)),
        4 => (index(), index()).prop_map(|(at, word)| Change::Insert(at, word)),
        2 => (index(), any::<u8>()).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => index().prop_map(Change::Truncate),
        2 => (index(), any::<u8>(), 0..20_u8).prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        2 => (index(), index(), index(), any::<u8>())
            .prop_map(|(at, other, from, length)| Change::Splice(at, other, from, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change, seeds: &[(String, Vec<u8>)]) {
    let place = |index: &Index, length: usize| index.index(length + 1);
    let length = bytes.len();
    match change {
        Change::Overwrite(at, byte) => {
            if let Some(there) = bytes.get_mut(place(at, length)) {
                *there = *byte;
            }
        }
        Change::Insert(at, word) => {
            let at = place(at, length);
            bytes.splice(at..at, WORDS[word.index(WORDS.len())].iter().copied());
        }
        Change::Cut(at, count) => {
            let at = place(at, length);
            bytes.drain(at..length.min(at + usize::from(*count)));
        }
        Change::Truncate(at) => bytes.truncate(place(at, length)),
        Change::Repeat(at, count, times) => {
            let at = place(at, length);
            let piece = bytes[at..length.min(at + usize::from(*count))].repeat(usize::from(*times));
            bytes.splice(at..at, piece);
        }
        Change::Splice(at, other, from, count) => {
            let (at, other) = (place(at, length), &seeds[other.index(seeds.len())].1);
            let from = place(from, other.len());
            let piece = &other[from..other.len().min(from + usize::from(*count))];
            bytes.splice(at..at, piece.iter().copied());
        }
    }
}

/// The seeds of a target; of documents the presets too.
fn all(target: &str) -> Vec<(String, Vec<u8>)> {
    let presets = presets::all().iter().filter(|_| target == "document");
    let presets = presets.map(|preset| (preset.id.to_owned(), preset.document.as_bytes().to_vec()));
    presets.chain(seeds(target)).collect()
}

/// Asks a claim of every seed, then of `cases` changed ones.
fn fuzz(target: &str, cases: u32, claim: fn(&[u8])) {
    let seeds = all(target);
    for (name, bytes) in &seeds {
        println!("{target}: {name}"); // shown if it fails
        claim(bytes);
    }
    let inputs = (any::<Index>(), prop::collection::vec(change(), 1..6)).prop_map(|(seed, changes)| {
        let mut bytes = seeds[seed.index(seeds.len())].1.clone();
        changes.iter().for_each(|change| apply(&mut bytes, change, &seeds));
        bytes
    });
    let held = proptest::test_runner::TestRunner::new(config(cases)).run(&inputs, |bytes| {
        claim(&bytes);
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(why, bytes)) = &held {
        panic!("{target}: {why} for\n{}\n{bytes:?}", String::from_utf8_lossy(bytes));
    }
    held.expect("no input is rejected");
}

#[test]
fn documents_of_any_bytes() {
    fuzz("document", 3_000, claims::document);
}

#[test]
fn tables_of_any_bytes() {
    fuzz("table", 3_000, claims::table);
}

#[test]
fn formulas_of_any_bytes() {
    fuzz("formula", 5_000, claims::formula);
}
