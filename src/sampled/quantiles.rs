//! Quantiles of values that may be absent.

/// The shares of [`Bands`]: the median in the middle of the half and of four fifths of the values.
pub const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// The quantile of ascending values, linear between two of them: that at the place `share · (count - 1)` counted from
/// 0, so that the median of an even number is the mean of the middle two. `None` if there are no values.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    // Half of each, so that the difference of large ones cannot overflow.
    let part = place - place.floor();
    Some(if below == above { below } else { (1.0 - part) * below + part * above })
}

/// Quantiles at several places, a row each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bands {
    /// A list for each of [`SHARES`]; NaN where no value is there.
    pub quantiles: [Vec<f64>; 5],
    /// How many values are there.
    pub present: Vec<usize>,
}

impl Bands {
    /// Takes in the next place; values that are not finite are absent. `values` is left ascending.
    pub fn push(&mut self, values: &mut Vec<f64>) {
        values.retain(|v| v.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        for (list, share) in self.quantiles.iter_mut().zip(SHARES) {
            list.push(quantile(values, share).unwrap_or(f64::NAN));
        }
        self.present.push(values.len());
    }

    /// The medians.
    pub fn median(&self) -> &[f64] {
        &self.quantiles[2]
    }

    /// The quantiles at the last place; `None` if no value is there.
    pub fn last(&self) -> Option<[f64; 5]> {
        let last = self.quantiles.each_ref().map(|list| list.last().copied().unwrap_or(f64::NAN));
        last[2].is_finite().then_some(last)
    }
}
