//! Value scales (linear, logarithmic, symmetric logarithmic) and their 1-2-5 ticks.

use super::series::Series;
use super::text::number;
use crate::lang::tr;

/// Values are clamped to this size, so that the span of a scale cannot overflow.
const HUGE: f64 = 1e300;
/// Largest value over the linear part of a symmetric logarithmic scale, at most.
const MAX_RATIO: f64 = 1e12;
/// Values sampled of each series for quantiles.
const SAMPLE: usize = 256;

/// Extremes and typical sizes of some series, over their finite values.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    range: Option<(f64, f64)>,
    sizes: Vec<f64>,
}

impl Extent {
    /// Takes a series in: extremes of all its values, sizes of a sample.
    pub fn add(&mut self, series: Series) {
        let (low, high) = series.extremes();
        if low <= high {
            let (a, b) = self.range.unwrap_or((low, high));
            self.range = Some((a.min(low).clamp(-HUGE, HUGE), b.max(high).clamp(-HUGE, HUGE)));
        }
        let stride = series.len().div_ceil(SAMPLE).max(1);
        let sample = series.iter().rev().step_by(stride).filter(|v| v.is_finite());
        self.sizes.extend(sample.map(|v| v.abs().min(HUGE)));
    }

    /// The `q` quantile of the sizes |v| that are not zero; 0 if there is none.
    pub fn typical(&mut self, q: f64) -> f64 {
        self.sizes.retain(|&v| v > 0.0);
        if self.sizes.is_empty() {
            return 0.0;
        }
        let at = ((self.sizes.len() - 1) as f64 * q).round() as usize;
        let order = ascending(&self.sizes);
        let value = self.sizes[order[at]];
        // What is in order already is sorted again in no time.
        {
            self.sizes = order.into_iter().map(|i| self.sizes[i]).collect();
        }
        value
    }

    /// The range, cut to `factor` typical sizes if it is longer than `limit` of them: a lane that
    /// explodes leaves the frame instead of flattening the others.
    pub fn robust(&mut self, limit: f64, factor: f64) -> Option<(f64, f64)> {
        let (low, high) = self.range?;
        let typical = self.typical(0.75);
        if typical == 0.0 || high.max(-low) / typical <= limit {
            return Some((low, high));
        }
        let bound = (factor * typical).min(HUGE);
        Some((low.clamp(-bound, bound), high.clamp(-bound, bound)))
    }
}

/// How values are spread over the height.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Linear,
    /// Base-10 logarithm; positive values only.
    Log,
    /// `asinh(v / 2u)`: linear below the unit `u`, logarithmic in both directions beyond it.
    Symmetric(f64),
}

/// Between values and shares of an axis, in both directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxisMap {
    kind: Kind,
    low: f64,
    high: f64,
}

impl AxisMap {
    /// Least and largest value of the axis.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Place of a value, 0 at the lower end and 1 at the upper one; beyond them outside the frame.
    pub fn share(&self, value: f64) -> f64 {
        let (low, high) = (self.kind.position(self.low), self.kind.position(self.high));
        (self.kind.position(value) - low) / (high - low)
    }

    /// The value at a place, clamped to the axis.
    pub fn value(&self, share: f64) -> f64 {
        let (low, high) = (self.kind.position(self.low), self.kind.position(self.high));
        self.kind.value(low + share.clamp(0.0, 1.0) * (high - low)).clamp(self.low, self.high)
    }
}

impl Kind {
    fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => libm::log10(value),
            Self::Symmetric(unit) => libm::asinh(value / (2.0 * unit)),
        }
    }

    /// The inverse of [`position`](Self::position).
    fn value(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::Log => libm::pow(10.0, position),
            Self::Symmetric(unit) => 2.0 * unit * libm::sinh(position),
        }
    }
}

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where.
    pub value: f64,
    /// What is written there.
    pub label: String,
}

/// A value scale from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
    /// Marks, ascending.
    pub ticks: Vec<Tick>,
}

impl Scale {
    /// A linear scale whose ends are ticks, with about `wanted` intervals.
    pub fn linear((low, high): (f64, f64), wanted: f64) -> Self {
        let (low, high) = widen(low, high);
        let step = nice_step(high - low, wanted);
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        let decimals = (-(libm::log10(step) + 1e-9).floor()).clamp(0.0, 12.0) as usize;
        let ticks = (0..=(last - first) as usize).map(|i| {
            let value = (first + i as f64) * step;
            Tick { value, label: number(value, decimals) }
        });
        Self { kind: Kind::Linear, low: first * step, high: last * step, ticks: ticks.collect() }
    }

    /// A linear scale with just these ends, and the ticks between them; `low < high`.
    pub fn exact((low, high): (f64, f64), wanted: f64) -> Self {
        let outer = Self::linear((low, high), wanted);
        let air = 1e-9 * (high - low);
        let inside = |t: &Tick| (low - air..=high + air).contains(&t.value);
        Self { kind: Kind::Linear, low, high, ticks: outer.ticks.into_iter().filter(inside).collect() }
    }

