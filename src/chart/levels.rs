//! Shades and lines of equal value, by marching squares (the crate `contour`).

use contour::ContourBuilder;
use plotters::style::RGBColor;
use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};

use super::axes::Axes;
use super::lines::{clip, simplified};
use super::sheet::{Rect, Sheet};
use super::{Rgb, Theme};
use crate::sampled::Field;

/// Share of the colour map in a shade; the rest is the ground, so that what lies on top is read.
const STRENGTH: f64 = 0.55;

/// The shade of a share from 0 (low: near the ground) to 1 (high): viridis, whose lightness is even
/// in the share, over the theme's background. Higher is darker on a light ground, lighter on a dark one.
pub fn shade(theme: &Theme, share: f64) -> Rgb {
    let dark = theme.background.luminance() < 0.5;
    let share = share.clamp(0.0, 1.0);
    let colour: RGBColor = ViridisRGB.get_color(if dark { share } else { 1.0 - share });
    let mix = |ground: u8, colour: u8| {
        (f64::from(ground) + STRENGTH * (f64::from(colour) - f64::from(ground))).round() as u8
    };
    let ground = theme.background;
    Rgb(mix(ground.0, colour.0), mix(ground.1, colour.1), mix(ground.2, colour.2))
}

/// `count` levels between the ends of a range whose distances grow evenly, so that the lines of a
/// quadratic lie at equal distances; the ends are not among them.
pub fn levels((low, high): (f64, f64), count: usize) -> Vec<f64> {
    let share = |i: usize| (i as f64 + 1.0) / (count as f64 + 1.0);
    (0..count).map(|i| low + share(i) * share(i) * (high - low)).collect()
}

/// A value off by less than this share of the gap between two levels moves no line visibly.
const UNSEEN: f64 = 0.02;
/// Nodes a side that are never thinned out further.
const COARSEST: usize = 33;

/// A ring of pixels, closed.
pub type Ring = Vec<(f64, f64)>;

/// Nodes of a field in a rectangle: first column and row, and those after the last.
type Part = ((usize, usize), (usize, usize));

/// For each of ascending levels the rings around where a field is at most as high, outer ones with their
/// holes, in pixels.
pub type Rings = Vec<Vec<(Ring, Vec<Ring>)>>;

/// The rings of some levels: to be found once for shades and lines.
pub fn rings(axes: &Axes, field: &Field, levels: &[f64]) -> Rings {
    let thin = thinned(field, levels);
    let field = thin.as_ref().unwrap_or(field);
    let top = field.range().map_or(0.0, |(_, high)| high);
    let parts = levels.iter().zip(parts(field, levels));
    parts.map(|(&level, part)| rings_in(axes, field, (level, top), part)).collect()
}

/// The coarsest grid whose lines could not be told from those of the given one: marching costs as much as there
/// are nodes, and most losses are smooth. `None` if that is the given grid.
fn thinned(field: &Field, levels: &[f64]) -> Option<Field> {
    let gaps = levels.windows(2).map(|pair| pair[1] - pair[0]);
    let tolerance = UNSEEN * gaps.fold(f64::INFINITY, f64::min);
    let mut thin: Option<Field> = None;
    loop {
        let present = thin.as_ref().unwrap_or(field);
        let coarse = present.columns.min(present.rows) <= COARSEST || !tolerance.is_finite();
        match present.thinned(2).filter(|_| !coarse && present.is_linear_between_nodes(tolerance)) {
            Some(thinner) => thin = Some(thinner),
            None => return thin,
        }
    }
}

/// For each of ascending levels the smallest part that holds every node at most as high, with a node
/// more on each side: marching anywhere else would find nothing.
fn parts(field: &Field, levels: &[f64]) -> Vec<Part> {
    let nothing = ((field.columns, field.rows), (0, 0));
    let mut parts = vec![nothing; levels.len()];
    for (node, value) in field.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let (column, row) = (node % field.columns, node / field.columns);
        let first = levels.partition_point(|level| level < value);
        if let Some((from, to)) = parts.get_mut(first) {
            *from = (from.0.min(column.saturating_sub(1)), from.1.min(row.saturating_sub(1)));
            *to = (to.0.max((column + 2).min(field.columns)), to.1.max((row + 2).min(field.rows)));
        }
    }
    // What is at most one level is at most every higher one.
    for i in 1..parts.len() {
        let ((from, to), (lower_from, lower_to)) = (parts[i], parts[i - 1]);
        let from = (from.0.min(lower_from.0), from.1.min(lower_from.1));
        parts[i] = (from, (to.0.max(lower_to.0), to.1.max(lower_to.1)));
    }
    parts
}

