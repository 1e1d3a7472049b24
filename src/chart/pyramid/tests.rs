//! Every answer of a pyramid is that of a scan.

use super::*;
use crate::chart::decimate;
use crate::chart::ribbon::sign;
use proptest::prelude::*;

/// Values with ties, gaps of any length, infinities and runs of zeros.
fn values() -> impl Strategy<Value = Vec<f64>> {
    let run = prop_oneof![
        (1..400_usize).prop_map(|n| vec![f64::NAN; n]),
        (1..400_usize).prop_map(|n| vec![0.0; n]),
        prop::collection::vec(prop_oneof![-3.0..3.0, Just(f64::NAN), Just(f64::INFINITY)], 1..40),
        prop::collection::vec((-4..4).prop_map(f64::from), 1..400),
        (1..3000_usize, 0.01..2.0_f64).prop_map(|(n, f)| (0..n).map(|t| (f * t as f64).sin()).collect()),
    ];
    prop::collection::vec(run, 0..12).prop_map(|runs| runs.concat())
}

/// A pyramid that got its rows in chunks.
fn grown(values: &[f64], chunks: &[usize]) -> Pyramid {
    let mut pyramid = Pyramid::default();
    let mut end = 0;
    for chunk in chunks.iter().cycle() {
        end = values.len().min(end + chunk);
        pyramid.extend(&values[..end]);
        if end == values.len() {
            return pyramid;
        }
    }
    pyramid
}

/// Steps of a stride, the last nearer to the one before it, as of a run that stopped there.
fn steps(rows: usize, stride: usize) -> Vec<f64> {
    let early = |row: usize| if row + 1 == rows && row > 0 { stride / 2 } else { 0 };
    (0..rows).map(|row| (row * stride - early(row)) as f64).collect()
}

proptest! {
    #[test]
    fn decimation_by_blocks_is_that_of_a_scan(
        values in values(),
        chunks in prop::collection::vec(1..2000_usize, 1..5),
        stride in 1..5_usize,
        (left, width) in (-5.0..50.0_f64, 1.0..900.0_f64),
        share in 0.2..3.0_f64,
    ) {
        let steps = steps(values.len(), stride);
        let last = (share * steps.last().copied().unwrap_or(0.0)).max(1.0);
        let span = Span { left: f64::round(left), right: f64::round(left + width), steps: last };
        // Drawn as the rows arrive, for two spans in turn: one picture rests on what the one before found.
        let mut pyramid = Pyramid::default();
        let mut end = 0;
        for chunk in chunks.iter().cycle() {
            end = values.len().min(end + chunk);
            pyramid.extend(&values[..end]);
            for span in [span, Span { steps: 1.5 * last, ..span }] {
                let (mut scanned, mut summarised) = (Vec::new(), Vec::new());
                decimate(&steps[..end], &values[..end], span, |point| scanned.push(point));
                pyramid.decimate(&steps[..end], &values[..end], span, |point| summarised.push(point));
                prop_assert_eq!(scanned, summarised);
            }
            if end == values.len() {
                break;
            }
        }
    }

    #[test]
    fn answers_over_rows_are_those_of_a_scan(
        values in values(),
        chunks in prop::collection::vec(1..2000_usize, 1..5),
        ends in (0.0..=1.0_f64, 0.0..=1.0_f64),
    ) {
        let pyramid = grown(&values, &chunks);
        let row = |share: f64| (share * values.len() as f64) as usize;
        let rows = row(ends.0.min(ends.1))..row(ends.0.max(ends.1));
        let block = pyramid.over(&values, rows.clone());
        let finite: Vec<f64> = values[rows.clone()].iter().copied().filter(|v| v.is_finite()).collect();
        let extremes = finite.iter().fold(None, |m: Option<(f64, f64)>, &v| {
            Some(m.map_or((v, v), |m| (m.0.min(v), m.1.max(v))))
        });
        prop_assert_eq!(block.extremes(), extremes);
        let signs: Vec<bool> = values[rows.clone()].iter().filter_map(|&v| sign(v)).collect();
        let positive = signs.iter().filter(|&&sign| sign).count();
        let majority = match (2 * positive).cmp(&signs.len()) {
            std::cmp::Ordering::Equal => signs.last().copied(),
            more => Some(more.is_gt()),
        };
        prop_assert_eq!(pyramid.sign(&values, rows), majority);
        for wanted in [0.0, 1.0] {
            let equal = values.iter().filter(|&&v| v == wanted).count();
            let finite = values.iter().filter(|v| v.is_finite()).count();
            prop_assert_eq!(pyramid.counts(&values, wanted), (equal, finite));
        }
        prop_assert_eq!(pyramid.last_finite(&values), values.iter().rposition(|v| v.is_finite()));
        prop_assert_eq!(pyramid.last_not_zero(&values), values.iter().rposition(|&v| v != 0.0));
    }
}

#[test]
fn a_picture_of_many_rows_looks_at_few_of_them() {
    let values: Vec<f64> = (0..1_000_000).map(|t| (1e-3 * f64::from(t)).sin()).collect();
    let pyramid = grown(&values, &[10_000]);
    let mut looks = 0;
    for column in 0..600 {
        let rows = column * values.len() / 600..(column + 1) * values.len() / 600;
        for piece in pyramid.pieces(&values, rows) {
            looks += match piece {
                Piece::Rows(values) => values.len(),
                Piece::Block(_) => 1,
            };
        }
    }
    assert!(looks < 600 * 60, "{looks} looks");
}
