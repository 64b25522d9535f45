/** What a site owner pastes into a page's head, for this collector. */
export function scriptSnippet({ origin, applicationId, clientToken }: SnippetOptions): string {
  const options = { applicationId, clientToken, endpoint: `${origin}/v1/rum` };
  const lines = Object.entries(options).map(([name, value]) => `    ${name}: ${literal(value)},`);
  return [
    `<script src="${origin}/sojourn.js"></script>`,
    "<script>",
    "  window.sojourn && sojourn.init({",
    ...lines,
    "  });",
    "</script>",
  ].join("\n");
}

/** What an application with a bundler writes. */
export function moduleSnippet({ origin, applicationId, clientToken }: SnippetOptions): string {
  return [
    'import { init } from "@sojourn/rum";',
    "",
    `init({ applicationId: ${literal(applicationId)}, clientToken: ${literal(clientToken)}, endpoint: ${literal(`${origin}/v1/rum`)} });`,
  ].join("\n");
}

export interface SnippetOptions {
  /** Where the collector is reached by browsers. */
  origin: string;
  applicationId: string;
  clientToken: string;
}

/** A string as JavaScript that cannot end the script element it stands in. */
const literal = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");
