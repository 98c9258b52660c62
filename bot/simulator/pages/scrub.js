const SECRET_KEY = /token|secret|^response_url$|^upload_url$/i;
const SECRET_VALUE = /\b(xox[a-z]|xapp)-[\w-]+/g;
/** The address of a socket is a key for one use. */
const SOCKET = /^wss?:/i;

/** Whatever could be used as a key is left out of what is shown; ids such as trigger ids may stay. */
function scrubbed(value, name = "") {
  if (Array.isArray(value)) return value.map((item) => scrubbed(item));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed(item, key)]));
  if (typeof value !== "string") return value;
  if (SECRET_KEY.test(name) || SOCKET.test(value)) return "(not shown)";
  return value.replace(SECRET_VALUE, "(not shown)");
}

export const asText = (value) => JSON.stringify(scrubbed(unpacked(value)), null, 2) ?? "";

/** Slack's forms carry JSON in strings, such as blocks and views; it is read better unpacked. */
function unpacked(value) {
  if (Array.isArray(value)) return value.map(unpacked);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpacked(item)]));
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
