//! The sign dissection: `∇L_A`, `H⁻¹∇L_A`, the tasks' gradients, and on which side a weight grows.

use super::super::axes::{self, Axes};
use super::super::sheet::{Anchor, Sheet, Type};
use super::super::text::{self, list};
use crate::lang::{t, tr};
use crate::sampled::{Dissection, Plane, TaskSign};

/// Length of an arrow in the lesser side of the plot; those of tasks are a little shorter.
const LENGTH: f64 = 0.26;
const TASK: f64 = 0.8;
/// Tasks up to which each has an arrow, and how many have one where there are more.
const FEW: usize = 6;
const SOME: usize = 3;

/// A direction on the screen, if there is one.
type Way = Option<(f64, f64)>;

/// Unit vector on the screen of a direction in the plane (rows of pixels grow downwards).
fn unit((x, y): (f64, f64)) -> Way {
    let size = libm::hypot(x, y);
    (size > 0.0 && size.is_finite()).then(|| (x / size, -y / size))
}

/// Screen directions of `∇L_A` and `H⁻¹∇L_A`.
fn directions(plane: &Plane, dissection: &Dissection) -> (Way, Way) {
    let project = |v: &[f64]| unit(plane.frame.project_vector(v));
    (project(&dissection.outer_gradient), dissection.newton.as_deref().and_then(project))
}

/// The direction that decides: between the two as far as the picture has turned.
fn deciding(plane: &Plane, dissection: &Dissection) -> Way {
    let (g, p) = directions(plane, dissection);
    let (Some(g), Some(p)) = (g, p) else { return if dissection.turn <= 0.0 { g } else { p } };
    let turn = dissection.turn.clamp(0.0, 1.0);
    let mixed = (g.0 + turn * (p.0 - g.0), g.1 + turn * (p.1 - g.1));
    unit((mixed.0, -mixed.1))
}

/// The line that parts the gradients by their sign, combed on the side where weights grow. Only where
/// the plane is all of W: a projection does not keep signs.
pub fn half_plane(sheet: &mut Sheet, axes: &Axes, plane: &Plane, dissection: &Dissection) {
    let at = axes.pixel(dissection.at);
    let (Some(d), true) = (deciding(plane, dissection), plane.frame.n() == 2 && axes.holds(at)) else {
        return;
    };
    let theme = sheet.view.theme;
    let along = (-d.1, d.0);
    let reach = axes.plot.width() + axes.plot.height();
    let on = |s: f64, t: f64| (at.0 + s * along.0 + t * d.0, at.1 + s * along.1 + t * d.1);
    axes.line(sheet, &[on(-reach, 0.0), on(reach, 0.0)], 1.5 * theme.hairline, theme.grows, &[]);
    let (gap, tooth) = (sheet.px(9.0), sheet.px(7.0));
    let count = (reach / gap) as i32;
    for i in -count..=count {
        let s = f64::from(i) * gap;
        axes.line(sheet, &[on(s, 0.0), on(s, tooth)], theme.hairline, theme.grows, &[]);
    }
    let set = sheet.plain(theme.grows);
    // Away from the arrows, towards whichever end of the line is in the plot; as far from it as the words need to
    // stand wholly on their side, beyond the combs.
    let shares = [0.36, -0.36, 0.25, -0.25, 0.12, -0.12];
    let _ = side(dissection.turn).iter().any(|words| {
        let (w, h) = (0.5 * set.width(words), 0.75 * set.size);
        let off = w * d.0.abs() + h * d.1.abs() + tooth + sheet.px(3.0);
        shares.iter().any(|share| {
            let (x, y) = on(share * axes.plot.width(), off);
            let corners = [(x - w, y - h), (x + w, y + h)];
            corners.iter().all(|&corner| axes.holds(corner))
                && sheet.label((x, y), Anchor::Middle, set, words)
        })
    });
}

/// What the side of the combs means, by how far the picture has turned; the longest wording first.
fn side(turn: f64) -> [&'static str; 2] {
    match Picture::of(turn) {
        Picture::Euclidean => {
            let whole = tr!("gradients on this side: the plain cosine says that the weight grows");
            [whole, tr!("plain cosine: grows")]
        }
        Picture::Between => {
            [tr!("between plain cosine and implicit sign: no verdict"), tr!("in between: no verdict")]
        }
        Picture::Implicit => [tr!("gradients on this side: the weight grows"), tr!("the weight grows")],
    }
}

/// Which picture is shown.
#[derive(Clone, Copy)]
enum Picture {
    /// `∇L_A` decides: the plain cosine.
    Euclidean,
    /// On the way: what lies on either side says nothing.
    Between,
    /// `H⁻¹∇L_A` decides: the implicit sign.
    Implicit,
}

