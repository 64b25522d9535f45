/** What a site owner pastes into a page's head, for this collector. */
export function scriptSnippet({ origin, applicationId, clientToken }: SnippetOptions): string {
  return [
    `<script src="${origin}/sojourn.js"></script>`,
    "<script>",
    "  window.sojourn && sojourn.init({",
    ...optionLines({ origin, applicationId, clientToken }, "    "),
    "  });",
    "</script>",
  ].join("\n");
}

/** What an application with a bundler writes. */
export function moduleSnippet({ origin, applicationId, clientToken }: SnippetOptions): string {
  return [
    'import { init } from "@sojourn/rum";',
    "",
    "init({",
    ...optionLines({ origin, applicationId, clientToken }, "  "),
    "});",
  ].join("\n");
}

export interface SnippetOptions {
  /** Where the collector is reached by browsers. */
  origin: string;
  applicationId: string;
  clientToken: string;
}

function optionLines({ origin, applicationId, clientToken }: SnippetOptions, indent: string): string[] {
  const options = { applicationId, clientToken, endpoint: `${origin}/v1/rum` };
  return Object.entries(options).map(([name, value]) => `${indent}${name}: ${literal(value)},`);
}

/** A string as JavaScript that cannot end the script element it stands in. */
const literal = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");
