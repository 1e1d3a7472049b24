//! What takes long, a little at a time: something rough is shown until the fine is there.

use super::Scene;
use super::framing::SLOW_PLANE;

/// How long a scene may take at a time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The time in milliseconds since some moment.
    pub now: fn() -> f64,
    /// Milliseconds at a time.
    pub slice: f64,
}

impl Pace {
    /// Returns whether there is more time, from now on; there always is without a pace.
    pub(super) fn of(pace: Option<Self>) -> impl FnMut() -> bool {
        let end = pace.map(|pace| (pace, (pace.now)() + pace.slice));
        move || end.is_none_or(|(pace, end)| (pace.now)() < end)
    }
}

impl Scene {
    /// Takes no longer at a time from now on: pictures may be rough, until [`go_on`](Self::go_on) has made them
    /// fine. Without a pace everything is finished at once.
    pub fn keep_pace(&mut self, pace: Option<Pace>) {
        self.pace = pace;
    }

    /// Returns whether something that is shown is rough.
    pub fn is_unfinished(&self) -> bool {
        self.survey.is_some() || self.is_cutting() || (self.is_plane_rough() && !self.waits())
    }

    /// Returns whether the inner loop cut short is still being looked at.
    pub fn is_cutting(&self) -> bool {
        self.cutting.is_some()
    }

    /// Goes on with what is rough; says whether a finer picture is there now.
    pub fn go_on(&mut self) -> bool {
        if self.is_plane_rough() && !self.waits() {
            self.refine_plane();
            return true;
        }
        if self.is_cutting() {
            return self.cut_on();
        }
        self.survey_on()
    }

    fn is_plane_rough(&self) -> bool {
        let rough = |columns: usize| columns < SLOW_PLANE.0;
        !self.study.is_quadratic() && self.plane.as_ref().is_some_and(|plane| rough(plane.training.columns))
    }

    /// Makes a rough plane fine at once.
    pub(super) fn refine_plane(&mut self) {
        if let (true, Some(plane)) = (self.is_plane_rough(), &mut self.plane) {
            self.study.resample(plane, SLOW_PLANE);
        }
    }
}
