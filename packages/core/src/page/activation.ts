import type { Scope } from "../scope.js";

/**
 * Runs `begin` now, or when a prerendered page is shown to somebody, if ever: nobody has visited it before.
 * https://wicg.github.io/nav-speculation/prerendering.html
 */
export function whenActivated(scope: Scope, begin: () => void): void {
  const page = document as { prerendering?: boolean };
  if (!page.prerendering) {
    begin();
    return;
  }
  let begun = false;
  scope.listen(document, ["prerenderingchange"], () => {
    if (!begun) begin();
    begun = true;
  });
}
