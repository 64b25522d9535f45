import { guard } from "@sojourn/core";
import type { Feature } from "../sdk.js";

/** How far down a view was seen. */
export const scroll = (): Feature => ({
  start({ scope, views, lifecycle }) {
    const page = document.documentElement;
    /** At this view so far. */
    let looks = 0;

    function saw(bottom: number, height: number): void {
      const measures = views.current()?.measures;
      if (!measures) return;
      // A router scrolls up only after the view began: where the last one was left counts no longer then.
      const deepest = ++looks > 2 ? (measures.scroll_depth ?? 0) : 0;
      measures.scroll_depth = Math.round(Math.max(bottom, deepest));
      // Where the body alone is higher than the window, the page's own box does not tell.
      measures.scroll_height = Math.max(Math.round(height), measures.scroll_depth);
    }

    // To ask for the position would force a layout; this tells it after the next one.
    const observer = new IntersectionObserver(
      guard(scope.report, ([entry]: IntersectionObserverEntry[]) => {
        const { rootBounds, boundingClientRect } = entry ?? {};
        if (rootBounds && boundingClientRect) {
          saw(rootBounds.height - boundingClientRect.top, boundingClientRect.height);
        }
      }),
      { root: document },
    );
    function look(): void {
      observer.unobserve(page);
      observer.observe(page);
    }
    scope.add(() => observer.disconnect());
    scope.listen(document, ["scroll"], look);
    views.began.on(() => {
      looks = 0;
      look();
    });
    look();
    lifecycle.exit.on(({ seen }) => {
      if (seen) saw(scrollY + innerHeight, page.scrollHeight);
    });
    return undefined;
  },
});
