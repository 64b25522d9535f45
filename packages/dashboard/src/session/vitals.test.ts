import { expect, test } from "vitest";
import type { View } from "../api/types.js";
import { rate, type VitalName } from "./vitals.js";

const view = (fields: object) => ({ view_id: "v", date: 0, ...fields }) as View;

test.each<[VitalName, string, number, number]>([
  ["LCP", "largest_contentful_paint", 2500e6, 4000e6],
  ["INP", "interaction_to_next_paint", 200e6, 500e6],
  ["CLS", "cumulative_layout_shift", 0.1, 0.25],
  ["FCP", "first_contentful_paint", 1800e6, 3000e6],
  ["TTFB", "first_byte", 800e6, 1800e6],
])("rates %s by its published thresholds, each included", (name, field, good, poor) => {
  const above = (value: number) => value * 1.000001;
  expect(rate(name, view({ [field]: good }))).toBe("good");
  expect(rate(name, view({ [field]: above(good) }))).toBe("needs-improvement");
  expect(rate(name, view({ [field]: poor }))).toBe("needs-improvement");
  expect(rate(name, view({ [field]: above(poor) }))).toBe("poor");
});

test("does not rate what was not measured", () => {
  expect(rate("LCP", view({}))).toBeUndefined();
  expect(rate("CLS", view({ cumulative_layout_shift: 0 }))).toBe("good");
});
