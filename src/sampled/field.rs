//! Values on a grid over a rectangle.

/// A place in a plane.
pub type Place = (f64, f64);

/// A rectangle of a plane; both sides have a length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Least and largest first coordinate.
    pub x: (f64, f64),
    /// Least and largest second coordinate.
    pub y: (f64, f64),
}

/// A rectangle that would be smaller than this share of its places' size is enlarged.
const LEAST: f64 = 1e-6;

impl Bounds {
    /// The smallest rectangle around the finite ones of some places; `None` if there are none. A side
    /// without length gets one of about 1.
    pub fn around(places: impl IntoIterator<Item = Place>) -> Option<Self> {
        let finite = |p: &Place| p.0.is_finite() && p.1.is_finite();
        let mut places = places.into_iter().filter(finite);
        let (x, y) = places.next()?;
        let start = Self { x: (x, x), y: (y, y) };
        Some(places.fold(start, |b, (x, y)| Self {
            x: (b.x.0.min(x), b.x.1.max(x)),
            y: (b.y.0.min(y), b.y.1.max(y)),
        }))
    }

    /// Width and height.
    pub fn size(&self) -> (f64, f64) {
        (self.x.1 - self.x.0, self.y.1 - self.y.0)
    }

    /// The place in the middle.
    pub fn centre(&self) -> Place {
        (0.5 * (self.x.0 + self.x.1), 0.5 * (self.y.0 + self.y.1))
    }

    /// Returns whether a place is inside or on the edge.
    pub fn holds(&self, (x, y): Place) -> bool {
        (self.x.0..=self.x.1).contains(&x) && (self.y.0..=self.y.1).contains(&y)
    }

    /// The rectangle `factor` times as large about the same centre.
    pub fn scaled(&self, factor: f64) -> Self {
        let (width, height) = self.size();
        self.sized(factor * width, factor * height)
    }

    /// The smallest rectangle of this width over height that holds this one, about the same centre.
    /// A rectangle of no size gets one of about 1.
    pub fn with_aspect(&self, aspect: f64) -> Self {
        let (width, height) = self.size();
        let far = [self.x.0, self.x.1, self.y.0, self.y.1].iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let height = height.max(width / aspect);
        let height = if height > LEAST * far && height > 0.0 { height } else { far.max(1.0) };
        self.sized(height * aspect, height)
    }

    /// The same rectangle; a square where a side has no length.
    pub fn or_square(&self) -> Self {
        if self.size().0 > 0.0 && self.size().1 > 0.0 { *self } else { self.with_aspect(1.0) }
    }

    fn sized(&self, width: f64, height: f64) -> Self {
        let (x, y) = self.centre();
        Self { x: (x - 0.5 * width, x + 0.5 * width), y: (y - 0.5 * height, y + 0.5 * height) }
    }
}

/// A function sampled at the nodes of a grid, the outermost ones on the edges of its bounds. A node
/// where the function has no finite value is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where the grid lies.
    pub bounds: Bounds,
    /// Nodes a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Values row by row, from the least `y` on; `columns · rows` of them.
    pub values: Vec<Option<f64>>,
}

impl Field {
    /// Every `stride`-th node in both directions; `None` unless that keeps the edges.
    pub fn thinned(&self, stride: usize) -> Option<Self> {
        let fits = |nodes: usize| nodes > stride && (nodes - 1).is_multiple_of(stride);
        if stride == 0 || !fits(self.columns) || !fits(self.rows) {
            return None;
        }
        let rows = (0..self.rows).step_by(stride);
        let values = rows.flat_map(|row| (0..self.columns).step_by(stride).map(move |column| (row, column)));
        let values = values.map(|(row, column)| self.values[row * self.columns + column]).collect();
        let size = |nodes: usize| (nodes - 1) / stride + 1;
        Some(Self { bounds: self.bounds, columns: size(self.columns), rows: size(self.rows), values })
    }

    /// Returns whether every second node is within `tolerance` of the mean of its neighbours, so that a grid of the
    /// others says the same. A field with absent nodes is not.
    pub fn is_linear_between_nodes(&self, tolerance: f64) -> bool {
        let value = |row: usize, column: usize| self.values[row * self.columns + column];
        let middle = |row: usize, column: usize| {
            let (row_odd, column_odd) = (row % 2, column % 2);
            let (above, below) = (row - row_odd, row + row_odd);
            let (left, right) = (column - column_odd, column + column_odd);
            let ends = (value(above, left)?, value(below, right)?);
            Some((value(row, column)? - 0.5 * (ends.0 + ends.1)).abs() <= tolerance)
        };
        (0..self.rows).all(|row| (0..self.columns).all(|column| middle(row, column) == Some(true)))
    }

