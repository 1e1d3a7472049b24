//! The plane of W: shades of `L_T(·; φ)`, lines of `L_A`, optima, the lanes' paths and best
//! responses, the ellipse of `H`, and the signs taken apart.

mod line;
pub(super) mod places;
mod signs;

use super::axes::{self, Axes, Names};
use super::levels;
use super::scale::Scale;
use super::sheet::{Rect, Sheet};
use super::text::{self, list};
use super::{Drawn, Lane, View, frame};
use crate::lang::{t, tr};
use crate::sampled::{Plane, Through};

/// Levels of `L_T`, and of `L_A`.
const SHADES: usize = 11;
const LINES: usize = 7;

/// Components of φ that are told one by one.
const FEW: usize = 4;
/// Coordinates this small beside what is shown are told as zero.
const UNSEEN: f64 = 1e-6;

/// See [`SampledKind::height`](super::SampledKind::height).
pub fn height(view: &View, width: f64) -> f64 {
    let enlarged = view.theme.type_size / 12.0;
    (0.62 * width + 90.0 * enlarged).min(620.0 * enlarged)
}

/// Width over height of the plot, about, on a canvas of this size.
pub fn aspect(view: &View, width: f64, height: f64) -> f64 {
    let enlarged = view.theme.type_size / 12.0;
    let (width, height) = (width - 60.0 * enlarged, height - 122.0 * enlarged);
    (width.max(60.0) / height.max(60.0)).clamp(0.25, 4.0)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, plane: &Plane, lanes: &[Lane]) -> Drawn {
    if !plane.frame.is_plane() {
        return line::compose(sheet, plane, lanes);
    }
    let Some(axes) = lay_out(sheet, plane) else {
        return frame::say(sheet, &[tr!("Too small for the plane of W"), tr!("Too small")]);
    };
    let (Some(training), Some(outer)) = (plane.training.range(), plane.outer.range()) else {
        return frame::say(sheet, &[tr!("The losses have no finite values here"), tr!("No finite values")]);
    };
    let shades = levels::rings(&axes, &plane.training, &levels::levels(training, SHADES));
    levels::fill(sheet, &axes, &plane.training, &shades);
    let theme = sheet.view.theme;
    let thin = (theme.hairline, theme.muted);
    let lines = levels::rings(&axes, &plane.outer, &levels::levels(outer, LINES));
    levels::lines(sheet, &axes, &lines, thin, &[5.0, 5.0]);
    places::ellipse(sheet, &axes, plane);
    places::selected(sheet, &axes, plane);
    places::responses(sheet, &axes, plane);
    places::paths(sheet, &axes, plane, lanes);
    places::keep_clear(sheet, &axes, plane, lanes);
    if let Some(dissection) = &plane.dissection {
        signs::half_plane(sheet, &axes, plane, dissection);
        signs::arrows(sheet, &axes, plane, dissection);
    }
    places::optima(sheet, &axes, plane);
    places::start(sheet, &axes, plane.start);
    places::ends(sheet, &axes, plane, lanes);
    axes.numbers(sheet, &names(plane));
    Drawn { planes: vec![axes.drawn()], ..Drawn::default() }
}

/// Writes the heading and divides what is left; `None` if that is too little.
fn lay_out(sheet: &mut Sheet, plane: &Plane) -> Option<Axes> {
    let area = margins(sheet);
    let lines = [which(plane), key().map(str::to_owned).to_vec()];
    let mut top = axes::heading(sheet, area, tr!("The plane of W"), &lines);
    top += signs::verdict(sheet, plane, (area.left, top), area.width());
    let set = sheet.px(sheet.view.theme.type_size);
    let room = Rect { top: top + 0.9 * set, ..area };
    let below = axes::below_room(sheet);
    // Numbers first: their width decides where the plot begins.
    let wanted = |length: f64| (length / (5.0 * set)).clamp(1.0, 8.0);
    let y = Scale::exact(plane.bounds.y, wanted(1.6 * room.height()));
    let x = Scale::exact(plane.bounds.x, wanted(room.width()));
    let left = room.left + axes::left_room(sheet, &y, names(plane).y);
    let space = Rect { left, bottom: room.bottom - below, ..room };
    let plot = fitted(space, plane.bounds.size())?;
    (plot.width() >= sheet.px(60.0) && plot.height() >= sheet.px(60.0)).then_some(Axes { plot, x, y })
}

/// The canvas without its margins.
fn margins(sheet: &Sheet) -> Rect {
    let (side, canvas) = (sheet.px(8.0), sheet.canvas);
    Rect { left: canvas.left + side, right: canvas.right - sheet.px(14.0), ..canvas }
}

