//! The plane that W is shown in.

use super::Place;
use crate::lang::t;

/// What the plane goes through.
#[derive(Debug, Clone, PartialEq)]
pub enum Through {
    /// All of `R^n`: the model has one parameter or two.
    All,
    /// Points of these names; what is not in the plane is projected into it.
    Points(Vec<String>),
}

/// An affine plane (a line for `n = 1`) in `R^n` with orthonormal axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    origin: Vec<f64>,
    axes: Vec<Vec<f64>>,
    through: Through,
}

/// A direction whose part orthogonal to the axes before it is shorter than this share of it adds nothing.
const INDEPENDENT: f64 = 1e-6;

impl Frame {
    /// The coordinates themselves, for `n` of one or two.
    pub fn coordinates(n: usize) -> Self {
        let axis = |i: usize| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
        Self { origin: vec![0.0; n], axes: (0..n.min(2)).map(axis).collect(), through: Through::All }
    }

    /// The plane through the first of some named points of `R^n`, `n > 2`, and the next two that span
    /// it (Gram and Schmidt); where too few do, coordinate axes fill up. Points that are not finite do
    /// not count.
    pub fn through(n: usize, points: &[(String, Vec<f64>)]) -> Self {
        let mut finite = points.iter().filter(|(_, p)| p.iter().all(|x| x.is_finite()));
        let (mut names, mut axes) = (Vec::new(), Vec::new());
        let origin = match finite.next() {
            Some((name, point)) => {
                names.push(name.clone());
                point.clone()
            }
            None => vec![0.0; n],
        };
        for (name, point) in finite {
            let direction = point.iter().zip(&origin).map(|(a, b)| a - b).collect();
            if axes.len() < 2 && extend(&mut axes, direction) {
                names.push(name.clone());
            }
        }
        for i in 0..n {
            if axes.len() < 2 && extend(&mut axes, (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()) {
                names.push(t!("the axis of W {number}", number = i + 1));
            }
        }
        Self { origin, axes, through: Through::Points(names) }
    }

    /// `n`.
    pub fn n(&self) -> usize {
        self.origin.len()
    }

    /// Returns whether there is a second axis.
    pub fn is_plane(&self) -> bool {
        self.axes.len() == 2
    }

    /// What it goes through.
    pub fn passes(&self) -> &Through {
        &self.through
    }

    /// The axes, orthonormal vectors of `R^n`.
    pub fn axes(&self) -> &[Vec<f64>] {
        &self.axes
    }

    /// Coordinates of the point of the plane nearest to `w` (`n`).
    pub fn project(&self, w: &[f64]) -> Place {
        let difference: Vec<f64> = w.iter().zip(&self.origin).map(|(a, b)| a - b).collect();
        self.project_vector(&difference)
    }

    /// Coordinates of the part of a vector (`n`) along the plane; the second is 0 on a line.
    pub fn project_vector(&self, v: &[f64]) -> Place {
        let along = |i: usize| self.axes.get(i).map_or(0.0, |axis| dot(axis, v));
        (along(0), along(1))
    }

    /// The point of `R^n` with these coordinates.
    pub fn lift(&self, place: Place) -> Vec<f64> {
        let mut w = self.origin.clone();
        self.lift_into(place, &mut w);
        w
    }

    /// Writes the point with these coordinates (`n`).
    pub fn lift_into(&self, (x, y): Place, w: &mut [f64]) {
        w.copy_from_slice(&self.origin);
        for (axis, t) in self.axes.iter().zip([x, y]) {
            w.iter_mut().zip(axis).for_each(|(w, a)| *w += t * a);
        }
    }

    /// Distance of a point of `R^n` from the plane.
    pub fn distance(&self, w: &[f64]) -> f64 {
        let nearest = self.lift(self.project(w));
        w.iter().zip(nearest).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }
}

/// Adds the normalised part of `direction` orthogonal to the axes, if there is one.
fn extend(axes: &mut Vec<Vec<f64>>, mut direction: Vec<f64>) -> bool {
    let length = dot(&direction, &direction).sqrt();
    // Twice: once leaves rounding of the size of what was taken away.
    for _ in 0..2 {
        for axis in axes.iter() {
            let part = dot(axis, &direction);
            direction.iter_mut().zip(axis).for_each(|(d, a)| *d -= part * a);
        }
    }
    let left = dot(&direction, &direction).sqrt();
    if left > INDEPENDENT * length && left.is_finite() {
        direction.iter_mut().for_each(|d| *d /= left);
        axes.push(direction);
        return true;
    }
    false
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(points: &[[f64; 4]]) -> Vec<(String, Vec<f64>)> {
        points.iter().enumerate().map(|(i, p)| (format!("p{i}"), p.to_vec())).collect()
    }

    #[test]
    fn the_plane_holds_the_points_it_goes_through_and_skips_dependent_ones() {
        let points =
            named(&[[1.0, 0.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0], [5.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]]);
        let frame = Frame::through(4, &points);
        assert_eq!(frame.passes(), &Through::Points(vec!["p0".into(), "p1".into(), "p3".into()]));
        for (_, point) in &points {
            assert!(frame.distance(point) < 1e-12);
            let back = frame.lift(frame.project(point));
            assert!(back.iter().zip(point).all(|(a, b)| (a - b).abs() < 1e-12));
        }
        let [a, b] = frame.axes() else { panic!("two axes") };
        assert!((dot(a, a) - 1.0).abs() < 1e-12 && dot(a, b).abs() < 1e-12);
        assert!((frame.distance(&[1.0, 0.0, 4.0, -3.0]) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn coordinate_axes_fill_up_where_points_do_not_span() {
        let frame = Frame::through(4, &named(&[[1.0; 4], [1.0; 4], [f64::NAN; 4]]));
        assert!(frame.is_plane());
        assert_eq!(frame.project(&[3.0, 4.0, 1.0, 1.0]), (2.0, 3.0));
    }

    #[test]
    fn coordinates_are_themselves() {
        assert_eq!(Frame::coordinates(2).project(&[3.0, -4.0]), (3.0, -4.0));
        assert_eq!(Frame::coordinates(1).lift((3.0, 0.0)), [3.0]);
        assert!(!Frame::coordinates(1).is_plane());
    }
}