impl Picture {
    fn of(turn: f64) -> Self {
        match turn {
            t if t <= 0.0 => Self::Euclidean,
            t if t < 1.0 => Self::Between,
            _ => Self::Implicit,
        }
    }
}

/// The arrows, all from W; lengths say nothing.
pub fn arrows(sheet: &mut Sheet, axes: &Axes, plane: &Plane, dissection: &Dissection) {
    let theme = sheet.view.theme;
    let at = axes.pixel(dissection.at);
    let reach = LENGTH * axes.plot.width().min(axes.plot.height());
    let tip = |d: (f64, f64), length: f64| (at.0 + length * d.0, at.1 + length * d.1);
    let away = sheet.px(7.0);
    let (g, p) = directions(plane, dissection);
    let mut labels = Vec::new();
    for (k, task) in shown(dissection) {
        let Some(d) = unit(plane.frame.project_vector(&task.gradient)) else { continue };
        if let Some(end) = axes.arrow(sheet, at, tip(d, TASK * reach), theme.task(k), &[]) {
            let name = match dissection.of_network {
                true => task.name.clone(),
                false => format!("∇ℓ {}", task.name),
            };
            labels.push((end, theme.task(k), shown_fate(name, task, dissection.turn)));
        }
    }
    if let Some(end) = g.and_then(|d| axes.arrow(sheet, at, tip(d, reach), theme.ink, &[5.0, 3.0])) {
        labels.push((end, theme.ink, "∇L_A".to_owned()));
    }
    if let Some(end) = p.and_then(|d| axes.arrow(sheet, at, tip(d, reach), theme.ink, &[])) {
        labels.push((end, theme.ink, "H⁻¹∇L_A".to_owned()));
    }
    for (end, ..) in &labels {
        clear(sheet, at, *end);
    }
    for (end, rgb, words) in labels {
        let set = Type { bold: rgb == theme.ink, ..sheet.plain(rgb) };
        axes.label(sheet, end, away, set, &words);
    }
}

/// The tasks that have arrows: all, or of many some whose signs disagree, or else the first.
fn shown(dissection: &Dissection) -> Vec<(usize, &TaskSign)> {
    let all = dissection.tasks.iter().enumerate();
    if dissection.tasks.len() <= FEW {
        return all.collect();
    }
    let disagreeing: Vec<_> = all.clone().filter(|(_, task)| task.disagrees()).take(SOME).collect();
    if disagreeing.is_empty() { all.take(SOME).collect() } else { disagreeing }
}

/// Keeps labels off an arrow: the ground of one would hide it.
fn clear(sheet: &mut Sheet, from: (f64, f64), to: (f64, f64)) {
    let length = libm::hypot(to.0 - from.0, to.1 - from.1);
    let count = (length / sheet.px(6.0)).ceil().max(1.0);
    for i in 0..=count as usize {
        let share = i as f64 / count;
        let on = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
        sheet.keep_clear(on, sheet.px(2.0));
    }
}

/// A name, and what the weight does by the implicit sign.
fn fate(name: String, task: &TaskSign) -> String {
    match (task.known(), task.alignment) {
        (Some(a), _) if a > 0.0 => t!("{task}: grows", task = name),
        (Some(_), _) => t!("{task}: shrinks", task = name),
        (None, Some(_)) => t!("{task}: zero here, no sign", task = name),
        (None, None) => name,
    }
}

/// A name, and what the picture that is shown says of the weight: in the Euclidean one that is the plain cosine.
fn shown_fate(name: String, task: &TaskSign, turn: f64) -> String {
    match (Picture::of(turn), task.cosine) {
        (Picture::Euclidean, Some(c)) if c > 0.0 => t!("{task}: plain cosine: grows", task = name),
        (Picture::Euclidean, Some(c)) if c < 0.0 => t!("{task}: plain cosine: shrinks", task = name),
        (Picture::Euclidean | Picture::Between, _) => name,
        (Picture::Implicit, _) => fate(name, task),
    }
}

/// What the signs come to, in words under the heading; loudly where the plain cosine is wrong. Returns
/// the height for it, always the same: what is dragged must not jump when the verdict changes.
pub fn verdict(sheet: &mut Sheet, plane: &Plane, (left, top): (f64, f64), room: f64) -> f64 {
    let size = sheet.px(sheet.view.theme.type_size);
    let height = 2.0 * size;
    let Some(dissection) = &plane.dissection else { return height };
    if let Some(task) = dissection.disagreeing().next() {
        let others = dissection.disagreeing().count() - 1;
        axes::badge(sheet, (left, top + size), room, &disagreement(sheet, task, others));
        return height;
    }
    let words = whole_verdict(dissection);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let set = sheet.plain(sheet.view.theme.muted);
    sheet.first_that_fits((left, top + 0.75 * size), Anchor::Start, set, &words, room);
    height
}

