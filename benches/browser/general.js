// What a careful web developer would write without Rust for two problems that are no least squares: a
// logistic regression and a small tanh network, each by hand on typed arrays, on the data that
// `src/bench/general.rs` draws too. Both must end at the same numbers.
//
// One outer step: 10 gradient steps on w; s = α Σ_{j=0..3} (I - αH)^j ∇L_A with products H·v that never
// form H; alignment a_k = s·∇l_k; φ <- max(0, φ + 0.02 · clipped a). With `recordAll` every step records
// what the solver records; otherwise only w, φ and the hypergradient.

const INNER = 10, TERMS = 3, PHI_RATE = 0.02, MAX_NORM = 10, K = 2, ROWS = 4096;

/** Marsaglia's xorshift: numbers from -1/2 to below 1/2. */
function generator() {
  let state = 2463534242;
  return () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 4294967296 - 0.5;
  };
}

/** `count` samples of `d` inputs, with targets for `tasks` tasks, sample after sample. */
function samples(count, d, tasks, input, target) {
  const x = new Float64Array(count * d), y = new Float64Array(count * tasks);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < d; j++) x[i * d + j] = input();
    for (let k = 0; k < tasks; k++) y[i * tasks + k] = target(x.subarray(i * d, (i + 1) * d), k);
  }
  return { x, y };
}

/** The outer loop, the same for both problems; `problem` has the losses and their derivatives. */
function run(problem, steps, trace, recordAll) {
  const { n, rate } = problem;
  const w = Float64Array.from(problem.w), phi = new Float64Array(K).fill(1), align = new Float64Array(K);
  const g = new Float64Array(n), v = new Float64Array(n), s = new Float64Array(n);
  const width = recordAll ? 8 + n + 3 * K : n + 2 * K;
  const before = Float64Array.from(phi);
  problem.linearise(w);
  // L_T at the start, and its falls since.
  let loss = problem.losses(w, phi, before, trace, 0), fallByW = 0, fallByPhi = 0;
  for (let step = 1; step <= steps; step++) {
    problem.weigh(phi);
    for (let q = 0; q < INNER; q++) {
      problem.gradient(w, g);
      for (let i = 0; i < n; i++) w[i] -= rate * g[i];
    }
    const held = problem.held(w, v);
    s.set(v);
    problem.linearise(w);
    for (let j = 0; j < TERMS; j++) {
      problem.multiply(v, g);
      for (let i = 0; i < n; i++) { v[i] -= rate * g[i]; s[i] += v[i]; }
    }
    problem.along(s, align);
    let square = 0;
    for (let k = 0; k < K; k++) { align[k] *= rate; square += align[k] * align[k]; }
    const clip = Math.min(1, MAX_NORM / (Math.sqrt(square) + 1e-6));
    if (recordAll) before.set(phi);
    for (let k = 0; k < K; k++) phi[k] = Math.max(0, phi[k] + PHI_RATE * clip * align[k]);

    let at = (step % ROWS) * width;
    if (recordAll) trace[at++] = step;
    for (let k = 0; k < K; k++) trace[at++] = phi[k];
    for (let i = 0; i < n; i++) trace[at++] = w[i];
    if (recordAll) {
      problem.gradient(w, g);
      let stationarity = 0;
      for (let i = 0; i < n; i++) stationarity += g[i] * g[i];
      const afterW = problem.losses(w, phi, before, trace, at), afterPhi = trace[at];
      at += 2;
      trace[at++] = held;
      trace[at++] = problem.test(w);
      for (let k = 0; k < K; k++) trace[at++] = align[k];
      for (let k = 0; k < K; k++) trace[at++] = -align[k];
      trace[at++] = Math.sqrt(stationarity);
      trace[at++] = fallByW += loss - afterW;
      trace[at++] = fallByPhi += afterW - afterPhi;
      loss = afterPhi;
    } else {
      for (let k = 0; k < K; k++) trace[at++] = -align[k];
    }
  }
  return Float64Array.of(...phi, ...w);
}

