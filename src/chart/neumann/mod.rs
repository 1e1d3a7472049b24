//! The Neumann lab: what the truncated series makes of each eigenvalue, its error against the number
//! of terms, and a map of what every setting is worth.

mod error;
mod filter;
mod map;

use super::axes;
use super::sheet::{Rect, Sheet};
use super::text;
use super::{Drawn, View, frame};
use crate::lang::{t, tr};
use crate::sampled::{NeumannSetting, NothingKnown, Phase, Spectrum};

/// Narrowest panel that may stand beside others, in CSS pixels at ordinary type size.
const MIN_WIDTH: f64 = 235.0;
/// Height of a panel.
const PANEL: f64 = 250.0;
/// Height of the words above them.
const WORDS: f64 = 62.0;
/// Terms that the axes reach at least, and at most.
const TERMS: (usize, usize) = (24, 400);

fn columns(view: &View, width: f64) -> usize {
    if width >= 3.0 * MIN_WIDTH * view.theme.type_size / 12.0 { 3 } else { 1 }
}

/// See [`SampledKind::height`](super::SampledKind::height).
pub fn height(view: &View, width: f64) -> f64 {
    let rows = 3 / columns(view, width);
    (WORDS + PANEL * rows as f64) * view.theme.type_size / 12.0
}

/// `J` at the end of the axes: twice the present one, or enough to see the series settle. Axes stay where they are
/// under what is dragged.
fn last_term(view: &View, setting: &NeumannSetting) -> usize {
    (2 * view.held_series.unwrap_or(*setting).terms).clamp(TERMS.0, TERMS.1)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, spectrum: &Spectrum, setting: &NeumannSetting) -> Drawn {
    let sound = setting.alpha > 0.0 && setting.alpha.is_finite() && setting.damping.is_finite();
    if spectrum.eigenvalues.is_empty() || !sound {
        return frame::say(sheet, &[tr!("No spectrum to show"), tr!("No spectrum")]);
    }
    let canvas = sheet.canvas;
    let area = Rect { left: canvas.left + sheet.px(8.0), right: canvas.right - sheet.px(12.0), ..canvas };
    let short = format!("{} · {}", setting_words(setting), worth(spectrum, setting, 1));
    let lines = [vec![in_words(spectrum, setting), short, setting_words(setting)]];
    let top = axes::heading(sheet, area, tr!("The truncated Neumann series"), &lines);
    let top = top + warn(sheet, spectrum, setting, (area.left, top), area.width());
    let count = columns(sheet.view, canvas.width() / sheet.view.pixel_ratio);
    let gap = sheet.px(22.0);
    let (width, height) = (
        (area.width() - gap * (count - 1) as f64) / count as f64,
        (canvas.bottom - top) / (3 / count) as f64,
    );
    if width < sheet.px(120.0) || height < sheet.px(110.0) {
        return frame::say(sheet, &[tr!("Too small for the Neumann lab"), tr!("Too small")]);
    }
    let panel = |i: usize| {
        let (column, row) = ((i % count) as f64, (i / count) as f64);
        let (left, top) = (area.left + column * (width + gap), top + row * height);
        Rect { left, right: left + width, top, bottom: top + height }
    };
    let planes = vec![
        filter::compose(sheet, panel(0), spectrum, setting).drawn(),
        error::compose(sheet, panel(1), spectrum, setting).drawn(),
        map::compose(sheet, panel(2), spectrum, setting).drawn(),
    ];
    Drawn { planes, ..Drawn::default() }
}

/// The plot of a panel under its title, given the room left of it.
fn plot(sheet: &mut Sheet, panel: Rect, title: &[&str], left: f64) -> Rect {
    let set = super::sheet::Type { bold: true, ..sheet.plain(sheet.view.theme.ink) };
    let y = panel.top + set.size;
    sheet.first_that_fits((panel.left, y), super::sheet::Anchor::Start, set, title, panel.width());
    Rect {
        left: (panel.left + left).round(),
        top: (y + 2.1 * set.size).round(),
        right: panel.right.round(),
        bottom: (panel.bottom - axes::below_room(sheet)).round(),
    }
}

