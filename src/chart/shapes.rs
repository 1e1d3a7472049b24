//! Markers of tasks, arrows of sign, dashes of lanes, hatching, and label spreading.

use super::Rgb;
use super::scale::ascending;
use super::sheet::{Rect, Sheet};

/// Draws the marker of task `k` around a point: eight shapes, so that colour is never alone.
/// Triangles are left to the sign.
pub fn marker(sheet: &mut Sheet, k: usize, (x, y): (f64, f64), rgb: Rgb) {
    let r = sheet.px(sheet.view.theme.curve + 1.75);
    let ground = sheet.view.theme.background;
    let hole = 0.5 * r;
    match k % 8 {
        0 => sheet.dot((x, y), r, rgb),
        1 => square(sheet, (x, y), 0.9 * r, rgb),
        2 => diamond(sheet, (x, y), 1.25 * r, rgb),
        3 => cross(sheet, (x, y), 1.15 * r, rgb),
        4 => {
            sheet.dot((x, y), r, rgb);
            sheet.dot((x, y), hole, ground);
        }
        5 => {
            square(sheet, (x, y), 0.9 * r, rgb);
            square(sheet, (x, y), 0.9 * hole, ground);
        }
        6 => {
            diamond(sheet, (x, y), 1.25 * r, rgb);
            diamond(sheet, (x, y), 1.1 * hole, ground);
        }
        _ => saltire(sheet, (x, y), r, rgb),
    }
}

fn square(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, rgb: Rgb) {
    sheet.rect(Rect { left: x - r, right: x + r, top: y - r, bottom: y + r }, rgb);
}

fn diamond(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, rgb: Rgb) {
    sheet.polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], rgb);
}

fn cross(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, rgb: Rgb) {
    let arm = 0.38 * r;
    sheet.rect(Rect { left: x - r, right: x + r, top: y - arm, bottom: y + arm }, rgb);
    sheet.rect(Rect { left: x - arm, right: x + arm, top: y - r, bottom: y + r }, rgb);
}

fn saltire(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, rgb: Rgb) {
    let arm = 0.5 * r;
    sheet.polygon(
        [(x - r, y - r + arm), (x - r + arm, y - r), (x + r, y + r - arm), (x + r - arm, y + r)],
        rgb,
    );
    sheet.polygon(
        [(x + r, y - r + arm), (x + r - arm, y - r), (x - r, y + r - arm), (x - r + arm, y + r)],
        rgb,
    );
}

/// A triangle that points up (grows) or down (shrinks), `r` from its centre to its tip.
pub fn arrow(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, up: bool, rgb: Rgb) {
    let r = if up { r } else { -r };
    sheet.polygon([(x, y - r), (x + 0.95 * r, y + 0.7 * r), (x - 0.95 * r, y + 0.7 * r)], rgb);
}

/// Diagonal lines over a rectangle, cut at its edges.
pub fn hatch(sheet: &mut Sheet, area: Rect, rgb: Rgb) {
    let (gap, height) = (sheet.px(6.0), area.height());
    let width = sheet.stroke(1.25);
    let mut x = (area.left / gap).floor() * gap - height;
    while x < area.right {
        let (from, to) = (x.max(area.left), (x + height).min(area.right));
        if to - from > 0.5 {
            let y = |at: f64| (area.bottom - (at - x)).round() as i32;
            sheet.path([(from.round() as i32, y(from)), (to.round() as i32, y(to))], width, rgb);
        }
        x += gap;
    }
}

/// Dash pattern of lane `i` in CSS pixels (drawn, left out, …); empty means solid.
pub fn dashes(lane: usize) -> &'static [f64] {
    match lane % 4 {
        0 => &[],
        1 => &[7.0, 4.0],
        2 => &[2.0, 3.0],
        _ => &[9.0, 3.0, 2.0, 3.0],
    }
}

