//! One task lit up among the others: its curves are broader, theirs faint, everything else as it was.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Theme, View};

const SIZE: (u32, u32) = (800, 340);

#[test]
fn the_task_lit_up_is_broader_and_the_others_are_faint() {
    for theme in [&Theme::LIGHT, &Theme::DARK, &Theme::PROJECTOR] {
        let plain = View { theme, ..light() };
        for kind in [ChartKind::Phi, ChartKind::Alignment] {
            let before = record(kind, SIZE, &first_screen(), &plain);
            let lit = record(kind, SIZE, &first_screen(), &View { lit: Some(0), ..plain.clone() });
            let [own, other] = [theme.task(0), theme.task(1)];
            let widest =
                |drawn: &Recording, colour| drawn.paths(colour).iter().map(|(_, stroke)| *stroke).max();
            assert!(widest(&lit, own) > widest(&before, own), "{kind:?}, {}", theme.name);
            let faint = other.mixed(theme.background, 0.72);
            assert!(
                !lit.paths(faint).is_empty() && before.paths(faint).is_empty(),
                "{kind:?}, {}",
                theme.name
            );
            assert!(faint.contrast(theme.background) < other.contrast(theme.background));
        }
    }
}

#[test]
fn curves_of_no_task_stay_as_they_are() {
    let plain = record(ChartKind::Losses, SIZE, &first_screen(), &light());
    let lit = record(ChartKind::Losses, SIZE, &first_screen(), &View { lit: Some(0), ..light() });
    let ink = Theme::LIGHT.ink;
    assert_eq!(plain.paths(ink), lit.paths(ink));
    assert!(!plain.paths(ink).is_empty());
}