/// The verdict where no signs disagree, the longest wording first.
fn whole_verdict(dissection: &Dissection) -> Vec<String> {
    let any = dissection.tasks.iter().any(|task| task.known().is_some());
    let short = match dissection.newton {
        Some(_) if any && dissection.unclear().next().is_some() => {
            let which = no_clear_sign(dissection);
            let whole = t!("{verdict} · {signs}", verdict = which, signs = signs(dissection));
            return vec![whole, which, tr!("no clear sign").to_owned()];
        }
        Some(_) if any => tr!("plain cosine and implicit sign agree"),
        Some(_) => tr!("every a is numerically zero: no sign"),
        None => tr!("H is singular: no alignment"),
    };
    vec![signs(dissection), short.to_owned()]
}

/// Whose signs are too near zero; of many how many.
fn no_clear_sign(dissection: &Dissection) -> String {
    let names: Vec<String> = dissection.unclear().map(|task| task.name.clone()).collect();
    match names.len() {
        count if count > SOME => {
            t!("no clear sign for {count} of {all}", count = count, all = dissection.tasks.len())
        }
        _ => t!("no clear sign for {tasks}", tasks = list(&names)),
    }
}

fn disagreement(sheet: &Sheet, task: &TaskSign, others: usize) -> [String; 4] {
    let (cosine, a) = (task.cosine.unwrap_or(0.0), task.alignment.unwrap_or(0.0));
    let says = |x: f64| if x > 0.0 { tr!("grow") } else { tr!("shrink") };
    let size = sheet.px(sheet.view.theme.type_size);
    let named = |name: &str| match others {
        0 => name.to_owned(),
        _ => t!("{task} (and {count} more)", task = name, count = others),
    };
    let (whole, short) = (named(&task.name), named(&text::fit(&task.name, size, true, 8.0 * size)));
    [
        t!(
            "Signs disagree for {task}: plain cosine {cosine} says {one}, the implicit gradient a = {a} says {other}",
            task = whole,
            cosine = text::value(cosine),
            one = says(cosine),
            a = text::value(a),
            other = says(a)
        ),
        t!(
            "{task}: cosine says {one}, the implicit sign {other}",
            task = whole,
            one = says(cosine),
            other = says(a)
        ),
        t!("{task}: signs disagree", task = short),
        tr!("signs disagree").to_owned(),
    ]
}

/// Each task's sign with its numbers.
fn signs(dissection: &Dissection) -> String {
    let word = |task: &TaskSign| {
        let numbers = [
            task.known().map(|a| format!("a = {}", text::value(a))),
            task.cos_h.filter(|_| task.known().is_some()).map(|c| format!("cos_H {}", text::value(c))),
            task.cosine.map(|c| t!("plain cosine {cosine}", cosine = text::value(c))),
        ];
        let numbers: Vec<String> = numbers.into_iter().flatten().collect();
        let sign = fate(task.name.clone(), task);
        match &numbers[..] {
            [] => sign,
            some => t!("{sign} ({numbers})", sign = sign, numbers = some.join(tr!(", "))),
        }
    };
    let mut words: Vec<String> = dissection.tasks.iter().take(FEW).map(word).collect();
    if let more @ 1.. = dissection.tasks.len().saturating_sub(FEW) {
        words.push(t!("{count} more", count = more));
    }
    words.join(tr!("; "))
}

/// The signs in sentences.
pub fn describe(plane: &Plane) -> String {
    let Some(dissection) = &plane.dissection else { return String::new() };
    let curvature = match (&dissection.newton, dissection.definite) {
        (None, _) => tr!(" H is singular there: no alignment exists."),
        (_, false) => tr!(" H is indefinite there."),
        _ => "",
    };
    let names: Vec<String> = dissection.disagreeing().map(|task| task.name.clone()).collect();
    let verdict = match &names[..] {
        [] => String::new(),
        some => t!(" Plain cosine and implicit sign disagree for {tasks}.", tasks = list(some)),
    };
    let any = dissection.tasks.iter().any(|task| task.known().is_some());
    let unclear = match dissection.unclear().next() {
        Some(_) if any => t!(" There is {verdict}.", verdict = no_clear_sign(dissection)),
        _ => String::new(),
    };
    t!(" Signs: {signs}.", signs = signs(dissection)) + curvature + &verdict + &unclear
}
