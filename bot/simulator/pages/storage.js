/** Storage may be refused (private windows); the page then only forgets what was chosen. */
function stored(storage, work) {
  try {
    return work(window[storage]);
  } catch {
    return null;
  }
}

/** What this browser keeps under a name; empty when there is nothing. */
export const kept = (name) => stored("localStorage", (store) => store.getItem(name)) ?? "";
export const keep = (name, value) => stored("localStorage", (store) => store.setItem(name, value));

/** The same for this window alone. */
export const keptHere = (name) => stored("sessionStorage", (store) => store.getItem(name)) ?? "";
export const keepHere = (name, value) => stored("sessionStorage", (store) => store.setItem(name, value));
