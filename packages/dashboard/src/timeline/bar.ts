import { isFailed } from "../events/describe.js";
import type { Bar } from "./lanes.js";
import { percent } from "./percent.js";
import { resourceGroup } from "./resource-group.js";
import { type Span, shareOf } from "./window.js";

/** Class of a bar: its colour by type, and whether it failed or is chosen. */
export function barClass({ key, event }: Bar, selected: string | undefined): string {
  const failed = isFailed(event) ? "is-failed" : "";
  return `bar bar-${resourceGroup(event.resource_type)} ${failed} ${key === selected ? "is-selected" : ""}`;
}

/** Where a stretch lies in a window, as CSS. */
export const place = ({ start, end }: Span, window: Span) => ({
  left: percent(shareOf(start, window)),
  width: percent((end - start) / (window.end - window.start)),
});