/// The largest plot of these proportions: one unit is as long in both directions, so that right
/// angles are right. It stands at the left.
fn fitted(space: Rect, (width, height): (f64, f64)) -> Option<Rect> {
    let scale = (space.width() / width).min(space.height() / height);
    let (left, top) = (space.left.round(), space.top.round());
    let plot =
        Rect { left, top, right: left + (scale * width).floor(), bottom: top + (scale * height).floor() };
    (scale > 0.0 && scale.is_finite()).then_some(plot)
}

/// What stands for what, the longest wording first.
fn key() -> [&'static str; 4] {
    [
        tr!(
            "shades: L_T, the stronger the higher · dashed lines: L_A · dotted: W*(φ) along each lane · ellipse: dᵀHd constant"
        ),
        tr!("shades: L_T, the stronger the higher · dashed lines: L_A · dotted: W*(φ) · ellipse: H"),
        tr!("shades: L_T · dashed lines: L_A · dotted: W*(φ) · ellipse: H"),
        tr!("shades: L_T · dashed: L_A"),
    ]
}

/// `at φ = (0.50, 1.0)`; of many components how many.
fn at_phi(plane: &Plane) -> String {
    let values: Vec<String> = plane.phi.iter().map(|&p| text::value(p)).collect();
    match &values[..] {
        [one] => t!("at φ = {phi}", phi = one),
        few if few.len() <= FEW => t!("at φ = {phi}", phi = format!("({})", few.join(", "))),
        many => t!("at φ of {count} components", count = many.len()),
    }
}

/// What the plane is.
fn explained(plane: &Plane) -> String {
    match plane.frame.passes() {
        Through::All => tr!("both parameters").to_owned(),
        Through::Points(names) => t!(
            "of R^{n}, the plane through {places}; the rest is projected",
            n = plane.frame.n(),
            places = list(names)
        ),
    }
}

/// φ, and which plane it is, the longest wording first: of more than two parameters the shortest one says so too.
fn which(plane: &Plane) -> Vec<String> {
    let (phi, n) = (at_phi(plane), plane.frame.n());
    let whole = format!("{phi} · {}", explained(plane));
    match plane.frame.passes() {
        Through::All => vec![whole, phi],
        Through::Points(_) => vec![
            whole,
            t!("{phi} · a plane in R^{n}, the rest projected", phi = phi, n = n),
            t!("{phi} · a plane in R^{n}", phi = phi, n = n),
            t!("a plane in R^{n}, the rest projected", n = n),
            t!("a plane in R^{n}", n = n),
        ],
    }
}

fn names(plane: &Plane) -> Names<'static> {
    match plane.frame.passes() {
        Through::All => Names { x: "W_1", y: "W_2" },
        Through::Points(_) => Names { x: "u", y: "v" },
    }
}

/// The text alternative; see [`SampledChart::describe`](super::SampledChart::describe).
pub fn describe(plane: &Plane, lanes: &[Lane], view: &View) -> String {
    let mut words = t!("The plane of W {phi}: {which}.", phi = at_phi(plane), which = explained(plane));
    // A place that rounding alone keeps from zero is at zero.
    let unseen = UNSEEN * plane.bounds.size().0.abs();
    let value = |x: f64| text::value(if x.abs() < unseen { 0.0 } else { x });
    let place = |(x, y): (f64, f64)| match plane.frame.is_plane() {
        true => format!("({}, {})", value(x), value(y)),
        false => value(x),
    };
    let optima = plane.optima.iter().map(|optimum| {
        let told = format!("{} {}", optimum.name, place(optimum.at));
        if optimum.in_plane { told } else { t!("{optimum}, projected", optimum = told) }
    });
    let optima: Vec<String> = optima.collect();
    words.push_str(&match &optima[..] {
        [] => tr!(" No loss has an optimum of its own.").to_owned(),
        some => t!(" Optima: {optima}.", optima = list(some)),
    });
    words.push_str(&match plane.response {
        Some(at) => t!(" W*(φ) is at {place}.", place = place(at)),
        None => tr!(" There is no unique best response.").to_owned(),
    });
    let step = view.cursor.filter(|step| step.is_finite()).map(|step| text::number(step, 0));
    for lane in lanes {
        let Some(at) = places::last_w(plane, lane, view.cursor).map(place) else { continue };
        words.push_str(&match &step {
            Some(step) => {
                t!(" {lane} at step {step} is at {place}.", lane = lane.label, step = step, place = at)
            }
            None => t!(" {lane} ends at {place}.", lane = lane.label, place = at),
        });
    }
    words + &signs::describe(plane)
}
