//! What a scene shows of `H⁻¹`: its spectrum, the truncated series, and the inner loop cut short.

use super::{Pace, Scene};
use crate::experiment::{Json, edit};
use crate::sampled::{CutShort, NeumannSetting, Spectrum};
use crate::study::CutShortRequest;

/// Inner steps looked at while something is dragged, or the cursor moves.
const DRAGGED: u64 = 128;

impl Scene {
    /// `H` and the gradients at the W and φ looked at.
    pub fn spectrum(&mut self) -> Option<&Spectrum> {
        if !self.current.spectrum {
            self.spectrum = self.study.spectrum(&self.w, &self.phi);
            self.current.spectrum = true;
        }
        self.spectrum.as_ref()
    }

    /// The inner loop of the lane looked at, cut short at its φ, with the series shown. At a pace it may be the one
    /// made last until the new one is there; see [`go_on`](Self::go_on).
    pub fn cut_short(&mut self) -> Option<&CutShort> {
        if !self.current.cut_short {
            let most = (self.view.dragging || self.scrubbing).then_some(DRAGGED);
            let (phi, lane, setting) = (&*self.phi, Some(self.lane), self.view.setting);
            self.cutting = self.study.cutting(&CutShortRequest { phi, w: None, lane, setting, most });
            if self.cutting.is_none()
                || self.cut_short.as_ref().is_some_and(|old| old.names.len() != phi.len())
            {
                self.cut_short = None;
            }
            self.current.cut_short = true;
            self.cut_on();
        } else if self.pace.is_none() {
            self.cut_on();
        }
        self.cut_short.as_ref()
    }

    /// Goes on with an inner loop that is being looked at; says whether that is all there now.
    pub(super) fn cut_on(&mut self) -> bool {
        let Some(mut cutting) = self.cutting.take() else { return false };
        let done = self.study.cut_on(&mut cutting, &mut Pace::of(self.pace));
        if done {
            self.cut_short = Some(cutting.found);
        } else {
            self.cutting = Some(cutting);
        }
        done
    }

    /// The truncated Neumann series shown: the one chosen, or the document's, or a usual one.
    pub fn setting(&mut self) -> Option<NeumannSetting> {
        self.spectrum();
        self.drawn_setting()
    }

    /// The same for the spectrum made last, however old.
    pub fn drawn_setting(&self) -> Option<NeumannSetting> {
        let own = self.view.setting.or_else(|| self.study.neumann_setting(self.lane));
        own.or_else(|| self.spectrum.as_ref().map(Spectrum::usual_setting))
    }

    /// Shows another series; `None` for the document's again.
    pub fn choose_setting(&mut self, setting: Option<NeumannSetting>) {
        self.view.setting = setting;
        self.current.cut_short = false;
    }

    /// The document with the series shown in the lane looked at; `None` if that uses none.
    pub fn with_setting(&mut self) -> Option<Json> {
        let setting = self.setting()?;
        let mut edited = self.document.clone();
        edit::use_series(&mut edited, self.lane, &setting).then_some(edited)
    }

    /// The inner loop that was looked at last, however old.
    pub fn drawn_cut_short(&self) -> Option<&CutShort> {
        self.cut_short.as_ref()
    }
}
