//! Golden figures: `UPDATE_GOLDEN=1 cargo test --test charts` rewrites them.

use crate::support::{Owned, auxilearn, cases, lanes, light};
use auxilearn_lab::chart::{ChartKind, Measured, Theme, View, draw};
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use std::path::Path;

fn svg(kind: ChartKind, css: (u32, u32), owned: &[Owned], view: &View) -> String {
    let device = |x: u32| (f64::from(x) * view.pixel_ratio).round() as u32;
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, (device(css.0), device(css.1)));
    let area = Measured::svg(backend).into_drawing_area();
    draw(kind, &area, &lanes(owned), view).unwrap();
    area.present().unwrap();
    drop(area);
    text
}

fn check(name: &str, css: (u32, u32), owned: &[Owned], view: &View) {
    check_some(ChartKind::ALL, name, css, owned, view);
}

fn check_some(kinds: &[ChartKind], name: &str, css: (u32, u32), owned: &[Owned], view: &View) {
    for &kind in kinds {
        let drawn = svg(kind, css, owned, view);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{name}");
        let file = format!("{}-{name}.svg", kind.name());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(&file);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(drawn == golden, "{file} differs; look at it, then UPDATE_GOLDEN=1 rewrites it");
    }
}

fn case(name: &str) -> Vec<Owned> {
    cases().into_iter().find(|case| case.0 == name).unwrap().1
}

const SIZE: (u32, u32) = (440, 170);

#[test]
fn normal() {
    check("normal", SIZE, &case("normal"), &light());
}

#[test]
fn empty() {
    check("empty", SIZE, &case("empty"), &light());
}

#[test]
fn one_point() {
    check("point", SIZE, &case("point"), &light());
}

#[test]
fn constant() {
    check("constant", SIZE, &case("constant"), &light());
}

#[test]
fn huge_range() {
    check("huge", SIZE, &case("huge"), &light());
}

#[test]
fn diverged() {
    check("diverged", SIZE, &case("diverged"), &light());
}

#[test]
fn many_tasks() {
    check("many", SIZE, &case("many"), &light());
}

#[test]
fn dark_with_cursor() {
    let view = View { theme: &Theme::DARK, cursor: Some(400.0), ..light() };
    check("dark", SIZE, &case("normal"), &view);
}

#[test]
fn projector() {
    check("projector", (640, 280), &case("normal"), &View { theme: &Theme::PROJECTOR, ..light() });
}

#[test]
fn phone_width() {
    check("phone", (328, 400), &case("normal"), &light());
}

#[test]
fn pixel_ratio_two() {
    check("ratio2", (300, 180), &case("normal"), &View { pixel_ratio: 2.0, ..light() });
}

#[test]
fn overlaid() {
    let kinds = [ChartKind::Phi, ChartKind::Alignment];
    let mut lanes = case("normal");
    lanes.push(auxilearn(1101, 1500));
    lanes[2].label = "Best response".to_owned();
    check_some(&kinds, "overlaid", (760, 330), &lanes, &View { overlaid: true, ..light() });
    let view = View { overlaid: true, cursor: Some(400.0), ..View::new(&Theme::DARK, 1500.0) };
    check_some(&kinds, "overlaid-dark-cursor", (760, 330), &case("normal"), &view);
}
