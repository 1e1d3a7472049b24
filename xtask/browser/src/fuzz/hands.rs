//! What users do through the browser itself: trusted presses, strokes, keys, screens.

use crate::page::{Page, Screen};
use anyhow::Result;
use serde_json::{Value, json};

/// Does one action; a place that is gone is passed over.
///
/// # Errors
/// If the browser does not take it.
pub fn act(page: &Page, action: &Value) -> Result<()> {
    match action["kind"].as_str() {
        Some("tap") => tap(page, action),
        Some("stroke") => stroke(page, action),
        Some("stroke key") => key(page, action),
        Some("screen") => {
            let [width, height] = ["width", "height"].map(|side| number(&action[side]) as u32);
            let ratio = number(&action["ratio"]);
            // Under emulation a ratio alone fires no event in the page.
            page.set_screen(Screen { width: width + 1, height, ratio })?;
            page.settle()?;
            page.set_screen(Screen { width, height, ratio })
        }
        _ => media(page, action),
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(1.0)
}

/// The middle of the action's place, in view.
fn place(page: &Page, action: &Value) -> Result<Option<(f64, f64)>> {
    page.eval_as(&format!("return fuzz.place({}) ?? null", action["at"]))
}

fn mouse(page: &Page, kind: &str, (x, y): (f64, f64)) -> Result<()> {
    let buttons = u8::from(kind != "mouseReleased");
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
    page.devtools("Input.dispatchMouseEvent", event).map(drop)
}

fn touch(page: &Page, kind: &str, points: &[(f64, f64)]) -> Result<()> {
    let points: Vec<Value> = points.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
    page.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).map(drop)
}

fn tap(page: &Page, action: &Value) -> Result<()> {
    let Some(at) = place(page, action)? else { return Ok(()) };
    if action["touch"] == true {
        touch(page, "touchStart", &[at])?;
        return touch(page, "touchEnd", &[]);
    }
    mouse(page, "mousePressed", at)?;
    mouse(page, "mouseReleased", at)
}

fn stroke(page: &Page, action: &Value) -> Result<()> {
    let Some((x, y)) = place(page, action)? else { return Ok(()) };
    mouse(page, "mousePressed", (x, y))?;
    let mut last = (x, y);
    for point in action["path"].as_array().into_iter().flatten() {
        last = (x + 160.0 * (number(&point[0]) - 0.5), y + 160.0 * (number(&point[1]) - 0.5));
        mouse(page, "mouseMoved", last)?;
    }
    mouse(page, "mouseReleased", last)
}

/// Names of keys with their codes in Windows, and what they write.
const KEYS: [(&str, u8, &str); 7] = [
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    (" ", 32, " "),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("z", 90, "z"),
];

fn key(page: &Page, action: &Value) -> Result<()> {
    let Some((name, code, text)) = KEYS.iter().find(|(name, ..)| action["key"] == *name) else {
        return Ok(());
    };
    let modifiers = if action["shift"] == true { 8 } else { 0 };
    let mut event =
        json!({ "type": "keyDown", "key": name, "windowsVirtualKeyCode": code, "modifiers": modifiers });
    if !text.is_empty() {
        event["text"] = json!(text);
    }
    page.devtools("Input.dispatchKeyEvent", event)?;
    let event =
        json!({ "type": "keyUp", "key": name, "windowsVirtualKeyCode": code, "modifiers": modifiers });
    page.devtools("Input.dispatchKeyEvent", event).map(drop)
}

fn media(page: &Page, action: &Value) -> Result<()> {
    let features = json!({ "features": [
        { "name": "prefers-color-scheme", "value": if action["dark"] == true { "dark" } else { "light" } },
        { "name": "prefers-reduced-motion", "value": if action["calm"] == true { "reduce" } else { "no-preference" } },
    ] });
    page.devtools("Emulation.setEmulatedMedia", features).map(drop)
}
