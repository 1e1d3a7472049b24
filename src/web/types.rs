//! The TypeScript side of what crosses the border.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** How a lane stands: `text` is for example "diverged at step 17". */
export interface LaneStatus {
  word: "running" | "finished" | "converged" | "stalled" | "diverged" | "singular" | "indefinite" | "unsolved" | "nonpositive";
  step: number;
  /** Steps whose hypergradient was taken at an indefinite H. */
  indefiniteSteps: number;
  text: string;
}

/** Thrown for a document that cannot be run. `field` is a path such as `lanes[1].method.inner.lr`. */
export interface ExperimentError extends Error {
  name: "ExperimentError";
  kind: "syntax" | "shape" | "value";
  field: string;
  expected: string;
  found: string;
}

/** What `Session.metadata` describes; `n` and `m` are the sizes of W and φ; the seed is decimal; `problem` is its kind. */
export interface Metadata {
  title: string;
  description: string;
  steps: number;
  seed: string;
  problem: string;
  taskNames: string[];
  phiNames: string[];
  lanes: { label: string; method: string; n: number; m: number; effectiveWeights: number; innerSolves: boolean; diagnostics: boolean }[];
}

export interface TaskFacts {
  phiStart: number | null;
  phiLast: number | null;
  zeroSince: number | null;
  everGrew: boolean;
  alignment: number | null;
  flips: number;
  lastFlip: number | null;
}

/** What happened in a lane so far, read off its trace. */
export interface LaneFacts {
  tasks: TaskFacts[];
  lossTest: number | null;
  lossAuxSet: number | null;
  indefiniteSteps: number;
}

/** A lane's error on the test set: `value` and `status` in words, `share` of the largest finite error from 0 to 1. */
export interface ErrorBar { label: string; value: string; share: number; status: string }

/** What can be dragged on a picture: `id` for `dragTo`; where it is in device pixels, and in values of the axes. */
export interface DragHandle { id: string; label: string; x: number; y: number; at: number[] }

/** A moment of a lane. A `task` counts from 0; null is the lane itself or many tasks. */
export interface RunEvent {
  lane: number;
  step: number;
  task: number | null;
  kind: "grows" | "shrinks" | "flutters" | "zero" | "leaves" | LaneStatus["word"];
  text: string;
}

/** How a table is written, as far as it is said: what is left out is found out or asked. */
export interface TableDialect {
  separator?: string;
  decimal?: string;
  has_names?: boolean;
  missing?: string[];
  numbers?: string[];
}

/** What is in a `Table`: `values` are the different ones of a column, none if there are many; `questions` what it leaves open. */
export interface Survey {
  separator: "," | ";" | "\t" | "|" | " ";
  hasNames: boolean;
  columns: { name: string; content: "numbers" | "two" | "words" | "empty"; missing: number; values: string[]; isIndex: boolean }[];
  questions: { kind: "decimal" | "names" | "missing"; cell: string; sentence: string }[];
  notes: string[];
}

/** A document made of a `Table`, and what became of its lines. */
export interface TableDocument { document: string; notes: string[] }

/** What is to be made of a `Table`; columns count from 0. */
export interface TableChoices {
  title: string;
  kind: "regression" | "classification" | "mlp" | "ridge";
  inputs: number[];
  main: number;
  auxiliaries: number[];
  split: { train: number; aux_set: number } | { column: number; train: string[]; aux_set: string[]; test: string[] };
  standardise: boolean;
  skip_missing: boolean;
  /** Lines at most, drawn by the seed. */
  lines: number | null;
  seed: number;
}

export interface LaneResult {
  label: string;
  method: string;
  status: LaneStatus["word"];
  /** Outer steps taken. */
  steps: number;
  /** 64-bit XXH64 of the trace, 16 hexadecimal digits: equal digests mean equal bits. */
  digest: string;
  /** Columns by their names in files: step, phi_1 …, w_1 …, loss_train, …; NaN is an absent value. */
  columns: Record<string, Float64Array>;
}

export interface Solution { title: string; taskNames: string[]; lanes: LaneResult[] }
"#;

#[wasm_bindgen]
extern "C" {
    /// What `solve` returns.
    #[wasm_bindgen(typescript_type = "Solution")]
    pub type Solution;
    /// One lane of a `Solution`.
    #[wasm_bindgen(typescript_type = "LaneResult")]
    pub type LaneResult;
    /// How a lane stands.
    #[wasm_bindgen(typescript_type = "LaneStatus")]
    pub type LaneStatus;
    /// What happened in a lane so far.
    #[wasm_bindgen(typescript_type = "LaneFacts | null")]
    pub type LaneFacts;
}

#[wasm_bindgen]
extern "C" {
    /// A moment of a lane.
    #[wasm_bindgen(typescript_type = "RunEvent")]
    pub type RunEvent;
    /// A lane's error on the test set as a bar with words.
    #[wasm_bindgen(typescript_type = "ErrorBar")]
    pub type ErrorBar;
}
