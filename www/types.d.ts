// Types that several modules share. Checked by `cargo xtask test --only types`; no page loads this file.

import type { Chart } from "./canvas.js";
import type { Bench } from "./bench.js";
import type { Cursor } from "./cursor.js";
import type { Runner } from "./runner.js";
import type { Values } from "./values.js";
import type * as program from "./pkg/auxilearn_lab.js";

export type { DragHandle, Ensemble, ExperimentError, LaneFacts, LaneStatus, Metadata, Problem, RunEvent, Session, Survey, Table, TableDialect, TaskFacts, Traces } from "./pkg/auxilearn_lab.js";

export type Program = typeof program;

/** Colours that charts are drawn in. */
export type Theme = "light" | "dark" | "projector";

/** The way a chart is drawn on its canvas, at device pixels per CSS pixel. */
export type Draw = (canvas: HTMLCanvasElement, ratio: number) => void;

/** Drawing on one canvas: a `ChartView`, or a `ProblemChart`. */
export interface View extends Pick<program.ChartView, "draw" | "height" | "describe"> {
  stepAt(x: number, y: number): number | undefined;
  setCursor(step?: number): void;
  svg(traces: program.Traces, document: string, width: number, height: number, theme: Theme): string;
  /** Lanes in one panel: charts over time only. */
  readonly overlaid?: boolean;
  setOverlaid?(overlaid: boolean): void;
  /** One task brought forward: charts over time only. */
  setLit?(task?: number): void;
  /** Is looked at, on paper perhaps: charts of the problem only, which compute nothing before. */
  see?(): void;
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
  /** Put into the editor in the place of the document. */
  draft?: string;
}

/** Parts of the page, owned by main.js. */
export interface Parts {
  state: State;
  charts: Chart[];
  views: Map<HTMLCanvasElement, View>;
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

/** The same with what features.js adds. */
export interface Host extends Parts {
  cursor: Cursor;
  bench: Bench;
}

/** Features that come together, or not. */
export interface Group {
  /** Said where they could not be fetched. */
  name: string;
  /** Names of the groups that must be there before. */
  needs?: string[];
  modules: string[];
  /** Adds them to the page, by all exports of the modules. */
  add(host: Host, modules: any): void | Promise<void>;
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
  part: { part: string };
  retune: Load & { from: number };
  speak: { texts: string };
  pause: {};
  ping: {};
  acknowledge: { run: number };
}

type Handled = { [Kind in keyof Commands]: (message: Commands[Kind]) => void };

/** What worker.js does at each of its messages; which one has come is known when it has. */
export interface Handlers extends Handled {
  [kind: string]: (message: any) => void;
}

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
  | { kind: "refused"; run: number; error: Refusal }
  | { kind: "loaded"; run: number; metadata: string; document: string; onward?: Onward };

/** Messages of a thread that runs seeds. */
export type SeedAnswer =
  | { kind: "crashed"; message: string }
  | { kind: "progress"; seed: number; share: number }
  | { kind: "failed"; seed: number; error: Refusal }
  | { kind: "done"; seed: number; columns: Float64Array };

declare global {
  /** What start.js leaves for the modules; where modules cannot be, what concerns the page alone. */
  var auxilearn: {
    /** Of the page, as it is written; what a browser's translation says of the document is another matter. */
    language: string;
    /** Address of the site's folder. */
    site: URL;
    failed: (why: string) => void;
    patience: { start: number; document: number; look: number; chart: number };
    /** Lets what was pressed and chosen so far take effect, once. */
    release: () => void;
    compiled: Promise<WebAssembly.Module>;
    worker: Worker;
    spawn: () => Worker;
    early: Answer[] | undefined;
    /** Why the worker could not be started. */
    lost?: string;
  };

  /** Where texts must be called trusted. */
  var trustedTypes: undefined | { createPolicy(name: string, rules: { createHTML(text: string): string; createScriptURL(text: string): string }): object };

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
