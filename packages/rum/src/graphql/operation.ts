/** What a GraphQL request asks for. */
export interface Operation {
  resource_graphql_operation?: string | undefined;
  resource_graphql_type?: string | undefined;
}

/** Longer bodies are not read, nor what of a document is beyond: both hold up the page. */
const MAX_BODY = 100_000;
const MAX_DOCUMENT = 20_000;
const MAX_BATCH = 20;

/** Texts and comments of a document, which may hold anything. */
const OPAQUE = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g;
/** What stands in the innermost brackets. */
const INNERMOST = /[{([][^{}()[\]]*[})\]]/g;
const DEEPEST = 50;
const OPERATION = /\b(query|mutation|subscription)\b\s*([A-Za-z_]\w*)?/g;

/**
 * The operation of a request's JSON body: of several in one body their names, and the type of the first. Variables are
 * never looked at.
 */
export function readOperation(body: string): Operation | undefined {
  if (body.length > MAX_BODY || !/^\s*[{[]/.test(body)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const all = [parsed].flat().slice(0, MAX_BATCH).map(describe);
  const names = all.map(({ resource_graphql_operation }) => resource_graphql_operation).filter(Boolean);
  const [first] = all;
  return first && { ...first, resource_graphql_operation: names.join(", ").slice(0, 512) || undefined };
}

/** `operationName` where there is one, of a stored query too, else the name in the document. */
export function describe(given: unknown): Operation {
  const { operationName, query } = Object(given) as Record<string, unknown>;
  const wanted = typeof operationName === "string" && operationName ? operationName : undefined;
  const found = typeof query === "string" ? operationsOf(query) : [];
  const one = found.find(({ name }) => name === wanted) ?? (wanted ? undefined : found[0]);
  return { resource_graphql_operation: (wanted ?? one?.name)?.slice(0, 512), resource_graphql_type: one?.type };
}

function operationsOf(document: string): { type: string; name: string | undefined }[] {
  let top = document.slice(0, MAX_DOCUMENT).replace(OPAQUE, "");
  const isShort = /^[\s,]*\{/.test(top);
  for (let depth = 0, before = ""; depth < DEEPEST && top !== before; depth++) {
    before = top;
    top = top.replace(INNERMOST, " ");
  }
  // What is cut off in the middle has brackets left: they hold what is inside.
  const [outside = ""] = top.replace(/\bfragment\s+\w+/g, "").split(/[{([]/);
  const found = [...outside.matchAll(OPERATION)].map(([, type = "", name]) => ({ type, name }));
  return isShort ? [{ type: "query", name: undefined }, ...found] : found;
}
