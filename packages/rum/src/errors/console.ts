import type { Scope } from "@sojourn/core";
import { patchMethod } from "../patch.js";
import { isError, MAX_TEXT, show } from "./describe.js";

const MAX_ARGUMENTS = 10;

/** What is written with `console.error`: its text as the console would show it, and the first error in it. */
export function observeConsole(scope: Scope, found: (message: string, error: Error | undefined) => void): void {
  scope.add(
    patchMethod(console, "error", scope.report, (_self, all) => {
      const args = all.slice(0, MAX_ARGUMENTS);
      const message = format(args);
      // What this SDK says there.
      if (!message.startsWith("[sojourn]")) found(message, args.find(isError));
      return undefined;
    }),
  );
}

/** https://console.spec.whatwg.org/#formatter */
function format([first, ...rest]: unknown[]): string {
  const shown = rest.map((value) => show(value).slice(0, MAX_TEXT));
  const text = show(first).slice(0, MAX_TEXT);
  const fill = (mark: string) => {
    const value = shown.shift();
    return mark === "%c" ? "" : (value ?? mark);
  };
  return [typeof first === "string" ? text.replace(/%[sdifoOc]/g, fill) : text, ...shown].join(" ");
}
