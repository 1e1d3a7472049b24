//! Lines of equal value by marching squares, all levels in one pass over the grid.

use crate::sampled::Field;

/// A closed line in columns and rows of a field; its last point is its first.
pub type Ring = Vec<(f64, f64)>;

/// A region by its outer edge and its holes.
pub type Region = (Ring, Vec<Ring>);

/// No edge.
const NONE: u32 = u32::MAX;

/// For each of ascending levels, the regions where a field is at most that; they end at the outermost nodes. An
/// absent node counts as higher than every level.
pub fn regions(field: &Field, levels: &[f64]) -> Vec<Vec<Region>> {
    let grid = Padded::new(field, levels);
    let segments = grid.segments(levels);
    // Where the line that crosses an edge goes on; edges of one level at a time.
    let mut next = vec![NONE; 2 * grid.bands.len()];
    let next = &mut next[..];
    let each = segments.iter().zip(levels).map(|(segments, &level)| {
        for &(from, to) in segments {
            next[from as usize] = to;
        }
        let mut rings = Vec::new();
        for &(first, _) in segments {
            let mut ring = Ring::new();
            let mut edge = first;
            while next[edge as usize] != NONE {
                ring.push(grid.crossing(edge, level));
                edge = std::mem::replace(&mut next[edge as usize], NONE);
            }
            if !ring.is_empty() {
                ring.push(ring[0]);
                rings.push(ring);
            }
        }
        nested(rings)
    });
    each.collect()
}

/// A field with a frame of nodes around it that are higher than everything.
struct Padded<'a> {
    field: &'a Field,
    width: usize,
    /// How many levels are below each node.
    bands: Vec<u16>,
}

/// The corners of a cell are gone around from its first node: there, to the right, opposite, below.
const AROUND: usize = 4;

impl<'a> Padded<'a> {
    fn new(field: &'a Field, levels: &[f64]) -> Self {
        let width = field.columns + 2;
        let mut bands = vec![levels.len() as u16; width * (field.rows + 2)];
        // Neighbours are mostly in the same band.
        let mut band = 0;
        for (row, values) in field.values.chunks_exact(field.columns).enumerate() {
            let line = &mut bands[(row + 1) * width + 1..][..field.columns];
            for (value, out) in values.iter().zip(line) {
                let Some(value) = *value else { continue };
                while band < levels.len() && levels[band] < value {
                    band += 1;
                }
                while band > 0 && levels[band - 1] >= value {
                    band -= 1;
                }
                *out = band as u16;
            }
        }
        Self { field, width, bands }
    }

    /// For each level the pieces of its lines, each from the edge of a cell to another one. Edges `2n` go right
    /// from node `n`, edges `2n + 1` down. A line leaves a cell where it comes into the next one: what is
    /// lower lies always on the same side.
    fn segments(&self, levels: &[f64]) -> Vec<Vec<(u32, u32)>> {
        let mut segments = vec![Vec::new(); levels.len()];
        let width = self.width;
        for (row, pair) in self.bands.windows(2 * width).step_by(width).enumerate() {
            // Slices, not vectors: compiled for size, the latter are indexed by a call.
            let (above, below) = pair.split_at(width);
            let mut left = (above[0], below[0]);
            for (column, right) in above.iter().copied().zip(below.iter().copied()).enumerate().skip(1) {
                let corners = [left.0, right.0, right.1, left.1];
                left = right;
                let [a, b, c, d] = corners;
                if a == b && b == c && c == d {
                    continue;
                }
                let node = row * width + column - 1;
                for level in a.min(b).min(c.min(d))..a.max(b).max(c.max(d)) {
                    self.cross(node, corners.map(|band| band <= level), levels[level as usize], |piece| {
                        segments[level as usize].push(piece);
                    });
                }
            }
        }
        segments
    }

    /// The pieces in one cell: from where the way around it leaves what is lower to where it comes back.
    fn cross(&self, node: usize, lower: [bool; AROUND], level: f64, mut piece: impl FnMut((u32, u32))) {
        let edge = |side: usize| match side {
            0 => 2 * node,
            1 => 2 * (node + 1) + 1,
            2 => 2 * (node + self.width),
            _ => 2 * node + 1,
        } as u32;
        let leaves = |side: usize| lower[side] && !lower[(side + 1) % AROUND];
        let comes_back = |side: usize| !lower[side] && lower[(side + 1) % AROUND];
        let saddle = lower[0] == lower[2] && lower[1] == lower[3] && lower[0] != lower[1];
        for from in (0..AROUND).filter(|&side| leaves(side)) {
            // At a saddle the middle decides whether the lower corners are one region (then the next side is
            // where the line comes back) or two (then it is the one before).
            let to = match saddle {
                true if self.middle(node) <= level => (from + 1) % AROUND,
                true => (from + AROUND - 1) % AROUND,
                false => (0..AROUND).find(|&side| comes_back(side)).unwrap_or(from),
            };
            piece((edge(from), edge(to)));
        }
    }

    fn middle(&self, node: usize) -> f64 {
        let corners = [node, node + 1, node + self.width, node + self.width + 1];
        0.25 * corners.into_iter().map(|node| self.value(node).unwrap_or(f64::INFINITY)).sum::<f64>()
    }

    /// Column and row of a node; one before and one after the field's are in the frame.
    fn place(&self, node: usize) -> (f64, f64) {
        ((node % self.width) as f64 - 1.0, (node / self.width) as f64 - 1.0)
    }

