//! Problem and lanes that a table begins with: rates that are safe whatever the numbers are.

use super::{Choices, Kind};
use crate::experiment::Json;

/// ½ l2 ‖W‖² keeps columns that say the same, or classes that fall apart, from making the Hessian singular.
const L2_LINEAR: f64 = 0.001;
const L2_LOGISTIC: f64 = 0.01;
/// Hidden units, and parameters at most.
const HIDDEN: usize = 6;
const PARAMETERS: usize = 200;
/// Largest step of joint descent.
const STEP: f64 = 0.05;

pub(super) fn fields(entries: Vec<(&str, Json)>) -> Json {
    Json::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

pub(super) fn list(items: impl Iterator<Item = Json>) -> Json {
    Json::List(items.collect())
}

pub(super) fn number(x: f64) -> Json {
    Json::Number(x)
}

pub(super) fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn kind(name: &str, mut rest: Vec<(&str, Json)>) -> Json {
    rest.insert(0, ("kind", text(name)));
    fields(rest)
}

/// The problem of inline `data`.
pub(super) fn problem(choices: &Choices, data: Json) -> Json {
    match choices.kind {
        Kind::Regression => kind("regression", vec![("l2", number(L2_LINEAR)), ("data", data)]),
        Kind::Classification => kind("classification", vec![("l2", number(L2_LOGISTIC)), ("data", data)]),
        Kind::Ridge => kind("ridge", vec![("data", data)]),
        Kind::Network => {
            let hidden = HIDDEN.min((PARAMETERS - 1) / (choices.inputs.len() + 2)).max(1);
            kind("mlp", vec![("hidden", number(hidden as f64)), ("l2", number(L2_LINEAR)), ("data", data)])
        }
    }
}

/// Lanes to begin with; `size` is the mean of ‖x‖² over the training set.
pub(super) fn lanes(choices: &Choices, size: f64) -> Json {
    let adam = |lr: f64| kind("adam", vec![("lr", number(lr))]);
    let exact = || kind("exact", vec![]);
    let learned = |inner: Json, lr: f64, damping: Option<f64>| {
        let direct = damping.map(|damping| ("damping", number(damping)));
        let direct = kind("direct", direct.into_iter().collect());
        kind("implicit", vec![("inner", inner), ("outer", adam(lr)), ("inverse_hvp", direct)])
    };
    let lane = |label: &str, method: Json| fields(vec![("label", text(label)), ("method", method)]);
    let lanes = match choices.kind {
        Kind::Ridge => vec![
            lane("Learned penalties", learned(exact(), STEP, None)),
            lane("Penalties of 1", kind("equal", vec![])),
        ],
        Kind::Network => {
            let steps = || kind("adam", vec![("lr", number(0.02)), ("steps", number(20.0))]);
            vec![
                lane("AuxiLearn, damped", learned(steps(), 0.02, Some(2.0))),
                lane("Main task only", kind("single_task", vec![("inner", steps())])),
            ]
        }
        Kind::Regression | Kind::Classification => {
            // The trace bounds the largest eigenvalue of the Hessian at φ = 1.
            let tasks = 1 + choices.auxiliaries.len();
            let w_lr = rounded_down(STEP.min(0.5 / (tasks as f64 * size).max(1e-9)));
            let joint = vec![("w_lr", number(w_lr)), ("phi_lr", number(0.02))];
            vec![
                lane("Joint descent", kind("joint_descent", joint)),
                lane("AuxiLearn", learned(exact(), STEP, None)),
                lane("Equal weights", kind("equal", vec![])),
                lane("Main task only", kind("single_task", vec![])),
            ]
        }
    };
    list(lanes.into_iter())
}

/// One digit of a number above 0, which is not less.
fn rounded_down(x: f64) -> f64 {
    let power = libm::log10(x).floor() as i32;
    let unit = 10f64.powi(power.clamp(-12, 12));
    let digit = (x / unit).floor().max(1.0);
    if power < 0 { digit / 10f64.powi(-power.max(-12)) } else { digit * unit }
}