/// Splits a polyline into dashes by its length, since backends draw solid lines only.
pub fn dash(points: &[(i32, i32)], pattern: &[f64], mut emit: impl FnMut(&[(i32, i32)])) {
    let (mut phase, mut left, mut piece) = (0, pattern[0], Vec::with_capacity(16));
    piece.extend(points.first());
    for pair in points.windows(2) {
        let (a, b) = (float(pair[0]), float(pair[1]));
        let length = libm::hypot(b.0 - a.0, b.1 - a.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let part = done / length;
            let at = (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1));
            piece.push((at.0.round() as i32, at.1.round() as i32));
            if phase % 2 == 0 {
                emit(&piece);
            }
            piece.drain(..piece.len() - 1);
            phase += 1;
            left = pattern[phase % pattern.len()];
        }
        left -= length - done;
        piece.push(pair[1]);
    }
    if phase % 2 == 0 {
        emit(&piece);
    }
}

fn float((x, y): (i32, i32)) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}

/// Moves labels apart to at least `gap` between `top` and `bottom`, each as near to its wish as the
/// others allow; the result is in the order of the wishes. If there is not room for all, the last
/// ones overlap.
pub fn spread(wishes: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let order = ascending(wishes);
    // Blocks of touching labels: (sum of the wishes for the block's start, number of labels).
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let start = |&(sum, n): &(f64, usize)| {
        let mean = sum / n as f64;
        mean.min(bottom - gap * (n - 1) as f64).max(top)
    };
    for &i in &order {
        blocks.push((wishes[i], 1));
        while let [.., a, b] = blocks[..] {
            if start(&a) + gap * a.1 as f64 <= start(&b) {
                break;
            }
            blocks.pop();
            blocks.pop();
            blocks.push((a.0 + b.0 - gap * (a.1 * b.1) as f64, a.1 + b.1));
        }
    }
    let mut places = vec![0.0; wishes.len()];
    let mut next = order.into_iter();
    for block in &blocks {
        for (n, i) in next.by_ref().take(block.1).enumerate() {
            places[i] = start(block) + gap * n as f64;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[50.0, 10.0, 90.0], 20.0, 0.0, 100.0), [50.0, 10.0, 90.0]);
    }

    #[test]
    fn labels_that_meet_are_centred_around_their_wishes() {
        assert_eq!(spread(&[50.0, 50.0], 20.0, 0.0, 100.0), [40.0, 60.0]);
        assert_eq!(spread(&[50.0, 52.0, 54.0], 10.0, 0.0, 100.0), [42.0, 52.0, 62.0]);
    }

    #[test]
    fn labels_stay_inside() {
        assert_eq!(spread(&[100.0, 100.0], 20.0, 0.0, 100.0), [80.0, 100.0]);
        assert_eq!(spread(&[0.0, 0.0, 5.0], 20.0, 0.0, 100.0), [0.0, 20.0, 40.0]);
    }

    #[test]
    fn many_labels_keep_their_distance() {
        let wishes: Vec<f64> = (0..9).map(|i| f64::from((i * 37) % 23) * 4.0).collect();
        let mut places = spread(&wishes, 11.0, 0.0, 100.0);
        places.sort_by(f64::total_cmp);
        assert!(places.windows(2).all(|w| w[1] - w[0] >= 11.0 - 1e-9), "{places:?}");
        assert!(places[0] >= 0.0 && places[8] <= 100.0);
    }

    #[test]
    fn dashes_cover_their_share_of_the_line() {
        let mut pieces = Vec::new();
        dash(&[(0, 0), (30, 0), (100, 0)], &[7.0, 3.0], |p| pieces.push(p.to_vec()));
        assert_eq!(pieces.len(), 10);
        let drawn: i32 = pieces.iter().map(|p| p.last().unwrap().0 - p[0].0).sum();
        assert_eq!(drawn, 70);
        assert_eq!(pieces[1], [(10, 0), (17, 0)]);
    }
}
