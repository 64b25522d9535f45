/** @typedef {"view" | "action" | "resource" | "error" | "vital" | "other"} Kind */

/**
 * Something that an upload tells of. What has an `id` may be told several times, as a view that grows is, and is one fact.
 *
 * @typedef {{ kind: Kind, id?: string | undefined }} Fact
 */

/**
 * @typedef {object} Peer an SDK as a page uses it
 * @property {string} name
 * @property {string} [entry] a module that leaves the SDK on the page, bundled with what `package.json` here names
 * @property {(intake: string) => string} init statements that start it with all it documents but replay. `intake` is a path
 * @property {(text: string) => Fact[]} facts in the text of one upload
 */

/** @type {readonly Kind[]} */
export const KINDS = ["view", "action", "resource", "error", "vital", "other"];

/** @param {string} type as an SDK calls it */
export const kindOf = (type) => KINDS.find((kind) => kind === type) ?? "other";