/** Mean cross-entropy with logits on 100 samples of 10 inputs. */
function logistic() {
  const n = 10, N = 100, l2 = 0.01, random = generator();
  const weight = (k, j) => (k === 0 || j % 2 === 0 ? 1 : k === 1 ? 0.5 : -1);
  const target = (x, k) => {
    let sum = random();
    for (let j = 0; j < n; j++) sum += weight(k, j) * x[j];
    return sum > 0 ? 1 : 0;
  };
  const set = (tasks) => samples(N, n, tasks, () => 2 * random(), target);
  const train = set(K + 1), held = set(1), test = set(1);
  const mixed = new Float64Array(N), mean = new Float64Array(N), bend = new Float64Array(N);
  let total = 0;
  const predict = (x, i, w) => {
    let z = 0;
    for (let j = 0, at = i * n; j < n; j++, at++) z += x[at] * w[j];
    return z;
  };
  const add = (x, i, scale, out) => {
    for (let j = 0, at = i * n; j < n; j++, at++) out[j] += scale * x[at];
  };
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  return {
    n, rate: 0.5, w: new Float64Array(n),
    weigh(phi) {
      total = 1;
      for (let k = 0; k < K; k++) total += phi[k];
      for (let i = 0; i < N; i++) {
        let sum = train.y[i * (K + 1)];
        for (let k = 0; k < K; k++) sum += phi[k] * train.y[i * (K + 1) + 1 + k];
        mixed[i] = sum;
      }
    },
    gradient(w, out) {
      for (let j = 0; j < n; j++) out[j] = l2 * w[j];
      for (let i = 0; i < N; i++) add(train.x, i, (total * sigmoid(predict(train.x, i, w)) - mixed[i]) / N, out);
    },
    held(w, out) {
      out.fill(0);
      let loss = 0;
      for (let i = 0; i < N; i++) {
        const z = predict(held.x, i, w);
        add(held.x, i, (sigmoid(z) - held.y[i]) / N, out);
        loss += softplus(z) - held.y[i] * z;
      }
      return loss / N;
    },
    linearise(w) {
      for (let i = 0; i < N; i++) {
        mean[i] = sigmoid(predict(train.x, i, w));
        bend[i] = total * mean[i] * (1 - mean[i]) / N;
      }
    },
    multiply(v, out) {
      for (let j = 0; j < n; j++) out[j] = l2 * v[j];
      for (let i = 0; i < N; i++) add(train.x, i, bend[i] * predict(train.x, i, v), out);
    },
    along(s, out) {
      out.fill(0);
      for (let i = 0; i < N; i++) {
        const part = predict(train.x, i, s) / N;
        for (let k = 0; k < K; k++) out[k] += (mean[i] - train.y[i * (K + 1) + 1 + k]) * part;
      }
    },
    /** Writes L_T and the main loss, returns L_T with the weights `before`. */
    losses(w, phi, before, trace, at) {
      let main = 0, all = 0, earlier = 0, square = 0;
      for (let j = 0; j < n; j++) square += w[j] * w[j];
      for (let i = 0; i < N; i++) {
        const z = predict(train.x, i, w), base = softplus(z);
        main += base - train.y[i * (K + 1)] * z;
        for (let k = 0; k < K; k++) {
          const loss = base - train.y[i * (K + 1) + 1 + k] * z;
          all += phi[k] * loss;
          earlier += before[k] * loss;
        }
      }
      main = main / N + 0.5 * l2 * square;
      trace[at] = main + all / N;
      trace[at + 1] = main;
      return main + earlier / N;
    },
    test(w) {
      let loss = 0;
      for (let i = 0; i < N; i++) {
        const z = predict(test.x, i, w);
        loss += softplus(z) - test.y[i] * z;
      }
      return loss / N;
    },
  };
}

