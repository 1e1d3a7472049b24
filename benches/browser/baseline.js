// What a careful web developer would write without Rust: AuxiLearn on quadratic tasks with one
// shared design matrix, by hand on typed arrays.
//
// Every task is l_k(w) = w·Gw/2 - b_k·w + c_k. One outer step:
//   1. form the training loss's Hessian H = (1 + Σ φ_k) G and b = b_main + Σ φ_k b_k,
//   2. take `inner` gradient steps on w,
//   3. s = α Σ_{j=0..J} (I - αH)^j ∇L_A   (Neumann),
//   4. alignment a_k = s·∇l_k, hypergradient -a_k, clipped by its norm,
//   5. φ_k <- max(0, φ_k - rate · clipped hypergradient).
// `recordAll` records what the solver records: step, φ, w, four losses, alignment, hypergradient,
// stationarity, and how far W and φ have lowered L_T; otherwise only w, φ and the hypergradient.

/** The cases, named as in the native benchmark: n, tasks K, Neumann's J, outer steps timed. */
export const CASES = {
  n2_k2_N100_J3: { n: 2, K: 2, J: 3, steps: 500_000 },
  n2_k2_N100_J20: { n: 2, K: 2, J: 20, steps: 200_000 },
  n50_k4_N200_J20: { n: 50, K: 4, J: 20, steps: 3_000 },
};
const INNER = 10;
const MAX_NORM = 10;
const PHI_RATE = 0.02;
const ROWS = 4096; // the recorded rows are kept in a ring

/** A symmetric, well conditioned matrix and vectors for every loss, from a small fixed generator. */
function problem(n, K) {
  let state = 2463534242;
  const random = () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  const matrix = () => {
    const m = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      m[i * n + i] = 2;
      for (let j = 0; j < i; j++) m[i * n + j] = m[j * n + i] = 0.2 * random();
    }
    return m;
  };
  const quadratic = (hessian) => ({ hessian, linear: Float64Array.from({ length: n }, random), constant: 1 + random() });
  const shared = matrix();
  return {
    main: quadratic(shared),
    tasks: Array.from({ length: K }, () => quadratic(shared)),
    held: quadratic(matrix()),
    test: quadratic(matrix()),
  };
}

function multiply(matrix, x, out) {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0, at = i * n; j < n; j++, at++) sum += matrix[at] * x[j];
    out[i] = sum;
  }
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** w·(Aw)/2 - b·w + c, with Aw given. */
const value = (task, w, product) => 0.5 * dot(w, product) - dot(task.linear, w) + task.constant;

function run({ main, tasks, held, test }, n, K, J, steps, trace, recordAll) {
  const rate = 0.02 / K; // of the inner steps, and Neumann's α
  const w = new Float64Array(n), phi = new Float64Array(K).fill(1);
  const H = new Float64Array(n * n), b = new Float64Array(n);
  const product = new Float64Array(n), shared = new Float64Array(n), held_product = new Float64Array(n);
  const v = new Float64Array(n), s = new Float64Array(n), alignment = new Float64Array(K);
  const before = new Float64Array(K);
  // L_T at w = 0 and φ = 1, and its falls since.
  let loss = tasks.reduce((sum, task) => sum + task.constant, main.constant), fallByW = 0, fallByPhi = 0;
  const width = recordAll ? 8 + n + 3 * K : n + 2 * K;
  for (let step = 1; step <= steps; step++) {
    let weight = 1;
    for (let k = 0; k < K; k++) weight += phi[k];
    for (let i = 0; i < n * n; i++) H[i] = weight * main.hessian[i];
    for (let i = 0; i < n; i++) {
      let sum = main.linear[i];
      for (let k = 0; k < K; k++) sum += phi[k] * tasks[k].linear[i];
      b[i] = sum;
    }
    for (let q = 0; q < INNER; q++) {
      multiply(H, w, product);
      for (let i = 0; i < n; i++) w[i] -= rate * (product[i] - b[i]);
    }
    multiply(held.hessian, w, held_product);
    for (let i = 0; i < n; i++) s[i] = v[i] = held_product[i] - held.linear[i];
    for (let j = 0; j < J; j++) {
      multiply(H, v, product);
      for (let i = 0; i < n; i++) { v[i] -= rate * product[i]; s[i] += v[i]; }
    }
    multiply(main.hessian, w, shared);
    let norm = 0;
    for (let k = 0; k < K; k++) {
      let sum = 0;
      const linear = tasks[k].linear;
      for (let i = 0; i < n; i++) sum += (shared[i] - linear[i]) * s[i];
      alignment[k] = rate * sum;
      norm += alignment[k] * alignment[k];
    }
    const clip = Math.min(1, MAX_NORM / (Math.sqrt(norm) + 1e-6));
    if (recordAll) before.set(phi);
    for (let k = 0; k < K; k++) phi[k] = Math.max(0, phi[k] + PHI_RATE * clip * alignment[k]);

    let at = (step % ROWS) * width;
    if (recordAll) trace[at++] = step;
    for (let k = 0; k < K; k++) trace[at++] = phi[k];
    for (let i = 0; i < n; i++) trace[at++] = w[i];
    if (recordAll) {
      let square = 0; // ‖∇L_T‖ with the φ that the inner steps used
      for (let i = 0; i < n; i++) { const g = weight * shared[i] - b[i]; square += g * g; }
      const loss_main = value(main, w, shared);
      let loss_train = loss_main, after_w = loss_main; // with the φ after and before this step
      for (let k = 0; k < K; k++) {
        const loss_k = value(tasks[k], w, shared);
        loss_train += phi[k] * loss_k;
        after_w += before[k] * loss_k;
      }
      trace[at++] = loss_train;
      trace[at++] = loss_main;
      trace[at++] = value(held, w, held_product);
      multiply(test.hessian, w, product);
      trace[at++] = value(test, w, product);
      for (let k = 0; k < K; k++) trace[at++] = alignment[k];
      for (let k = 0; k < K; k++) trace[at++] = -alignment[k];
      trace[at++] = Math.sqrt(square);
      trace[at++] = fallByW += loss - after_w;
      trace[at++] = fallByPhi += after_w - loss_train;
      loss = loss_train;
    } else {
      for (let k = 0; k < K; k++) trace[at++] = -alignment[k];
    }
  }
  return phi;
}

/** Outer steps per second, the best of three runs after a short one. */
export function baseline(name, recordAll) {
  const { n, K, J, steps } = CASES[name];
  const made = problem(n, K);
  const trace = new Float64Array(ROWS * (8 + n + 3 * K));
  run(made, n, K, J, steps / 10, trace, recordAll);
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    const phi = run(made, n, K, J, steps, trace, recordAll);
    if (!phi.every(Number.isFinite)) throw new Error(`${name} diverges`);
    best = Math.min(best, performance.now() - start);
  }
  return Math.round((steps / best) * 1000);
}
