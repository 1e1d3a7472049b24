//! The account of `L_T`.

use crate::trace::ABSENT;

/// Falls of `L_T` since the start by W, at the φ before each outer step, and by φ, at the new W, also where a method
/// moves φ first: then W answers a φ at which it is not booked.
///
/// Each sum is of falls `L_T(W_{t-1}, φ_{t-1}) - L_T(W_t, φ_{t-1})` or `L_T(W_t, φ_{t-1}) - L_T(W_t, φ_t)`; together
/// they are the whole fall, but for rounding. `L_T(W_t, φ_{t-1})` may overflow where the row itself does not:
/// from there on there is no account.
pub(super) struct Ledger {
    /// `L_T` at the present W and φ.
    pub loss: f64,
    by_w: f64,
    by_phi: f64,
}

impl Ledger {
    pub fn starting_at(loss: f64) -> Self {
        Self { loss, by_w: 0.0, by_phi: 0.0 }
    }

    /// Books a step: `L_T` at the new W with the φ before, and with the new φ.
    #[inline]
    pub fn book(&mut self, after_w: f64, after_phi: f64) {
        self.by_w += self.loss - after_w;
        self.by_phi += after_w - after_phi;
        self.loss = after_phi;
    }

    /// What W and what φ have lowered, or absent.
    #[inline]
    pub fn falls(&self) -> [f64; 2] {
        let falls = [self.by_w, self.by_phi];
        if falls.iter().all(|fall| fall.is_finite()) { falls } else { [ABSENT; 2] }
    }
}
