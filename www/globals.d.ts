/** What start.js leaves for runner.js. */
declare var auxilearn: { compiled: Promise<WebAssembly.Module>; worker: Worker; spawn: () => Worker; early: any[] | undefined; failed: (why: string) => void };
