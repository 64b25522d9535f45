/** Attributes that tests and designers keep stable; a selector made of one survives a redesign. */
const STABLE = ["data-testid", "data-test", "data-qa", "data-cy", "data-component", "data-element"];
const MAX_DEPTH = 8;
const MAX_NAME = 100;
const MAX_NODES = 50;
/** Generated names change with every build; a selector of them would name nothing tomorrow. */
const GENERATED = /\d{3,}|[0-9a-f]{6,}|^:|^css-|^_/i;

/** A short CSS selector of an element, from structure and stable names only: no text, no values. */
export function selectorOf(element: Element): string {
  const parts: string[] = [];
  let node: Element | null = element;
  while (node && parts.length < MAX_DEPTH) {
    const { part, unique } = partOf(node);
    parts.unshift(part);
    if (unique) break;
    node = node.parentElement;
  }
  return parts.join(">").slice(0, 512);
}

function partOf(node: Element): { part: string; unique: boolean } {
  const tag = node.localName;
  for (const attribute of STABLE) {
    const value = node.getAttribute(attribute);
    if (value) return { part: `${tag}[${attribute}="${CSS.escape(value)}"]`, unique: true };
  }
  if (node.id && !GENERATED.test(node.id)) return { part: `#${CSS.escape(node.id)}`, unique: true };
  const [named] = [...node.classList].filter((name) => !GENERATED.test(name));
  const siblings = node.parentElement ? [...node.parentElement.children].slice(0, MAX_NODES) : [];
  const alike = siblings.filter((other) => other.localName === tag && (!named || other.classList.contains(named)));
  const own = named ? `${tag}.${CSS.escape(named)}` : tag;
  if (alike.length < 2) return { part: own, unique: tag === "body" };
  const sameTag = siblings.filter((other) => other.localName === tag);
  return { part: `${tag}:nth-of-type(${sameTag.indexOf(node) + 1})`, unique: false };
}

/** What a person would call the thing that was clicked. Values of inputs are never read. */
export function nameOf(element: Element): string {
  const target =
    element.closest(
      "[data-sojourn-name],button,a,label,summary,[role=button],[role=link],[role=tab],input,select,textarea",
    ) ?? element;
  const given = target.getAttribute("data-sojourn-name");
  if (given) return short(given);
  if (target.closest("[data-sojourn-mask]")) return "masked";
  const kind = target.getAttribute("type");
  const button = target.localName === "input" && (kind === "submit" || kind === "button" || kind === "reset");
  const candidates = [
    target.getAttribute("aria-label"),
    button ? target.getAttribute("value") : /^(?:input|select|textarea)$/.test(target.localName) ? "" : textOf(target),
    target.getAttribute("title"),
    target.getAttribute("alt"),
    target.getAttribute("placeholder"),
    target.getAttribute("name"),
    target.id,
  ];
  return short(candidates.find((candidate) => candidate?.trim()) ?? target.localName);
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line;
};

/** Text below an element, without layout (`innerText` would force one), within a budget of nodes. */
function textOf(element: Element): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let i = 0; i < MAX_NODES && text.length < MAX_NAME && walker.nextNode(); i++) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!parent || /^(?:script|style|textarea|option)$/.test(parent.localName)) continue;
    text += ` ${node.nodeValue ?? ""}`;
  }
  return text;
}
