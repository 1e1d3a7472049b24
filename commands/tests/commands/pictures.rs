//! The pictures in the repository are what `render` draws; `UPDATE_PICTURES=1 cargo test --package commands pictures`
//! draws them anew. Those in Chinese are here, too: a process speaks one language.

use std::process::Command;

use crate::runner::ROOT;

/// Draws the first experiment with the command `render` and some options.
fn render(options: &[&str]) -> String {
    render_of("noisy-main", options)
}

/// The same for another experiment.
fn render_of(experiment: &str, options: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_render"))
        .args(options)
        .arg(format!("www/experiments/{experiment}.json"))
        .current_dir(ROOT)
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("SVG is text")
}

fn assert_drawn(path: &str, drawn: &str) {
    let path = format!("{ROOT}/{path}");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::write(&path, drawn).expect("the picture can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{path} is not what the program draws: see the head of this file");
}

#[test]
fn the_readme_shows_what_the_program_draws() {
    assert_drawn("docs/picture.svg", &render(&[]));
    assert_drawn("docs/plane.svg", &render_of("sign-flip", &["--chart", "w_plane", "--width", "840"]));
}

#[test]
fn charts_and_captions_speak_chinese() {
    let alignment = render(&["--lang", "zh", "--chart", "alignment"]);
    assert_drawn("tests/golden/zh-alignment.svg", &alignment);
    let ledger = render(&["--lang", "zh", "--chart", "ledger", "--caption", "--width", "640"]);
    assert_drawn("tests/golden/zh-ledger.svg", &ledger);
    let plane = render_of("sign-flip", &["--lang", "zh", "--chart", "w_plane", "--width", "840"]);
    assert_drawn("tests/golden/zh-w_plane.svg", &plane);
}

#[test]
fn a_caption_with_title_seed_and_parameters_is_added_only_when_asked_for() {
    let plain = render(&["--chart", "ledger"]);
    let captioned = render(&["--chart", "ledger", "--caption"]);
    for words in ["<title>A noisy main task", "Seed 11, 1500 steps.", "lr 0.05"] {
        assert!(captioned.contains(words) && !plain.contains(words), "{words}");
    }
    // The chart itself is the same: all its marks come first, but for the height of the ground.
    let marks = |svg: &str| {
        let lines = svg.lines().skip_while(|line| !line.starts_with("<rect")).map(str::to_owned);
        lines.take_while(|line| line != "</svg>").collect::<Vec<_>>()
    };
    let (plain, captioned) = (marks(&plain), marks(&captioned));
    assert!(plain.len() > 50 && captioned.len() > plain.len());
    assert_eq!(plain, captioned[..plain.len()]);
}
