//! Moments of a lane as marks in its panel: a tick across the zero line for what crosses it, one at the top where the
//! lane ended before its time, each with a word where there is room.

use super::Lane;
use super::frame::Panel;
use super::scale::Scale;
use super::sheet::{Anchor, Sheet};
use crate::events::{Event, EventKind};
use crate::lang::{self, t};
use crate::status::StopReason;

/// Ticks of a panel at most: the last ones of each task come first.
const MOST: usize = 6;
/// Half the length of a tick in CSS pixels.
const REACH: f64 = 5.0;

/// Marks the moments of `kinds`, and an early end. Weights have the names that `name` gives.
pub fn mark(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    lane: &Lane,
    kinds: &[EventKind],
    name: impl Fn(usize) -> String,
) {
    for event in chosen(lane.events, kinds) {
        if let (Some(k), true) = (event.task, scale.holds(0.0)) {
            tick(sheet, panel, panel.y(scale, 0.0), event, k, &name(k));
        }
    }
    for event in lane.events {
        if let EventKind::Ended(reason) = event.kind
            && reason != StopReason::Finished
        {
            end(sheet, panel, event.step, lang::text(reason.word()));
        }
    }
}

/// The latest of each task, then the ones before, up to a few.
fn chosen<'a>(events: &'a [Event], kinds: &[EventKind]) -> Vec<&'a Event> {
    let wanted = |event: &&Event| kinds.contains(&event.kind) && event.task.is_some();
    let mut ranked: Vec<(usize, &Event)> = Vec::new();
    for event in events.iter().rev().filter(wanted) {
        let later = ranked.iter().filter(|(_, other)| other.task == event.task).count();
        ranked.push((later, event));
    }
    ranked.sort_by_key(|(later, _)| *later);
    ranked.into_iter().take(MOST).map(|(_, event)| event).collect()
}

fn tick(sheet: &mut Sheet, panel: &Panel, zero: f64, event: &Event, task: usize, name: &str) {
    let theme = sheet.view.theme;
    let (rgb, reach) = (theme.task(task), sheet.px(REACH));
    let x = panel.span.pixel(event.step as f64).round();
    sheet.post(x, zero - reach, zero + reach, theme.curve, rgb);
    let set = sheet.plain(rgb);
    let words = match event.kind {
        EventKind::Grows => t!("{weight} grows", weight = name),
        EventKind::Shrinks => t!("{weight} shrinks", weight = name),
        EventKind::Leaves => t!("{weight} leaves 0", weight = name),
        // The heading tells of zeros; where a sign flutters there is no room, and the ribbon shows it.
        _ => return,
    };
    // Above the line, or else below, as far as the plot reaches; towards the middle.
    let places = [zero - reach - 0.7 * set.size, zero + reach + 0.7 * set.size];
    let right = x < (panel.plot.left + panel.plot.right) / 2.0;
    let (side, anchor) = if right { (1.0, Anchor::Start) } else { (-1.0, Anchor::End) };
    for y in places.into_iter().filter(|&y| y > panel.plot.top && y < panel.plot.bottom) {
        if sheet.text((x + side * sheet.px(3.0), y), anchor, set, &words) {
            return;
        }
    }
}

fn end(sheet: &mut Sheet, panel: &Panel, step: u64, word: &str) {
    let theme = sheet.view.theme;
    let x = panel.span.pixel(step as f64).round();
    let set = sheet.plain(theme.muted);
    sheet.post(x, panel.plot.top, panel.plot.top + 1.5 * set.size, theme.curve, theme.muted);
    let at = (x + sheet.px(4.0), panel.plot.top + 0.7 * set.size);
    if at.0 + set.width(word) <= panel.edge {
        sheet.text(at, Anchor::Start, set, word);
    }
}
