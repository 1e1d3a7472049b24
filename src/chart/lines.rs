//! Lines through pixels: fewer points, and only what is inside a rectangle.

use super::sheet::Rect;

/// Farthest that a simplified line leaves the given one, in pixels: whole pixels are coarser.
const UNSEEN: f64 = 0.4;

/// The line without points that are hardly off the straight way between their neighbours (Ramer, 1972;
/// Douglas and Peucker, 1973): rounded to whole pixels they would make it wobble.
pub fn simplified(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept = vec![false; points.len()];
    let mut spans = vec![(0, points.len().saturating_sub(1))];
    while let Some((from, to)) = spans.pop() {
        let (Some(&a), Some(&b)) = (points.get(from), points.get(to)) else { continue };
        (kept[from], kept[to]) = (true, true);
        let inner = (from + 1..to).map(|i| (i, off_squared(points[i], a, b)));
        let farthest = inner.max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((middle, _)) = farthest.filter(|(_, off)| *off > UNSEEN * UNSEEN || off.is_nan()) {
            spans.extend([(from, middle), (middle, to)]);
        }
    }
    points.iter().zip(kept).filter_map(|(&p, kept)| kept.then_some(p)).collect()
}

/// Distance of a point from a segment, squared.
fn off_squared(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let squared = dx * dx + dy * dy;
    let t = if squared > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / squared } else { 0.0 };
    let t = t.clamp(0.0, 1.0);
    let (x, y) = (p.0 - a.0 - t * dx, p.1 - a.1 - t * dy);
    x * x + y * y
}

/// The part of a segment inside a rectangle (Liang and Barsky, 1984).
pub fn clip(area: Rect, a: (f64, f64), b: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    if !(a.0 + a.1 + dx + dy).is_finite() {
        return None;
    }
    let edges =
        [(-dx, a.0 - area.left), (dx, area.right - a.0), (-dy, a.1 - area.top), (dy, area.bottom - a.1)];
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (speed, room) in edges {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            from = from.max(room / speed);
        } else {
            to = to.min(room / speed);
        }
    }
    let at = |t: f64| (a.0 + t * dx, a.1 + t * dy);
    (from <= to).then(|| (at(from), at(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simplified_line_keeps_its_corners_and_its_ends() {
        let line = [(0.0, 0.0), (5.0, 0.3), (10.0, 0.0), (10.2, 9.0), (10.0, 20.0), (10.0, 20.0)];
        assert_eq!(simplified(&line), [(0.0, 0.0), (10.0, 0.0), (10.0, 20.0)]);
        let ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)];
        assert_eq!(simplified(&ring), ring);
        assert_eq!(simplified(&[]), []);
    }

    #[test]
    fn segments_are_cut_at_the_edges() {
        let area = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };
        assert_eq!(clip(area, (-5.0, 5.0), (15.0, 5.0)), Some(((0.0, 5.0), (10.0, 5.0))));
        assert_eq!(clip(area, (2.0, 2.0), (3.0, 4.0)), Some(((2.0, 2.0), (3.0, 4.0))));
        assert_eq!(clip(area, (-5.0, 0.0), (0.0, -5.0)), None);
        assert_eq!(clip(area, (12.0, 0.0), (12.0, 10.0)), None);
        assert_eq!(clip(area, (f64::NAN, 0.0), (1.0, 1.0)), None);
    }
}
