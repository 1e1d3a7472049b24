//! A grid of overrides: fields of a document, each with its values.

use auxilearn_lab::error::{ErrorKind, ExperimentError};
use serde_json::{Map, Value};

/// Most points of a grid.
const MAX_POINTS: u64 = 1_000_000_000;

/// The product of the values of some fields, in the order of loops nested as the paths are sorted: the
/// last path varies fastest. (Objects in JSON have no order of their own.)
#[derive(Debug)]
pub struct Grid {
    axes: Vec<Axis>,
}

#[derive(Debug)]
struct Axis {
    path: String,
    steps: Vec<Step>,
    values: Vec<Value>,
}

/// One step of a path.
#[derive(Debug)]
enum Step {
    Field(String),
    Item(usize),
}

impl Grid {
    /// A grid from `{"path.to[0].field": [values…], …}`.
    pub fn read(value: Value) -> Result<Self, ExperimentError> {
        let Value::Object(fields) = value else {
            return Err(ExperimentError::new(
                ErrorKind::Shape,
                "grid",
                "an object of lists of values",
                value,
            ));
        };
        let axes = fields.into_iter().map(|(path, values)| Axis::read(path, values));
        let mut grid = Self { axes: axes.collect::<Result<_, _>>()? };
        grid.axes.sort_by(|a, b| a.path.cmp(&b.path));
        let sizes = grid.axes.iter().map(|axis| axis.values.len() as u64);
        match sizes.fold(1, u64::saturating_mul) {
            0..=MAX_POINTS => Ok(grid),
            size => Err(ExperimentError::value("grid", format!("at most {MAX_POINTS} points"), size)),
        }
    }

    /// Number of points.
    pub fn len(&self) -> u64 {
        self.axes.iter().map(|axis| axis.values.len() as u64).product()
    }

    /// The overrides of a point.
    pub fn point(&self, index: u64) -> Map<String, Value> {
        self.axes
            .iter()
            .zip(self.indices(index))
            .map(|(axis, i)| (axis.path.clone(), axis.values[i].clone()))
            .collect()
    }

    /// The point's id, from that of its line: `line/path=value/path=value`.
    pub fn id(&self, line: &Value, index: u64) -> Value {
        if self.axes.is_empty() {
            return line.clone();
        }
        let mut id = line.as_str().map_or_else(|| line.to_string(), str::to_owned);
        for (axis, i) in self.axes.iter().zip(self.indices(index)) {
            id.push_str(&format!("/{}={}", axis.path, axis.values[i]));
        }
        id.into()
    }

    /// Puts the overrides of a point into a document.
    pub fn apply(&self, index: u64, document: &mut Value) -> Result<(), ExperimentError> {
        for (axis, i) in self.axes.iter().zip(self.indices(index)) {
            let place = place(document, &axis.steps).ok_or_else(|| {
                ExperimentError::new(ErrorKind::Shape, &axis.path, "a field of the document", "no such place")
            })?;
            *place = axis.values[i].clone();
        }
        Ok(())
    }

    /// Which value of each axis a point has.
    fn indices(&self, index: u64) -> Vec<usize> {
        let mut rest = index;
        let mut indices = vec![0; self.axes.len()];
        for (i, axis) in indices.iter_mut().zip(&self.axes).rev() {
            let count = axis.values.len() as u64;
            *i = (rest % count) as usize;
            rest /= count;
        }
        indices
    }
}

impl Axis {
    fn read(path: String, values: Value) -> Result<Self, ExperimentError> {
        let wrong = |expected, found: &dyn std::fmt::Display| {
            Err(ExperimentError::new(ErrorKind::Shape, format!("grid.{path}"), expected, found))
        };
        match (steps(&path), values) {
            (None, _) => wrong("a path such as lanes[0].method.outer.lr", &path),
            (Some(steps), Value::Array(values)) if !values.is_empty() => Ok(Self { path, steps, values }),
            (_, other) => wrong("a list of at least one value", &other),
        }
    }
}

/// The steps of `a.b[0].c`; `None` if it is no path.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let mut items = part.split('[');
        steps.push(Step::Field(items.next().filter(|name| !name.is_empty())?.to_owned()));
        for item in items {
            steps.push(Step::Item(item.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

/// The place where a path leads; fields that are left out come into being, items do not.
fn place<'a>(document: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(document, |place, step| match (step, place) {
        (Step::Field(name), Value::Object(fields)) => {
            Some(fields.entry(name.as_str()).or_insert_with(|| Map::new().into()))
        }
        (Step::Item(i), Value::Array(items)) => items.get_mut(*i),
        _ => None,
    })
}