/** Mean squared error of a 1-8-1 tanh network on 20 samples; w holds U, b, v (8 each) and c. */
function network() {
  const h = 8, n = 25, N = 20, l2 = 0.001, random = generator();
  const target = (x, k) => {
    const shifted = x[0] - 0.5 * k;
    return shifted * (1 - shifted * shifted / 4) + 0.5 * random();
  };
  const set = (tasks) => samples(N, 1, tasks, () => 4 * random(), target);
  const train = set(K + 1), held = set(1), test = set(1);
  const w = Float64Array.from({ length: n }, random);
  const mixed = new Float64Array(N), a = new Float64Array(h);
  const hidden = new Float64Array(N * h), output = new Float64Array(N); // of the last `linearise`
  let total = 0, weights = w;
  const forward = (x, w, a) => {
    let f = w[3 * h];
    for (let u = 0; u < h; u++) { a[u] = Math.tanh(x * w[u] + w[h + u]); f += w[2 * h + u] * a[u]; }
    return f;
  };
  const addGradient = (x, w, a, scale, out) => {
    for (let u = 0; u < h; u++) {
      const back = scale * w[2 * h + u] * (1 - a[u] * a[u]);
      out[u] += back * x; out[h + u] += back; out[2 * h + u] += scale * a[u];
    }
    out[3 * h] += scale;
  };
  /** The output's derivative along v, at the sample i of the last `linearise`. */
  const derivative = (i, v) => {
    let sum = v[3 * h];
    for (let u = 0; u < h; u++) {
      const a = hidden[i * h + u];
      sum += v[2 * h + u] * a + weights[2 * h + u] * (1 - a * a) * (v[u] * train.x[i] + v[h + u]);
    }
    return sum;
  };
  return {
    n, rate: 0.02, w,
    weigh(phi) {
      total = 1;
      for (let k = 0; k < K; k++) total += phi[k];
      for (let i = 0; i < N; i++) {
        let sum = train.y[i * (K + 1)];
        for (let k = 0; k < K; k++) sum += phi[k] * train.y[i * (K + 1) + 1 + k];
        mixed[i] = sum;
      }
    },
    gradient(w, out) {
      for (let j = 0; j < n; j++) out[j] = l2 * w[j];
      for (let i = 0; i < N; i++) {
        const f = forward(train.x[i], w, a);
        addGradient(train.x[i], w, a, 2 * (total * f - mixed[i]) / N, out);
      }
    },
    held(w, out) {
      out.fill(0);
      let loss = 0;
      for (let i = 0; i < N; i++) {
        const r = forward(held.x[i], w, a) - held.y[i];
        addGradient(held.x[i], w, a, 2 * r / N, out);
        loss += r * r;
      }
      return loss / N;
    },
    linearise(w) {
      weights = w;
      for (let i = 0; i < N; i++) output[i] = forward(train.x[i], w, hidden.subarray(i * h, (i + 1) * h));
    },
    multiply(v, out) { // Pearlmutter's R-operator
      for (let j = 0; j < n; j++) out[j] = l2 * v[j];
      for (let i = 0; i < N; i++) {
        const x = train.x[i], slope = 2 * (total * output[i] - mixed[i]) / N;
        const bent = (2 * total / N) * derivative(i, v);
        for (let u = 0; u < h; u++) {
          const a = hidden[i * h + u], gain = 1 - a * a, dz = v[u] * x + v[h + u], head = weights[2 * h + u];
          const back = bent * head * gain + slope * (v[2 * h + u] * gain - 2 * head * a * gain * dz);
          out[u] += back * x; out[h + u] += back; out[2 * h + u] += bent * a + slope * gain * dz;
        }
        out[3 * h] += bent;
      }
    },
    along(s, out) {
      out.fill(0);
      for (let i = 0; i < N; i++) {
        const part = 2 * derivative(i, s) / N;
        for (let k = 0; k < K; k++) out[k] += (output[i] - train.y[i * (K + 1) + 1 + k]) * part;
      }
    },
    /** Writes L_T and the main loss, returns L_T with the weights `before`. */
    losses(w, phi, before, trace, at) {
      let main = 0, all = 0, earlier = 0, square = 0;
      for (let j = 0; j < n; j++) square += w[j] * w[j];
      for (let i = 0; i < N; i++) {
        const r = output[i] - train.y[i * (K + 1)];
        main += r * r;
        for (let k = 0; k < K; k++) {
          const r = output[i] - train.y[i * (K + 1) + 1 + k];
          all += phi[k] * r * r;
          earlier += before[k] * r * r;
        }
      }
      main = main / N + 0.5 * l2 * square;
      trace[at] = main + all / N;
      trace[at + 1] = main;
      return main + earlier / N;
    },
    test(w) {
      let loss = 0;
      for (let i = 0; i < N; i++) { const r = forward(test.x[i], w, a) - test.y[i]; loss += r * r; }
      return loss / N;
    },
  };
}

/** The cases, named as in the native benchmark, and the outer steps of a run there. */
export const GENERAL = {
  logistic_n10_k2_N100_J3: { problem: logistic, steps: 4_000 },
  network_n25_k2_N20_J3: { problem: network, steps: 4_000 },
};

/** Outer steps per second, the best of nine runs after two, and φ and w at a run's end. */
export function general(name, recordAll) {
  const { problem, steps } = GENERAL[name];
  const made = problem(), trace = new Float64Array(ROWS * (8 + made.n + 3 * K));
  let best = Infinity, end;
  for (let i = 0; i < 11; i++) {
    const start = performance.now();
    end = run(made, steps, trace, recordAll);
    if (i >= 2) best = Math.min(best, performance.now() - start);
  }
  return { rate: Math.round((steps / best) * 1000), end };
}
