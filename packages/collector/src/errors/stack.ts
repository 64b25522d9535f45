/** One call of a stack, innermost first. What an engine did not say is absent; native code has no file. */
export interface Frame {
  function?: string;
  file?: string;
  /** From 1. */
  line?: number;
  /** From 1. Of WebAssembly the offset in bytes, without a line. */
  column?: number;
  /** What waited for it or asked for it, and was not running any more. */
  async?: true;
}

const MAX_FRAMES = 50;
const MAX_FUNCTION = 200;
const MAX_FILE = 1024;

/**
 * The calls in a stack as Chromium, Firefox or WebKit wrote it. Lines that are none, such as those of the message that
 * V8 puts first, are passed over. Each character is looked at a few times at most: whatever is sent costs no more than
 * its length.
 */
export function parseStack(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const frame = parseLine(line.trim());
    if (frame && Object.keys(frame).length && frames.push(frame) === MAX_FRAMES) break;
  }
  return frames;
}

function parseLine(line: string): Frame | undefined {
  return line.startsWith("at ") ? parseV8(line.slice(3)) : parseGecko(line);
}

/**
 * `name (place)` or a place alone, where a place is `file:line:column`, `<anonymous>`, `native`, `index 0` of a
 * Promise.all, or `eval at name (place), <anonymous>:line:column`. https://v8.dev/docs/stack-trace-api
 */
function parseV8(call: string): Frame | undefined {
  const evaluated = call.indexOf(" (eval at ");
  const open = evaluated < 0 ? call.lastIndexOf(" (") : evaluated;
  if (open < 0 || !call.endsWith(")")) {
    const bare = call.startsWith("eval at ") ? outermost(call) : call;
    const waits = bare.startsWith("async ");
    const place = parsePlace(waits ? bare.slice(6) : bare);
    return isPosition(place) ? { ...place, ...(waits && { async: true }) } : undefined;
  }
  const name = call.slice(0, open);
  const inside = call.slice(open + 2, -1);
  return withName(name, parsePlace(evaluated < 0 ? inside : outermost(inside)) ?? {});
}

/** Where code that was evaluated, in code that may have been too, came from: what stands in the innermost parentheses. */
function outermost(place: string): string {
  const open = place.lastIndexOf("(");
  const close = place.indexOf(")", open);
  return close < 0 ? place : place.slice(open + 1, close);
}

/** `name@place`, where either may be missing. WebKit writes a function without a name as its place alone. */
function parseGecko(line: string): Frame | undefined {
  const at = line.indexOf("@");
  const name = at < 0 ? "" : line.slice(0, at);
  // An at sign of a URL, such as that of a package's scope.
  if (at < 0 || name.includes("://")) {
    const place = line.includes("://") ? parsePlace(line) : undefined;
    return isPosition(place) ? place : undefined;
  }
  const text = line.slice(at + 1);
  if (/^\[(?:native|wasm) code\]$/.test(text) || text === "") return name ? withName(name, {}) : undefined;
  const place = parsePlace(text);
  return place && (isPosition(place) || place.function) ? withName(name, place) : undefined;
}

const isPosition = ({ line, column }: Frame = {}): boolean => (line ?? column) !== undefined;

/** V8 writes `async name` for what waits, Firefox `async*name` and `setTimeout handler*name`. */
function withName(given: string, place: Frame): Frame {
  const star = given.lastIndexOf("*") + 1;
  const waits = star > 0 || given.startsWith("async ");
  const name = given.slice(star || (waits ? 6 : 0)).slice(0, MAX_FUNCTION);
  return {
    ...(name && name !== "<anonymous>" && { function: name }),
    ...place,
    ...(waits && { async: true }),
  };
}

const NUMBER = /^\d{1,10}$/;

/** `file:line:column`, with as much of it as is there; undefined where there is nothing of it. */
function parsePlace(place: string): Frame | undefined {
  const wasm = place.indexOf(":wasm-function[");
  if (wasm >= 0) {
    const [name = "", offset = ""] = place.slice(wasm + 1, wasm + 100).split(":");
    const column = Number.parseInt(offset, 16);
    return { function: name, ...fileOf(place.slice(0, wasm)), ...(column >= 0 && { column }) };
  }
  // Firefox: `file line 3 > eval:1:30`, evaluated in line 3.
  const evaluated = place.indexOf(" line ");
  if (evaluated > 0 && place.includes(" > ")) {
    const line = Number.parseInt(place.slice(evaluated + 6), 10);
    return { ...fileOf(place.slice(0, evaluated)), ...(line > 0 && line < 1e10 && { line }) };
  }
  const last = place.lastIndexOf(":");
  const column = place.slice(last + 1);
  if (last < 0 || !NUMBER.test(column)) {
    const file = fileOf(place);
    return file.file && !/^<|^native$| /.test(place) ? file : undefined;
  }
  const middle = place.lastIndexOf(":", last - 1);
  const line = place.slice(middle + 1, last);
  if (middle < 0 || !NUMBER.test(line)) return { ...fileOf(place.slice(0, last)), line: Number(column) };
  return { ...fileOf(place.slice(0, middle)), line: Number(line), column: Number(column) };
}

/** Code that a driver or a debugger ran has no file, and WebKit's WebAssembly none that it tells. */
function fileOf(place: string): Frame {
  const [file = ""] = place.split(" line ", 1);
  return file && file !== "<?>" ? { file: file.slice(0, MAX_FILE) } : {};
}