fn rings_in(
    axes: &Axes,
    field: &Field,
    (level, top): (f64, f64),
    (from, to): Part,
) -> Vec<(Ring, Vec<Ring>)> {
    if from.0 >= to.0 || from.1 >= to.1 {
        return Vec::new();
    }
    // The crate finds what is at least a threshold; an absent node counts as high.
    let row = |row: usize| &field.values[row * field.columns..][from.0..to.0];
    let values: Vec<f64> = (from.1..to.1).flat_map(row).map(|v| -v.unwrap_or(top)).collect();
    let plot = axes.plot;
    let (width, height) =
        (plot.width() / (field.columns - 1) as f64, plot.height() / (field.rows - 1) as f64);
    // Its nodes are at the centres of cells, half a cell from the edge.
    let pixel = |p: &contour::Pt| {
        let (column, row) = (p.x + from.0 as f64 - 0.5, p.y + from.1 as f64 - 0.5);
        let (x, y) = (plot.left + column * width, plot.bottom - row * height);
        (x.clamp(plot.left, plot.right), y.clamp(plot.top, plot.bottom))
    };
    let ring = |points: &[contour::Pt]| {
        let ring: Vec<_> = points.iter().map(pixel).collect();
        simplified(&ring)
    };
    let builder = ContourBuilder::new(to.0 - from.0, to.1 - from.1, true);
    let contours = builder.contours(&values, &[-level]).unwrap_or_default();
    let polygons = contours.iter().flat_map(|contour| contour.geometry().iter());
    polygons.map(|p| (ring(&p.exterior().0), p.interiors().iter().map(|h| ring(&h.0)).collect())).collect()
}

/// Fills a field with shades between ascending levels; absent nodes are hatched.
pub fn fill(sheet: &mut Sheet, axes: &Axes, field: &Field, rings: &Rings) {
    let theme = sheet.view.theme;
    let share = |i: usize| i as f64 / rings.len().max(1) as f64;
    sheet.rect(axes.plot, shade(theme, 1.0));
    for (i, polygons) in rings.iter().enumerate().rev() {
        for (outer, holes) in polygons {
            sheet.polygon(joined(outer, holes), shade(theme, share(i)));
        }
    }
    hatch_absent(sheet, axes, field);
}

/// Draws the lines of some levels.
pub fn lines(sheet: &mut Sheet, axes: &Axes, rings: &Rings, (css, rgb): (f64, Rgb), dashes: &[f64]) {
    for polygons in rings {
        for (outer, holes) in polygons {
            for ring in std::iter::once(outer).chain(holes) {
                for piece in inner(axes.plot, ring) {
                    axes.line(sheet, &piece, css, rgb, dashes);
                }
            }
        }
    }
}

/// The pieces of a ring that do not run along the edge of the plot, where it is only closed.
fn inner(plot: Rect, ring: &Ring) -> Vec<Ring> {
    let along = |a: (f64, f64), b: (f64, f64)| {
        // The last row of nodes is on the edge up to rounding.
        let both = |x: f64, y: f64, edge: f64| (x - edge).abs() < 1e-6 && (y - edge).abs() < 1e-6;
        both(a.0, b.0, plot.left)
            || both(a.0, b.0, plot.right)
            || both(a.1, b.1, plot.top)
            || both(a.1, b.1, plot.bottom)
    };
    let mut pieces: Vec<Ring> = vec![Vec::new()];
    for pair in ring.windows(2) {
        let last = pieces.last_mut().expect("there is one");
        if along(pair[0], pair[1]) {
            if !last.is_empty() {
                pieces.push(Vec::new());
            }
            continue;
        }
        if last.is_empty() {
            last.push(pair[0]);
        }
        last.push(pair[1]);
    }
    pieces
}

