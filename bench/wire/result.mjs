import { KINDS } from "../peers/peer.mjs";

/**
 * @typedef {{ at: number, bytes: number, text: string }} Upload when it came, bytes of the body, and the body unpacked
 * @typedef {ReturnType<typeof resultOf>} Result
 */

/**
 * What one SDK uploaded in one visit. Throws where it did not measure: a peer that is set up wrongly would look thrifty.
 *
 * @param {Pick<import("../peers/peer.mjs").Peer, "name" | "facts">} sdk
 * @param {readonly Upload[]} uploads
 * @param {{ from: number, to: number }} idle when nothing was done
 */
export function resultOf({ name, facts }, uploads, idle) {
  const found = uploads.flatMap(({ text }) => {
    try {
      return facts(text);
    } catch (error) {
      throw new Error(`${name} sent what was not understood: ${error}: "${text.slice(0, 200)}"`);
    }
  });
  const told = new Set();
  const fresh = found.filter(({ kind, id }) => id === undefined || (!told.has(kind + id) && told.add(kind + id)));
  const kinds = KINDS.map((kind) => fresh.filter((fact) => fact.kind === kind).length);
  // Views are not asked for: Faro has none unless the application names them.
  for (const kind of /** @type {const} */ (["resource", "error"])) {
    if (!kinds[KINDS.indexOf(kind)]) throw new Error(`${name} sent no ${kind}: nothing was measured`);
  }
  const idling = uploads.filter(({ at }) => at >= idle.from && at < idle.to);
  return {
    name,
    uploads: uploads.length,
    bytes: sum(uploads.map(({ bytes }) => bytes)),
    text: sum(uploads.map(({ text }) => Buffer.byteLength(text))),
    facts: fresh.length,
    kinds,
    idleUploads: idling.length,
    idleBytes: sum(idling.map(({ bytes }) => bytes)),
  };
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
