//! What is kept of some rows.

use crate::chart::columns::Column;
use crate::chart::ribbon::sign;

/// What some rows of a column hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The finite values; `None` if there are none.
    pub finite: Option<Column>,
    /// Whether values are missing before the first finite one, after the last one, and anywhere.
    pub missing: (bool, bool, bool),
    /// Their signs.
    pub signs: Signs,
}

/// The signs of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Signs {
    /// Positive values less negative ones.
    pub balance: i32,
    /// Whether the last value with a sign is positive.
    pub last: Option<bool>,
}

impl Signs {
    /// Takes in those of the rows that follow.
    pub fn add(&mut self, values: &[f64]) {
        for &value in values {
            if let Some(positive) = sign(value) {
                self.balance += if positive { 1 } else { -1 };
                self.last = Some(positive);
            }
        }
    }

    /// Takes in those of the rows that follow.
    pub fn append(&mut self, next: Self) {
        self.balance += next.balance;
        self.last = next.last.or(self.last);
    }
}

impl Block {
    /// Of no rows.
    pub const NOTHING: Self =
        Self { finite: None, missing: (false, false, false), signs: Signs { balance: 0, last: None } };

    /// Takes in the rows that follow, but for their signs.
    pub fn add(&mut self, values: &[f64]) {
        let mut rest = values.iter().copied();
        let mut column = match self.finite {
            Some(column) => column,
            None => match rest.find(|value| value.is_finite()) {
                Some(first) => {
                    self.missing.0 |= !values[0].is_finite();
                    Column::new(first)
                }
                None => return self.miss(!values.is_empty()),
            },
        };
        let mut missing = self.missing.1;
        for value in rest {
            missing = !value.is_finite();
            if missing {
                self.missing.2 = true;
            } else {
                column.add(value);
            }
        }
        self.missing.1 = missing;
        self.missing.2 |= self.missing.0;
        self.finite = Some(column);
    }

    fn miss(&mut self, any: bool) {
        let side = if self.finite.is_some() { &mut self.missing.1 } else { &mut self.missing.0 };
        *side |= any;
        self.missing.2 |= any;
    }

    /// Takes in the rows that follow, but for their signs.
    pub fn append(&mut self, next: &Self) {
        match (&mut self.finite, &next.finite) {
            (Some(column), Some(following)) => {
                column.append(following);
                self.missing.1 = next.missing.1;
            }
            (None, Some(_)) => {
                self.finite = next.finite;
                self.missing.0 |= next.missing.0;
                self.missing.1 = next.missing.1;
            }
            (_, None) => self.miss(next.missing.2),
        }
        self.missing.2 |= next.missing.2;
    }

    /// Least and largest finite value.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.finite.map(|column| column.extremes())
    }

    /// Returns whether every value is there and zero.
    pub fn is_all_zero(&self) -> bool {
        !self.missing.2 && self.extremes() == Some((0.0, 0.0))
    }
}
