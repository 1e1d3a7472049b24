// @ts-check
// Modules that come after the first picture.

/** Failed tries by address: a browser does not fetch a module again that it could not fetch once, but under another address. @type {Map<string, number>} */
const tries = new Map();

/** Imports a module of this folder, under a new address where it could not be fetched before. @param {string} name @returns {Promise<any>} */
export async function load(name) {
  const tried = tries.get(name) ?? 0;
  try {
    return await import(`./${name}${tried ? `?${tried}` : ""}`);
  } catch (error) {
    tries.set(name, tried + 1);
    throw error;
  }
}
