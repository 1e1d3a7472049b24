// Types that several modules share. Checked by `cargo xtask test --only types`; no page loads this file.

import type { Chart } from "./canvas.js";
import type { Bench } from "./bench.js";
import type { Cursor } from "./cursor.js";
import type { Runner } from "./runner.js";
import type { Values } from "./values.js";
import type * as program from "./pkg/auxilearn_lab.js";
import type * as opening from "./pkg/opening.js";

export type { DragHandle, Ensemble, ExperimentError, LaneFacts, LaneStatus, Metadata, Problem, RunEvent, Session, Survey, Table, TaskFacts, Traces } from "./pkg/auxilearn_lab.js";

/** The complete program, and the smaller one that the page opens with. */
export type Program = typeof program;
export type Opening = typeof opening;

/** Colours that charts are drawn in. */
export type Theme = "light" | "dark" | "projector";

/** The way a chart is drawn on its canvas, at device pixels per CSS pixel. */
export type Draw = (canvas: HTMLCanvasElement, ratio: number) => void;

/** Drawing on one canvas, as both programs can. */
export type Drawing = Pick<opening.ChartView, "draw" | "height" | "describe"> & { free?(): void };

/** Drawing on one canvas with the complete program: its `ChartView`, or a `ProblemChart`. */
export interface View extends Drawing {
  stepAt(x: number, y: number): number | undefined;
  setCursor(step?: number): void;
  svg(traces: program.Traces, document: string, width: number, height: number, theme: Theme): string;
  /** Lanes in one panel: charts over time only. */
  readonly overlaid?: boolean;
  setOverlaid?(overlaid: boolean): void;
  /** One task brought forward: charts over time only. */
  setLit?(task?: number): void;
  /** The figure on another canvas: charts of the problem only, others make it by a `ChartView` of its own. */
  figure?(canvas: HTMLCanvasElement, traces: program.Traces, document: string, width: number, height: number, ratio: number, theme: Theme): void;
}

export type Phase = "loading" | "ready" | "running" | "paused" | "finished" | "error";

/** An experiment of the list. */
export interface Preset {
  id: string;
  title: string;
}

/** What is known of the run shown. */
export interface State {
  /** Also `<html data-state>`. */
  phase: Phase;
  /** The first is what the page opens with. */
  presets: Preset[];
  /** Id of the preset that is run; undefined for the user's own document. */
  preset: string | undefined;
  /** Text of the experiment that is run. */
  document: string;
  metadata: program.Metadata | undefined;
  /** What draws: the opening, until the complete program is there. */
  program: {
    Traces: new (metadata: string) => opening.Traces;
    ChartView: new (canvas: HTMLCanvasElement, kind: string) => Drawing;
    lastPanic?(): string | undefined;
  };
  /** The opening's lack what is used with the complete program only. */
  traces: program.Traces | undefined;
  /** One per lane. */
  statuses: program.LaneStatus[];
  /** Step since which the document alone does not tell the run. */
  changed?: number;
}

/** A document, and the preset that it is, if it is one. */
export interface Kept {
  document: string;
  preset: string | undefined;
}

/** What goes with a document that is to be run; taken over once it is accepted. */
export interface Request {
  preset: string | undefined;
  /** Announced with the run. */
  said: string;
  /** Announced if the run goes on. */
  lead?: string;
  /** Step up to which it runs. */
  goal?: number;
  complaint?: string;
  restored?: boolean;
}

/** Parts of the page, owned by main.js. */
export interface Parts {
  state: State;
  charts: Chart[];
  views: Map<HTMLCanvasElement, Drawing>;
  values: Values;
  controls: typeof import("./controls.js");
  draw: Draw;
  runner: Runner;
  /** Runs a document; of kind `retune` the run goes on if it can. */
  load(document: string, seed: number | undefined, what: Request, kind?: string): void;
  /** Runs an experiment that ships. */
  usePreset(id: string, seed?: number, more?: { complaint: string }): Promise<void>;
  /** Says why something was not taken. */
  keep(complaint: string): void;
  /** Bytes that a document may have. */
  limit: number;
  /** Called when there may be another step to show. */
  followers: Set<() => void>;
}

/** Parts of the page with the complete program, by more.js. */
export interface Host extends Parts {
  views: Map<HTMLCanvasElement, View>;
  cursor: Cursor;
  bench: Bench;
}

/** Part of a document as it is edited: any JSON that the user writes. */
export type Json = Record<string, any>;

/** What is wrong with a document, and where. */
export type Refusal = Pick<program.ExperimentError, "message" | "field" | "expected" | "found">;

/** Where to, how fast (outer steps per second), how often to report (ms). */
export interface Pace {
  goal: number;
  rate: number;
  period: number;
}

/** A document to be run by the solver's thread. */
export interface Load extends Pace {
  run: number;
  document: string;
  seed?: number;
}

/** Messages to worker.js by their kinds. */
export interface Commands {
  load: Load;
  rewind: Pace & { run: number };
  pace: Omit<Pace, "goal"> & { goal?: number };
  prefetch: { module: WebAssembly.Module };
  pause: {};
  ping: {};
  acknowledge: { run: number };
}

type Handled = { [Kind in keyof Commands]: (message: Commands[Kind]) => void };

/** What worker.js does at each of its messages; which one has come is known when it has. */
export interface Handlers extends Handled {
  [kind: string]: (message: any) => void;
}

/** Messages to worker-more.js. */
export type FurtherCommand =
  | { kind: "speak"; texts: string; run?: undefined }
  | { kind: "part"; run: number; part: string }
  | ({ kind: "retune"; from: number } & Load);

/** New rows of a lane. */
export interface Chunk {
  lane: number;
  stride: number;
  rows: Float64Array;
}

/** New rows of a run, and how it stands. */
export interface Rows {
  lanes: Chunk[];
  statuses: program.LaneStatus[];
  step: number;
  idle: boolean;
  changed?: number;
}

/** What to say of a run that goes on, and since when it is not told by its document alone. */
export interface Onward {
  said: string;
  changed: number | undefined;
}

/** Messages of the solver's thread, but for `pong`: of that it counts that it is heard. */
export type Answer =
  | { kind: "crashed"; message: string; run?: undefined }
  | ({ kind: "rows"; run: number } & Rows)
  | { kind: "fetching"; run: number }
  | { kind: "unreachable"; run: number; message: string }
  | { kind: "refused"; run: number; error: Refusal }
  | { kind: "loaded"; run: number; metadata: string; document: string; onward?: Onward };

/** Messages of a thread that runs seeds. */
export type SeedAnswer =
  | { kind: "crashed"; message: string }
  | { kind: "progress"; seed: number; share: number }
  | { kind: "failed"; seed: number; error: Refusal }
  | { kind: "done"; seed: number; columns: Float64Array };

declare global {
  /** What start.js leaves for the modules; where modules cannot be, `failed` and `patience` alone. */
  var auxilearn: {
    failed: (why: string) => void;
    patience: { opening: number; document: number; program: number; look: number; chart: number };
    compiled: Promise<WebAssembly.Module>;
    worker: Worker;
    spawn: () => Worker;
    early: Answer[] | undefined;
  };

  // What not every browser has, or has under a name of its own.
  interface Navigator {
    readonly connection?: { readonly saveData?: boolean };
  }
  interface Document {
    readonly webkitFullscreenElement?: Element | null;
    webkitExitFullscreen?(): void;
  }
  interface HTMLElement {
    webkitRequestFullscreen?(): void;
  }
}