    /// A logarithmic scale of positive values.
    pub fn log((low, high): (f64, f64), wanted: f64) -> Self {
        let high = high.max(low * 1.000_001);
        let decades = libm::log10(high) - libm::log10(low);
        let mantissas: &[f64] = if decades < 0.6 * wanted { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let (first, last) = (libm::log10(low).floor() as i32, libm::log10(high).ceil() as i32);
        let stride = ((f64::from(last - first) / wanted).ceil() as i32).max(1);
        let ticks = (first..=last)
            .step_by(stride.unsigned_abs() as usize)
            .flat_map(|e| mantissas.iter().map(move |m| m * libm::pow(10.0, f64::from(e))));
        let inside = |v: &f64| *v >= low * 0.999 && *v <= high * 1.001;
        let ticks = ticks.filter(inside).map(|value| Tick { value, label: short(value) }).collect();
        Self { kind: Kind::Log, low, high, ticks }
    }

    /// A symmetric logarithmic scale around zero, linear up to about `typical`.
    pub fn symmetric((low, high): (f64, f64), typical: f64, wanted: f64) -> Self {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let largest = high.max(-low);
        let typical = typical.max(largest / MAX_RATIO);
        let exponent = if typical > 0.0 { libm::log10(typical).floor() as i32 } else { 0 };
        let unit = libm::pow(10.0, f64::from(exponent));
        let (low, high) = if low == high { (-unit, unit) } else { (low, high) };
        let mut scale = Self { kind: Kind::Symmetric(unit), low, high, ticks: Vec::new() };
        // Numbers of one decade after the other are short: they may stand closer.
        let room = (scale.position(high) - scale.position(low)) / (2.0 * wanted);
        let side = |scale: &mut Self, sign: f64, end: f64| {
            let mut before = 0.0;
            let size = (end.abs() / unit).max(1.0);
            for e in 0..=libm::log10(size).floor() as i32 {
                let value = sign * libm::pow(10.0, f64::from(exponent + e));
                let at = scale.position(value).abs();
                if at - before >= room && value.abs() <= end.abs() {
                    scale.ticks.push(Tick { value, label: short(value) });
                    before = at;
                }
            }
        };
        side(&mut scale, -1.0, low);
        scale.ticks.reverse();
        scale.ticks.push(Tick { value: 0.0, label: "0".to_owned() });
        side(&mut scale, 1.0, high);
        scale
    }

    /// Place of a value between the bottom (0) and the top (1), clamped.
    pub fn unit(&self, value: f64) -> f64 {
        let (low, high) = (self.position(self.low), self.position(self.high));
        ((self.position(value.clamp(self.low, self.high)) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// Returns whether a value is inside the frame.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Returns whether the scale is not linear, and is to be named.
    pub fn name(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Linear => None,
            Kind::Log => Some(tr!("log scale")),
            Kind::Symmetric(_) => Some(tr!("symmetric log scale")),
        }
    }

    fn position(&self, value: f64) -> f64 {
        self.kind.position(value)
    }

    /// The scale without its ticks.
    pub fn map(&self) -> AxisMap {
        AxisMap { kind: self.kind, low: self.low, high: self.high }
    }
}

/// Marks of a time axis from step 0 to `steps`: whole steps only, about `wanted` intervals.
pub fn step_ticks(steps: f64, wanted: f64) -> Vec<Tick> {
    let step = nice_step(steps, wanted).max(1.0);
    let count = (steps / step + 1e-9).floor() as usize;
    (0..=count)
        .map(|i| {
            let value = i as f64 * step;
            Tick { value, label: number(value, 0) }
        })
        .collect()
}

/// Indices of values in ascending order. The only sort of the charts, so that it is compiled once.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// The 1-2-5 step that makes about `wanted` intervals, never more.
fn nice_step(span: f64, wanted: f64) -> f64 {
    let raw = span / wanted.max(1.0);
    let decade = libm::pow(10.0, libm::log10(raw).floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * decade >= raw * 0.999_999);
    factor.unwrap_or(10.0) * decade
}

/// A range that is long enough to draw: a constant gets zero and some air.
fn widen(low: f64, high: f64) -> (f64, f64) {
    if high - low > 1e-9 * high.abs().max(low.abs()) {
        return (low, high);
    }
    match high {
        v if v > 0.0 => (0.0, v),
        v if v < 0.0 => (v, 0.0),
        _ => (0.0, 1.0),
    }
}

/// A tick of a logarithmic axis: plain near one, a power of ten elsewhere.
fn short(value: f64) -> String {
    let decimals = (-(libm::log10(value.abs()) + 1e-9).floor()).max(0.0);
    number(value, decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|t| t.label.as_str()).collect()
    }

    fn extent(values: &[f64]) -> Extent {
        let mut extent = Extent::default();
        extent.add(values.into());
        extent
    }

    #[test]
    fn linear_ticks_are_ones_twos_and_fives_and_end_the_scale() {
        assert_eq!(labels(&Scale::linear((0.0, 3.7), 4.0)), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(&Scale::linear((-0.13, 0.21), 4.0)), ["−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(&Scale::linear((0.0, 2100.0), 4.0)), ["0", "1000", "2000", "3000"]);
    }

    #[test]
    fn values_and_places_on_an_axis_are_inverse() {
        let scales = [
            Scale::exact((-3.0, 7.1), 5.0),
            Scale::log((0.02, 50.0), 5.0),
            Scale::symmetric((-40.0, 900.0), 1.0, 5.0),
        ];
        for scale in scales {
            let map = scale.map();
            for value in [0.5, 2.0, 7.0] {
                assert!((map.value(map.share(value)) - value).abs() < 1e-12, "{scale:?}");
                assert_eq!(map.share(value), scale.unit(value));
            }
            let close = |a: f64, b: f64| (a - b).abs() < 1e-12 * b.abs();
            assert!(close(map.value(-1.0), map.ends().0) && close(map.value(2.0), map.ends().1), "{scale:?}");
        }
        let exact = Scale::exact((-3.0, 7.1), 5.0);
        assert_eq!((labels(&exact), exact.map().ends()), (vec!["0", "5"], (-3.0, 7.1)));
    }

    #[test]
    fn constants_get_an_axis_from_zero() {
        assert_eq!(labels(&Scale::linear((2.0, 2.0), 4.0)), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(labels(&Scale::linear((0.0, 0.0), 2.0)), ["0.0", "0.5", "1.0"]);
        let negative = Scale::linear((-3.0, -3.0), 3.0);
        assert!(negative.holds(0.0) && negative.holds(-3.0));
    }

    #[test]
    fn huge_values_do_not_break_an_axis() {
        for (low, high) in [(-f64::MAX, f64::MAX), (0.0, 1e300), (1e-300, 1e300), (-1e300, 1e-300)] {
            let mut extent = extent(&[low, high]);
            let range = extent.robust(f64::INFINITY, 1.0).unwrap();
            let typical = extent.typical(0.5);
            for scale in [Scale::linear(range, 4.0), Scale::symmetric(range, typical, 5.0)] {
                assert!((2..12).contains(&scale.ticks.len()), "{scale:?}");
                assert!(scale.ticks.iter().all(|t| t.value.is_finite() && scale.unit(t.value).is_finite()));
            }
        }
        let log = Scale::log((1e-300, 1e300), 5.0);
        assert!((2..12).contains(&log.ticks.len()), "{log:?}");
    }

    #[test]
    fn symmetric_scale_keeps_sign_and_zero_and_compresses_the_large() {
        let scale = Scale::symmetric((-50.0, 2000.0), 0.3, 6.0);
        assert_eq!(labels(&scale), ["−10", "−1", "0", "1", "10", "100", "1000"]);
        assert!(scale.unit(-1.0) < scale.unit(0.0) && scale.unit(0.0) < scale.unit(1.0));
        let (small, large) = (scale.unit(1.0) - scale.unit(0.0), scale.unit(1001.0) - scale.unit(1000.0));
        assert!(small > 100.0 * large);
    }

    #[test]
    fn log_ticks_are_decades_or_within_them() {
        assert_eq!(labels(&Scale::log((0.02, 300.0), 5.0)), ["0.1", "1", "10", "100"]);
        assert_eq!(labels(&Scale::log((1.2, 42.0), 5.0)), ["2", "5", "10", "20"]);
    }

    #[test]
    fn an_explosion_leaves_the_frame() {
        let mut values: Vec<f64> = (0..200).map(|t| 1.0 + f64::from(t) / 100.0).collect();
        assert_eq!(extent(&values).robust(1e3, 4.0), Some((1.0, 2.99)));
        values.extend([1e4, 1e80, 1e300]);
        let (_, high) = extent(&values).robust(1e3, 4.0).unwrap();
        assert!((8.0..12.0).contains(&high), "{high}");
    }

    #[test]
    fn absent_values_have_no_extent() {
        assert_eq!(extent(&[f64::NAN, f64::INFINITY]).robust(1e3, 4.0), None);
        assert_eq!(extent(&[]).robust(1e3, 4.0), None);
        assert_eq!(extent(&[0.0, 0.0]).typical(0.5), 0.0);
    }

    #[test]
    fn steps_are_whole() {
        let ticks: Vec<f64> = step_ticks(3.0, 10.0).iter().map(|t| t.value).collect();
        assert_eq!(ticks, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(step_ticks(1500.0, 4.0).last().unwrap().label, "1500");
    }
}
