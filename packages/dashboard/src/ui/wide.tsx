import type { ComponentChildren } from "preact";

/** What may be wider than its place, and then scrolls by itself: by keys too. */
export function Wide({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls has to be reached by those who have no pointer
    <section class="wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