    fn value(&self, node: usize) -> Option<f64> {
        let (column, row) = ((node % self.width).checked_sub(1)?, (node / self.width).checked_sub(1)?);
        let inside = column < self.field.columns && row < self.field.rows;
        if inside { self.field.values[row * self.field.columns + column] } else { None }
    }

    /// Where a level crosses an edge: between its nodes in proportion, at the node that has a value if only
    /// one has.
    fn crossing(&self, edge: u32, level: f64) -> (f64, f64) {
        let from = edge as usize / 2;
        let to = if edge.is_multiple_of(2) { from + 1 } else { from + self.width };
        let share = match (self.value(from), self.value(to)) {
            (Some(a), Some(b)) => ((level - a) / (b - a)).clamp(0.0, 1.0),
            (Some(_), None) => 0.0,
            _ => 1.0,
        };
        let (a, b) = (self.place(from), self.place(to));
        (a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1))
    }
}

/// Twice the area inside a ring: positive for an outer edge, negative for a hole.
fn area(ring: &Ring) -> f64 {
    ring.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum()
}

/// Whether a place is inside a ring: a ray to the right crosses it an odd number of times.
fn holds(ring: &Ring, (x, y): (f64, f64)) -> bool {
    let crosses = |pair: &&[(f64, f64)]| {
        let (a, b) = (pair[0], pair[1]);
        (a.1 > y) != (b.1 > y) && x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0)
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

/// Outer edges with their holes, each hole in the smallest one that holds it.
fn nested(rings: Vec<Ring>) -> Vec<Region> {
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| area(ring) > 0.0);
    let mut regions: Vec<Region> = outer.into_iter().map(|ring| (ring, Vec::new())).collect();
    for hole in holes.into_iter().filter(|hole| area(hole) < 0.0) {
        let around = regions.iter_mut().filter(|region| holds(&region.0, hole[0]));
        if let Some(region) = around.min_by(|a, b| area(&a.0).total_cmp(&area(&b.0))) {
            region.1.push(hole);
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampled::Bounds;

    const BOUNDS: Bounds = Bounds { x: (-2.0, 2.0), y: (-2.0, 2.0) };

    fn field(nodes: usize, f: impl Fn(f64, f64) -> Option<f64>) -> Field {
        Field::sample(BOUNDS, (nodes, nodes), |(x, y)| f(x, y))
    }

    /// Points of a ring as places of the field.
    fn places(field: &Field, ring: &Ring) -> Vec<(f64, f64)> {
        let scale = 4.0 / (field.columns - 1) as f64;
        ring.iter().map(|p| (p.0 * scale - 2.0, p.1 * scale - 2.0)).collect()
    }

    #[test]
    fn circles_are_found_where_they_are() {
        let field = field(101, |x, y| Some(x * x + y * y));
        let found = regions(&field, &[0.25, 1.0]);
        for (regions, radius) in found.iter().zip([0.5, 1.0]) {
            let [(ring, holes)] = &regions[..] else { panic!("one region") };
            assert!(holes.is_empty() && ring.first() == ring.last());
            assert!(places(&field, ring).iter().all(|p| (p.0.hypot(p.1) - radius).abs() < 1e-3));
            let circle = std::f64::consts::PI * radius * radius;
            assert!((0.5 * area(ring) * 0.04 * 0.04 - circle).abs() < 1e-2 * circle);
        }
    }

    #[test]
    fn a_ring_shaped_region_has_a_hole_and_an_island_in_it_is_a_region_of_its_own() {
        let wave = |x: f64, y: f64| Some((4.0 * x.hypot(y)).cos());
        let found = regions(&field(161, wave), &[0.0]);
        let [regions] = &found[..] else { panic!("one level") };
        assert!(regions.iter().any(|region| region.1.len() == 1), "{} regions", regions.len());
        assert!(regions.iter().all(|region| region.1.len() <= 1));
    }

    #[test]
    fn what_is_low_everywhere_is_the_whole_field_and_what_is_high_nothing() {
        let found = regions(&field(9, |x, y| Some(x + y)), &[-9.0, 9.0]);
        assert!(found[0].is_empty());
        let [(ring, holes)] = &found[1][..] else { panic!("one region") };
        assert_eq!((0.5 * area(ring), holes.len()), (64.0, 0));
        assert!(ring.iter().all(|p| (0.0..=8.0).contains(&p.0) && (0.0..=8.0).contains(&p.1)));
    }

    #[test]
    fn absent_nodes_are_left_out_up_to_the_nodes_around_them() {
        let found = regions(&field(9, |x, y| if x == 0.0 && y == 0.0 { None } else { Some(0.0) }), &[1.0]);
        let [(ring, holes)] = &found[0][..] else { panic!("one region") };
        assert_eq!((0.5 * area(ring), holes.len(), 0.5 * area(&holes[0])), (64.0, 1, -2.0));
    }

    #[test]
    fn the_middle_decides_what_a_saddle_connects() {
        let corners = |middle: f64| {
            let values = [0.0, 2.0 * middle, 2.0 * middle, 0.0].map(Some).to_vec();
            let field = Field { bounds: BOUNDS, columns: 2, rows: 2, values };
            regions(&field, &[1.0])[0].len()
        };
        assert_eq!(
            (corners(0.9), corners(1.5)),
            (1, 2),
            "one region through a low middle, two beside a high one"
        );
    }
}
