// @ts-check
// What is said of a run that restarts: it goes to its end, stands at its start, or goes to where it was paused.

export const RESTARTS = {
  again: [
    /* t */ "Run restarted from the same seed. ",
    /* t */ "Run restarted from the same seed; it stands at its start. ",
    /* t */ "Run restarted from the same seed, up to the step that it was paused at. ",
  ],
  taken: [
    /* t */ "Drag taken back: run restarted. ",
    /* t */ "Drag taken back: run restarted; it stands at its start. ",
    /* t */ "Drag taken back: run restarted, up to the step that it was paused at. ",
  ],
  moves: [
    /* t */ "Moves taken back: run restarted. ",
    /* t */ "Moves taken back: run restarted; it stands at its start. ",
    /* t */ "Moves taken back: run restarted, up to the step that it was paused at. ",
  ],
  undone: [
    /* t */ "Undone: run restarted. ",
    /* t */ "Undone: run restarted; it stands at its start. ",
    /* t */ "Undone: run restarted, up to the step that it was paused at. ",
  ],
  redone: [
    /* t */ "Done again: run restarted. ",
    /* t */ "Done again: run restarted; it stands at its start. ",
    /* t */ "Done again: run restarted, up to the step that it was paused at. ",
  ],
};
