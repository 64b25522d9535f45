/** Calls, and error events, that a stand-in remembers at most. */
const CALLS = 200;
const ERRORS = 50;

/**
 * The page's own stand-in for the SDK while its file is on the way, to be put inline before every other script. Calls are
 * remembered with the time they were made at, and so are errors that nobody caught. It asks for no script itself: a page
 * with a strict policy needs nothing but the nonce, or the hash, of this text. Any name can be called, so that it need
 * not change when the SDK gets another method.
 *
 * On it `getSession()` has no answer, and `flush()` resolves at once: a page that waits for it must not hang where the
 * file never comes. What `onSessionChange()` answers works before the file is there and after.
 */
export const STAND_IN = [
  "var sojourn=(t=>{",
  `let n=()=>performance.now(),l=t.l=v=>{t.e.length<${ERRORS}&&t.e.push([v,n()])};`,
  'addEventListener("error",l,!0);addEventListener("unhandledrejection",l,!0);',
  "return new Proxy(t,{get:(t,k)=>",
  // A promise that is resolved with the stand-in asks whether it is one.
  'k in t||k=="then"?t[k]:(...a)=>{',
  `let c=[k,a,n()];t.q.length<${CALLS}&&t.q.push(c);`,
  // What the file got as an answer stands in the fourth place then. A call without a name is none.
  'return k=="flush"?Promise.resolve():k=="onSessionChange"?()=>{c[0]=c[3]&&c[3]()}:void 0}',
  "})})({q:[],e:[]});",
].join("");

/** What a page's HTML needs of the SDK. */
export interface SnippetOptions {
  /** Address of `sojourn.js`. */
  src: string;
  /** What `init` takes, as far as JSON can carry it. */
  init: Readonly<Record<string, unknown>>;
  /** The nonce of this answer, where the page's `Content-Security-Policy` asks for one. */
  nonce?: string;
  /** Hash of the file (subresource integrity), where it is a copy that never changes. */
  integrity?: string;
}

/** The HTML that loads the SDK without blocking the page and loses nothing meanwhile. It belongs first into `<head>`. */
export function snippet({ src, init, nonce, integrity }: SnippetOptions): string {
  const once = attribute("nonce", nonce);
  // The text of a script ends at what looks like its end tag, wherever that stands.
  const options = JSON.stringify(init).replace(/</g, "\\u003c");
  return `<script${once}>${STAND_IN}
sojourn.init(${options})</script>
<script async${once}${attribute("src", src)} crossorigin${attribute("integrity", integrity)}></script>`;
}

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? "" : ` ${name}="${value.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;
