//! Sizes of the first screen's charts in CSS pixels, for a layout of the page.

use auxilearn_lab::chart::ChartKind;

/// The charts of the first screen.
pub const FIRST_SCREEN: [ChartKind; 3] = [ChartKind::Phi, ChartKind::Alignment, ChartKind::Losses];

/// Width and height of each of the [`FIRST_SCREEN`] charts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes(pub [(u32, u32); 3]);

impl Sizes {
    /// In a window of 1366 by 768: two columns of 7 and 5 parts of 1168 pixels less a gap of 40; 19 and 12 rem high.
    pub const WIDE: Self = Self([(658, 304), (470, 192), (470, 192)]);
    /// In a window of 390 by 844: one column with 16 pixels at either side; 18 rem high.
    pub const NARROW: Self = Self([(358, 288); 3]);

    /// Takes sizes such as `phi=658x304,losses=470x192`; charts that are not named keep theirs.
    ///
    /// # Errors
    /// If it is none, or a side is not from 100 to 10000.
    pub fn take(&mut self, text: &str) -> Result<(), String> {
        for part in text.split(',') {
            let one = || {
                let (name, size) = part.split_once('=')?;
                let (width, height) = size.split_once('x')?;
                let side = |text: &str| text.parse().ok().filter(|side| (100..=10_000).contains(side));
                let i = FIRST_SCREEN.iter().position(|kind| kind.name() == name)?;
                Some((i, (side(width)?, side(height)?)))
            };
            let (i, size) = one().ok_or_else(|| format!("expected for example phi=658x304, found {part}"))?;
            self.0[i] = size;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_those_not_named_are_kept() {
        let mut sizes = Sizes::WIDE;
        assert_eq!(sizes.take("losses=300x200,phi=100x10000"), Ok(()));
        assert_eq!(sizes, Sizes([(100, 10_000), (470, 192), (300, 200)]));
        for wrong in ["", "phi", "phi=3", "phi=99x200", "phi=200x10001", "ledger=300x200", "phi=1e3x200"] {
            assert!(sizes.take(wrong).is_err_and(|message| message.ends_with(wrong)), "{wrong}");
        }
    }
}
