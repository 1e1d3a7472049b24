// Hands the results of a measurement to whoever drives the page.

/** @param {() => Promise<[string, number][]>} measure */
export async function show(measure) {
  const told = document.querySelector("[data-results]");
  let state = "finished";
  try {
    told.textContent = JSON.stringify(await measure());
  } catch (error) {
    told.textContent = String(error);
    state = "error";
  }
  document.documentElement.dataset.state = state;
}
