//! The experiments that ship with the program, as the documents in `www/experiments/`.

/// A document that ships with the program.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Name in links and file names.
    pub id: &'static str,
    /// The JSON document.
    pub document: &'static str,
}

macro_rules! presets {
    ($($id:literal),+ $(,)?) => {
        &[$(Preset { id: $id, document: include_str!(concat!("../../www/experiments/", $id, ".json")) }),+]
    };
}

/// Every preset; the first is the one the page opens with.
pub fn all() -> &'static [Preset] {
    presets![
        "noisy-main",
        "penguins",
        "small-aux-set",
        "aux-set-train",
        "baselines",
        "approximations",
        "grid-search",
        "parametrisations",
        "inner-solvers",
        "mini-batches",
        "many-copies",
        "monotone",
        "sign-flip",
        "one-dimension",
        "drawn-quadratics",
        "classification",
        "penguin-sexes",
        "sinusoid",
        "two-heads",
        "noisy-labels",
        "outliers",
        "learned-labels",
        "learned-classes",
        "ridge",
        "curved-valley",
        "two-minima",
    ]
}