/// `J = 3, α = 0.10`.
fn setting_words(setting: &NeumannSetting) -> String {
    let mut parts = vec![format!("J = {}", setting.terms), format!("α = {}", text::value(setting.alpha))];
    if setting.damping > 0.0 {
        parts.push(t!("damping {damping}", damping = text::value(setting.damping)));
    }
    if setting.official {
        parts.push(tr!("official scaling (1/α times as much)").to_owned());
    }
    parts.join(tr!(", "))
}

/// The setting, the spectrum and what it comes to.
fn in_words(spectrum: &Spectrum, setting: &NeumannSetting) -> String {
    let (least, most) = spectrum.extremes();
    let range = match spectrum.eigenvalues.len() {
        1 => format!("λ = {}", text::value(least)),
        n => t!(
            "{count} eigenvalues from {least} to {most}",
            count = n,
            least = text::value(least),
            most = text::value(most)
        ),
    };
    let worth = worth(spectrum, setting, 0);
    format!("{} · {range} · {worth}{}", setting_words(setting), without_sign(spectrum))
}

/// What a setting comes to, or in which wording there is nothing to compare it with.
fn worth(spectrum: &Spectrum, setting: &NeumannSetting, wording: usize) -> &'static str {
    match (spectrum.phase(setting), nothing(spectrum)) {
        (Some(phase), _) => phase.words(),
        (None, Some(wordings)) => wordings[wording],
        (None, None) => tr!("nothing to compare with"),
    }
}

/// Why there is nothing to compare an estimate with, the longest wording first; `None` if there is something.
fn nothing(spectrum: &Spectrum) -> Option<[&'static str; 3]> {
    let one = spectrum.tasks.len() == 1;
    Some(match spectrum.nothing_known()? {
        NothingKnown::Singular => {
            [tr!("H is singular: nothing exact to compare with"), tr!("H is singular"), tr!("singular")]
        }
        NothingKnown::Zero if one => [
            tr!("a is numerically zero here: no sign to compare with"),
            tr!("a is numerically zero"),
            tr!("a is zero"),
        ],
        NothingKnown::Zero => [
            tr!("every a is numerically zero here: no sign to compare with"),
            tr!("every a is numerically zero"),
            tr!("all a zero"),
        ],
    })
}

/// Which tasks have no sign where others have one: `; a of helpful is numerically zero`.
fn without_sign(spectrum: &Spectrum) -> String {
    let tasks = spectrum.tasks.iter().enumerate();
    let zero = tasks.filter(|(k, _)| spectrum.exact(*k).is_some() && spectrum.known(*k).is_none());
    let names: Vec<&str> = zero.map(|(_, task)| task.name.as_str()).collect();
    match (&names[..], spectrum.tasks.len()) {
        ([], _) => String::new(),
        (zero, all) if zero.len() == all => String::new(),
        ([one], _) => t!("; a of {task} is numerically zero", task = one),
        (zero, all) => t!("; {zero} of {all} a are numerically zero", zero = zero.len(), all = all),
    }
}

/// Says in the middle of a plot's lower or upper half, whichever wording fits, why nothing is compared there.
fn say_nothing(sheet: &mut Sheet, plot: Rect, share: f64, spectrum: &Spectrum) {
    let Some(wordings) = nothing(spectrum) else { return };
    let set = sheet.plain(sheet.view.theme.muted);
    let middle = (0.5 * (plot.left + plot.right), plot.top + share * plot.height());
    let room = plot.width() - sheet.px(8.0);
    let _ = wordings.into_iter().any(|words| {
        set.width(words) <= room && sheet.label(middle, super::sheet::Anchor::Middle, set, words)
    });
}