    /// Samples `f(x, y)` on at least two columns and rows.
    pub fn sample(
        bounds: Bounds,
        (columns, rows): (usize, usize),
        mut f: impl FnMut(Place) -> Option<f64>,
    ) -> Self {
        let mut field = Self { bounds, columns: columns.max(2), rows: rows.max(2), values: Vec::new() };
        field.values.reserve(field.columns * field.rows);
        for node in 0..field.columns * field.rows {
            let value = f(field.place(node)).filter(|v| v.is_finite());
            field.values.push(value);
        }
        field
    }

    /// Where a node lies, counted as [`values`](Self::values) are.
    pub fn place(&self, node: usize) -> Place {
        let share = |i: usize, of: usize| i as f64 / (of - 1) as f64;
        let (column, row) = (share(node % self.columns, self.columns), share(node / self.columns, self.rows));
        let between = |(low, high): (f64, f64), share: f64| low + share * (high - low);
        (between(self.bounds.x, column), between(self.bounds.y, row))
    }

    /// Least and largest value; `None` if all are absent.
    pub fn range(&self) -> Option<(f64, f64)> {
        let mut present = self.values.iter().flatten();
        let first = *present.next()?;
        Some(present.fold((first, first), |(low, high), &v| (low.min(v), high.max(v))))
    }

    /// Where the least value is, and that value.
    pub fn least(&self) -> Option<(Place, f64)> {
        let present = self.values.iter().enumerate().filter_map(|(node, v)| Some((node, (*v)?)));
        let (node, value) = present.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((self.place(node), value))
    }

    /// How many nodes are absent.
    pub fn absent(&self) -> usize {
        self.values.iter().filter(|v| v.is_none()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_every_finite_place_and_take_the_aspect_asked_for() {
        let places = [(1.0, 2.0), (f64::NAN, 0.0), (-3.0, 4.0), (f64::INFINITY, 1.0)];
        let bounds = Bounds::around(places).unwrap();
        assert_eq!(bounds, Bounds { x: (-3.0, 1.0), y: (2.0, 4.0) });
        let wide = bounds.with_aspect(4.0);
        assert_eq!((wide.size(), wide.centre()), ((8.0, 2.0), (-1.0, 3.0)));
        assert!(wide.holds((1.0, 2.0)) && !bounds.holds((1.1, 2.0)));
        assert_eq!(Bounds::around([(f64::NAN, 1.0)]), None);
    }

    #[test]
    fn a_single_place_gets_room_around_it() {
        let bounds = Bounds::around([(5.0, 5.0)]).unwrap().with_aspect(2.0);
        assert_eq!(bounds.size(), (10.0, 5.0));
        assert_eq!(Bounds::around([(0.0, 0.0)]).unwrap().with_aspect(1.0).size(), (1.0, 1.0));
    }

    #[test]
    fn nodes_lie_on_the_edges_and_what_is_not_finite_is_absent() {
        let bounds = Bounds { x: (0.0, 4.0), y: (-1.0, 1.0) };
        let field = Field::sample(bounds, (5, 3), |(x, y)| if x > 3.5 { Some(x / 0.0) } else { Some(x + y) });
        assert_eq!((field.place(0), field.place(4), field.place(14)), ((0.0, -1.0), (4.0, -1.0), (4.0, 1.0)));
        assert_eq!((field.absent(), field.range()), (3, Some((-1.0, 4.0))));
        assert_eq!(field.least(), Some(((0.0, -1.0), -1.0)));
    }
    #[test]
    fn a_thinner_grid_keeps_edges_and_values_and_says_where_it_is_not_enough() {
        let bounds = Bounds { x: (0.0, 4.0), y: (0.0, 2.0) };
        let linear = Field::sample(bounds, (9, 5), |(x, y)| Some(x - 3.0 * y));
        let thin = linear.thinned(2).expect("eight and four gaps");
        assert_eq!(thin, Field::sample(bounds, (5, 3), |(x, y)| Some(x - 3.0 * y)));
        assert!(linear.is_linear_between_nodes(1e-12));
        assert_eq!((linear.thinned(3), linear.thinned(0), linear.thinned(9)), (None, None, None));
        // Half a cell from two nodes x² is ¼h² below their mean, h = ½.
        let square = Field::sample(bounds, (9, 5), |(x, _)| Some(x * x));
        assert!(square.is_linear_between_nodes(0.2501) && !square.is_linear_between_nodes(0.2499));
        let holed = Field::sample(bounds, (9, 5), |(x, y)| (x != 0.5).then_some(y));
        assert!(!holed.is_linear_between_nodes(1.0));
    }
}
