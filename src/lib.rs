#![forbid(unsafe_code, non_ascii_idents)]
#![warn(missing_docs)]
//! AuxiLearn Lab: how much should each auxiliary task count?
//!
//! # The bilevel problem in ten lines
//! A model `W ∈ R^n` is trained on `L_T(W, φ) = ℓ_main(W) + Σ_k φ_k ℓ_k(W)`, the main task and `m`
//! auxiliaries with weights `φ_k ≥ 0`. Which weights? Descending `L_T` in φ too drives every one to
//! zero, because `∂L_T/∂φ_k = ℓ_k ≥ 0`: the trivial solution. What counts is the main loss on held-out
//! data, `L_A(W) = ℓ_main(W; D_aux)`, which sees φ only through the best response
//! `W*(φ) = argmin_W L_T(W, φ)`. There `∇_W L_T = 0`, so by the implicit function theorem, with
//! `H = ∇²_W L_T`, `dL_A/dφ_k = -a_k`, `a_k = ∇L_A · H⁻¹ · ∇ℓ_k`: **a weight grows exactly when its
//! alignment `a_k` is positive.** `H⁻¹` is solved for or approximated by a truncated Neumann series.
//! (Navon, Achituve, Maron, Chechik, Fetaya: "Auxiliary Learning by Implicit Differentiation", ICLR 2021.)
//!
//! # The order to read in
//! 1. [`experiment`]: the JSON document, checked; the presets.
//! 2. [`loss`], [`problem`]: tasks, their values and gradients; the inner and the outer objective.
//! 3. [`ihvp`], [`hypergradient`]: `H⁻¹v`, and the formula above.
//! 4. [`inner`], [`outer`], [`method`]: how W answers φ, how φ follows, one file a method.
//! 5. [`run`], [`trace`], [`status`]: the only outer loop, its record, its end.
//!    [`facts`], `events`: what a record shows, to put into words; [`narrate`]: the words.
//! 6. `study`, `sampled`: the problem itself, looked at from outside: planes, landscapes, spectra; `seeds`: one
//!    seed of many.
//! 7. [`chart`]: pictures of traces and of sampled data on any plotters backend; `exhibit`: those of a problem;
//!    `web`: the same in a browser. `record`: traces as CSV; `table`: documents of the user's own CSV. [`lang`]: their
//!    texts in other languages.
//!
//! ```
//! use auxilearn_lab::experiment::{Experiment, presets};
//! use auxilearn_lab::trace::QuantityKind;
//!
//! let experiment = Experiment::from_json(presets::all()[0].document)?;
//! let mut runs = experiment.runs()?;
//! for run in &mut runs {
//!     let status = run.advance(experiment.steps());
//!     println!("{}: {status}", run.label());
//! }
//! // Joint descent has given up the helpful task, AuxiLearn has not.
//! assert_eq!(runs[0].trace().last(QuantityKind::Phi, 0), Some(0.0));
//! assert!(runs[1].trace().last(QuantityKind::Phi, 0) > Some(1.0));
//! # Ok::<(), auxilearn_lab::error::ExperimentError>(())
//! ```

pub use auxilearn_solver::{
    combination, constraint, curvature, family, hypergradient, ihvp, inner, lanes, loss, method, outer,
    problem, random, run, sampling, series, state, status, trace, zero,
};

pub use auxilearn_solver::formula;

pub mod bench;
pub mod chart;
pub mod error;
pub mod events;
pub mod exhibit;
pub mod experiment;
pub mod facts;
pub mod lang;
pub mod narrate;
pub mod record;
pub mod sampled;
pub mod seeds;
pub mod study;
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod web;