/// Why the series diverges, most precise wording first; nothing if it does not.
fn warning(spectrum: &Spectrum, setting: &NeumannSetting) -> Option<[String; 3]> {
    let (least, _) = spectrum.extremes();
    let short = tr!("the series diverges").to_owned();
    if least + setting.damping <= 0.0 {
        let (value, cure) = (text::value(least), text::value(-least));
        let whole = match least < 0.0 {
            true => t!(
                "H has a negative eigenvalue, λ = {value}: the series diverges; damping above {cure} cures it",
                value = value,
                cure = cure
            ),
            false => t!(
                "H has a zero eigenvalue, λ = {value}: the series diverges; damping above {cure} cures it",
                value = value,
                cure = cure
            ),
        };
        return Some([whole, t!("λ = {value}: the series diverges", value = value), short]);
    }
    let limit = spectrum.alpha_limit(setting.damping).filter(|&limit| setting.alpha >= limit)?;
    let (alpha, limit) = (text::value(setting.alpha), text::value(limit));
    Some([
        t!(
            "α = {alpha} is not below 2/λ_max = {limit}: the series diverges, more terms make it worse",
            alpha = alpha,
            limit = limit
        ),
        t!("α = {alpha} ≥ 2/λ_max = {limit}: diverges", alpha = alpha, limit = limit),
        short,
    ])
}

/// Warns loudly; returns the height for it, always the same: what is dragged must not jump.
fn warn(
    sheet: &mut Sheet,
    spectrum: &Spectrum,
    setting: &NeumannSetting,
    (left, top): (f64, f64),
    room: f64,
) -> f64 {
    let size = sheet.px(sheet.view.theme.type_size);
    if let Some(words) = warning(spectrum, setting) {
        axes::badge(sheet, (left, top + size), room, &words);
    }
    2.2 * size
}

/// The text alternative; see [`SampledChart::describe`](super::SampledChart::describe).
pub fn describe(spectrum: &Spectrum, setting: &NeumannSetting) -> String {
    if spectrum.eigenvalues.is_empty() {
        return tr!("The truncated Neumann series. No spectrum to show.").to_owned();
    }
    let mut words = t!("The truncated Neumann series: {words}.", words = in_words(spectrum, setting));
    if let Some([why, ..]) = warning(spectrum, setting) {
        words.push_str(&t!(" {words}.", words = why));
    }
    for (k, task) in spectrum.tasks.iter().enumerate().take(TASKS) {
        words.push_str(&of_task(spectrum, setting, k, &task.name));
    }
    let converging = NeumannSetting { terms: 0, ..*setting };
    if spectrum.converges(&converging) && nothing(spectrum).is_none() {
        let mut judge = spectrum.judge();
        let good =
            |terms: &usize| judge.phase(&NeumannSetting { terms: *terms, ..*setting }) == Some(Phase::Good);
        match (0..=TERMS.1).find(good) {
            Some(terms) => words.push_str(&t!(" Good from J = {terms} on.", terms = terms)),
            None => words.push_str(&t!(" Not good for any J up to {terms}.", terms = TERMS.1)),
        }
    }
    words
}

/// What the series makes of a task's alignment.
fn of_task(spectrum: &Spectrum, setting: &NeumannSetting, k: usize, name: &str) -> String {
    let value = |a: Option<f64>| a.map_or(tr!("none").to_owned(), text::value);
    let exact = match (spectrum.exact(k), spectrum.known(k)) {
        (Some(_), None) => tr!("numerically zero").to_owned(),
        (exact, _) => value(exact),
    };
    let estimate = value(spectrum.estimate(k, setting));
    let told = t!("estimate {estimate}, exact {exact}", estimate = estimate, exact = exact);
    let told = match (spectrum.sign_agrees(k, setting), spectrum.exact(k)) {
        (Some(true), _) => t!("{values}, the sign agrees", values = told),
        (Some(false), _) => t!("{values}, the sign is wrong", values = told),
        (None, Some(_)) => t!("{values}, there is no sign to compare with", values = told),
        (None, None) => told,
    };
    t!(" {lane}: {words}.", lane = name, words = told)
}

/// Tasks that are told and drawn one by one.
const TASKS: usize = 6;
