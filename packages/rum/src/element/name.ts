import { attributeOf, elementsOf, isMasked, isStable, matches, read, tagOf } from "./dom.js";

const MAX_NAME = 100;
const MAX_NODES = 100;

export const BUTTON = "input:is([type=submit],[type=button],[type=reset])";
/** What is clicked as a whole, and is called by the text in it. */
const WHOLE =
  "button,a,label,summary,input,select,textarea,[data-sojourn-name],[role=button],[role=link],[role=tab],[role=menuitem],[role=option],[role=checkbox],[role=radio],[role=switch]";
/** Where a person's own words stand. */
export const WRITTEN = "input,select,textarea,[contenteditable]:not([contenteditable=false]),[role=textbox]";
const UNREAD = `[data-sojourn-privacy=mask],${WRITTEN},script,style,noscript`;

/**
 * What a person would call the thing that was clicked. `path` is the clicked element and all around it, across the
 * borders of shadow trees, as `event.composedPath()` gives it: the page may have removed the element since.
 *
 * Never read are values of inputs, text that can be edited, and text under
 * `data-sojourn-privacy="mask"`. Of an element that is
 * no button, link or the like, such as a section, only a short text of its own counts, not that of what it contains.
 * Never throws.
 */
export function nameOf(path: readonly EventTarget[]): string {
  try {
    const elements = elementsOf(path);
    const whole = elements.findIndex((element) => matches(element, WHOLE));
    const around = elements.slice(Math.max(whole, 0));
    return around[0] ? short(describe(around[0], around, whole >= 0)) : "";
  } catch {
    // The page may have replaced what an element is read by.
    return "element";
  }
}

function describe(target: Element, around: readonly Element[], isWhole: boolean): string {
  const given = attributeOf(target, "data-sojourn-name");
  if (given) return given;
  if (isMasked(around)) return "masked";
  const text = around.some((element) => matches(element, WRITTEN)) ? "" : textOf(target, isWhole ? UNREAD : "*");
  const id = attributeOf(target, "id");
  const candidates = [
    attributeOf(target, "aria-label"),
    isWhole && text,
    matches(target, BUTTON) && attributeOf(target, "value"),
    ...["title", "alt", "placeholder", "name"].map((name) => attributeOf(target, name)),
    isStable(id) && id,
    text.trim().length <= MAX_NAME && text,
  ];
  return candidates.find((candidate): candidate is string => !!candidate && !!candidate.trim()) ?? tagOf(target);
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line;
};

/** Text below an element but for what `unread` matches, without layout (`innerText` would force one). */
function textOf(parent: Element, unread: string, budget = { nodes: MAX_NODES }): string {
  let text = "";
  for (
    let node = read("firstChild", parent);
    node && text.length <= MAX_NAME && budget.nodes-- > 0;
    node = read("nextSibling", node)
  ) {
    if (node instanceof Text) text += ` ${node.data.slice(0, 10 * MAX_NAME)}`;
    else if (node instanceof Element && !matches(node, unread)) text += textOf(node, unread, budget);
  }
  return text;
}
