//! Compressed copies beside the files they stand for, for hosts that send such copies instead of
//! compressing at every request.

use crate::site::{Site, gzip};
use anyhow::{Context, Result, ensure};
use brotli::enc::BrotliEncoderParams;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Endings of what compresses; pictures are compressed already.
const COMPRESSED: [&str; 8] = ["html", "css", "js", "ts", "json", "svg", "wasm", "webmanifest"];

/// Below this many bytes a copy saves nothing: the headers and the packet are sent anyway.
const LEAST: usize = 256;

/// Bytes compressed by Brotli at its highest level.
pub fn brotli(raw: &[u8]) -> Vec<u8> {
    let params = BrotliEncoderParams { quality: 11, size_hint: raw.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &params).expect("memory takes all bytes");
    packed
}

/// Writes `FILE.gz` and `FILE.br` beside every file of a folder where they are smaller; how many copies.
///
/// # Errors
/// If a file cannot be read or written.
pub fn beside(folder: &Path) -> Result<usize> {
    let site = Site::read(folder)?;
    let paths: Vec<&str> = site.files().map(|(path, _)| path).filter(|path| compresses(path)).collect();
    let (next, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || -> Result<()> {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = folder.join(path);
            let raw = fs::read(&file).with_context(|| format!("cannot read {path}"))?;
            for (ending, packed) in [("gz", gzip(&raw)), ("br", brotli(&raw))] {
                if raw.len() >= LEAST && packed.len() < raw.len() {
                    let copy = format!("{}.{ending}", file.display());
                    fs::write(&copy, packed).with_context(|| format!("cannot write {copy}"))?;
                    written.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("compressing does not panic"))
    })?;
    Ok(written.into_inner())
}

fn compresses(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| COMPRESSED.contains(&ending))
}

/// Reads all copies of a folder back.
///
/// # Errors
/// Names one that does not hold what its file does.
pub fn check(folder: &Path) -> Result<()> {
    for (path, asset) in Site::read(folder)?.files() {
        let mut gzip = Vec::new();
        flate2::read::GzDecoder::new(&asset.gzip[..]).read_to_end(&mut gzip)?;
        ensure!(gzip == asset.raw, "{path}.gz holds something else");
        let Some(packed) = &asset.brotli else { continue };
        let mut brotli = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut brotli)?;
        ensure!(brotli == asset.raw, "{path}.br holds something else");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_hold_what_their_files_do_and_are_no_files_of_the_site() {
        let folder = std::env::temp_dir().join(format!("auxilearn-compress-{}", std::process::id()));
        fs::create_dir_all(folder.join("www")).unwrap();
        fs::write(folder.join("index.html"), "<p>charts</p>".repeat(100)).unwrap();
        fs::write(folder.join("www/tiny.js"), "f();").unwrap();
        fs::write(folder.join("www/picture.png"), vec![0; 1000]).unwrap();
        assert_eq!(beside(&folder).unwrap(), 2);
        assert!(folder.join("index.html.gz").exists() && folder.join("index.html.br").exists());
        check(&folder).unwrap();
        let site = Site::read(&folder).unwrap();
        let seen: Vec<(&str, bool)> =
            site.files().map(|(path, asset)| (path, asset.brotli.is_some())).collect();
        assert_eq!(seen, [("index.html", true), ("www/picture.png", false), ("www/tiny.js", false)]);
        fs::write(folder.join("index.html.br"), brotli(b"something else")).unwrap();
        assert!(check(&folder).unwrap_err().to_string().contains("index.html.br"));
        fs::remove_dir_all(folder).unwrap();
    }
}
