import { elementsOf, matches, nearest, tagOf } from "../element/dom.js";
import { BUTTON, WRITTEN } from "../element/name.js";

/** What is clicked again and again on purpose, and answers inside itself. */
const OWN_WAY = `${WRITTEN},option,canvas,video,audio,object,embed,iframe`;

/**
 * What a click there is never taken for, some of `rage`, `dead` and `error` in one text. The nearest
 * `data-sojourn-frustration` names what is left out; an empty value or `off` leaves out all.
 *
 * @param path what was clicked, and all around it
 * @param control of the label that was clicked
 */
export function exemptOf(path: readonly EventTarget[], control?: Element | null): string {
  const rule = nearest(path, "data-sojourn-frustration") ?? "none";
  if (!rule || rule === "off") return "rage dead error";
  const elements = elementsOf(path);
  const [target] = elements;
  const within = (css: string) => elements.concat(control ?? []).some((element) => matches(element, css));
  if (!target || (within(OWN_WAY) && !matches(target, BUTTON))) return `rage dead ${rule}`;
  // A link may answer elsewhere, a shadow tree that is closed to us inside; of a blank place nobody asks for an answer.
  return within("a[href]") || /-|^html$|^body$/.test(tagOf(target)) ? `dead ${rule}` : rule;
}

/** What of a click annoyed a person. */
export const frustrationsOf = (signs: { rage: unknown; dead: unknown; error: unknown }, exempt: string): string[] =>
  Object.entries(signs).flatMap(([sign, is]) => (is && !exempt.includes(sign) ? `${sign}_click` : []));