/// A polygon with holes as one ring: slits lead to the holes and back.
fn joined(outer: &Ring, holes: &[Ring]) -> Ring {
    let mut ring = outer.clone();
    for hole in holes {
        let Some(&last) = ring.last() else { continue };
        ring.extend(hole.iter().copied().chain(hole.first().copied()));
        ring.push(last);
    }
    ring
}

/// Hatches the cells of absent nodes, run by run of a row.
fn hatch_absent(sheet: &mut Sheet, axes: &Axes, field: &Field) {
    if field.absent() == 0 {
        return;
    }
    let theme = sheet.view.theme;
    let half = (
        0.5 * axes.plot.width() / (field.columns - 1) as f64,
        0.5 * axes.plot.height() / (field.rows - 1) as f64,
    );
    for row in 0..field.rows {
        let mut column = 0;
        while column < field.columns {
            let node = row * field.columns + column;
            let run =
                field.values[node..(row + 1) * field.columns].iter().take_while(|v| v.is_none()).count();
            if run > 0 {
                let (x, y) = axes.pixel(field.place(node));
                let end = axes.pixel(field.place(node + run - 1)).0;
                let cell = Rect {
                    left: (x - half.0).max(axes.plot.left),
                    right: (end + half.0).min(axes.plot.right),
                    top: (y - half.1).max(axes.plot.top),
                    bottom: (y + half.1).min(axes.plot.bottom),
                };
                sheet.rect(cell, theme.background);
                hatch(sheet, cell, theme.zero);
            }
            column += run.max(1);
        }
    }
}

/// Diagonals `x + y = const` over a cell, the same ones whatever the cell.
fn hatch(sheet: &mut Sheet, cell: Rect, rgb: Rgb) {
    let (gap, width) = (sheet.px(7.0), sheet.stroke(1.0));
    let mut sum = ((cell.left + cell.top) / gap).ceil() * gap;
    while sum < cell.right + cell.bottom {
        let ends = ((sum - cell.bottom, cell.bottom), (sum - cell.top, cell.top));
        if let Some((a, b)) = clip(cell, ends.0, ends.1) {
            sheet.path([a, b].map(|(x, y)| (x.round() as i32, y.round() as i32)), width, rgb);
        }
        sum += gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::scale::Scale;
    use crate::sampled::Bounds;

    /// Rosenbrock's valley is far from a quadratic, the bowl is one.
    #[test]
    fn lines_on_a_thinned_grid_are_where_the_function_has_their_level() {
        let bounds = Bounds { x: (-2.0, 2.0), y: (-1.0, 3.0) };
        let (x, y) = (Scale::exact(bounds.x, 5.0), Scale::exact(bounds.y, 5.0));
        let axes = Axes { plot: Rect { left: 0.0, top: 0.0, right: 512.0, bottom: 512.0 }, x, y };
        let valley = |(x, y): (f64, f64)| 5.0 * (y - x * x) * (y - x * x) + (1.0 - x) * (1.0 - x);
        let bowl = |(x, y): (f64, f64)| x * x + 4.0 * (y - 1.0) * (y - 1.0) + x * y;
        for (f, thin) in [(&valley as &dyn Fn((f64, f64)) -> f64, false), (&bowl, true)] {
            let field = Field::sample(bounds, (257, 257), |place| Some(f(place)));
            let levels = levels(field.range().unwrap(), 11);
            let gap = levels.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
            let columns = thinned(&field, &levels).map_or(257, |field| field.columns);
            assert_eq!(columns < 100, thin, "{columns} columns");
            for (level, polygons) in levels.iter().zip(rings(&axes, &field, &levels)) {
                let all = polygons.iter().flat_map(|(outer, holes)| std::iter::once(outer).chain(holes));
                let inner = |p: &&(f64, f64)| (1.0..511.0).contains(&p.0) && (1.0..511.0).contains(&p.1);
                for &at in all.flatten().filter(inner) {
                    let value = f(axes.drawn().value_at(at));
                    assert!((value - level).abs() < 0.05 * gap, "{value} on the line of {level}");
                }
            }
        }
    }
}
