import type { EpochMs } from "@sojourn/core/model";
import { expect, test } from "vitest";
import type { Arrivals } from "../api/figures.js";
import { findings } from "./findings.js";

const NOW = 1_764_000_000_000;
const nothing: Arrivals = {
  since: NOW as EpochMs,
  sdk: { count: 0, last_at: null },
  applications: [{ application_id: "shop", client_token: "pub-1", beacons: 0, last_at: null }],
  refusals: [],
};
const refusal = (more: Partial<Arrivals["refusals"][number]>): Arrivals => ({
  ...nothing,
  sdk: { count: 3, last_at: NOW as EpochMs },
  refusals: [
    {
      application_id: "shop",
      code: "",
      message: "It is so.",
      field: "",
      origin: "https://shop.example",
      count: 2,
      last_at: (NOW - 30_000) as EpochMs,
      ...more,
    },
  ],
});
const first = (arrivals: Arrivals) => findings(arrivals, NOW)[0];

test("says that no page came, and that one came and sent nothing", () => {
  expect(first(nothing)?.title).toBe("No page has reached this collector yet");
  const loaded = first({ ...nothing, sdk: { count: 2, last_at: (NOW - 12_000) as EpochMs } });
  expect(loaded?.title).toBe("The SDK was loaded 2 times, the last time 12 s ago, and nothing was sent");
  for (const cause of ["trackingConsent", "sessionSampleRate", "connect-src", "blocker"]) {
    expect(loaded?.text).toContain(cause);
  }
});

test.each([
  [{ code: "foreign_origin" }, "for its origin", 'Put https://shop.example into the origins of "shop"'],
  [
    { code: "foreign_origin", application_id: "", origin: "" },
    "A request was turned away",
    "origins of the application",
  ],
  [{ code: "unknown_token" }, "unknown client token", "clientToken"],
  [{ code: "foreign_application" }, "token of another application", "applicationId"],
  [{ code: "too_many_requests" }, "faster than the limits", "waits"],
  [{ code: "malformed", field: "page.page_id" }, "could not be read", "page.page_id: It is so."],
  [
    { code: "rejected", message: "date: is more than a day in the future of the collector's clock" },
    "another time",
    "Set the clock",
  ],
  [{ code: "rejected", message: "silenced" }, "told to be silent", "sampleRate"],
  [{ code: "rejected", message: "error_message: is no text" }, "were refused", "error_message"],
  [{ code: "log_full" }, "was refused", "It is so."],
])("says what is wrong, how often, and what to do: %o", (more, title, text) => {
  const found = first(refusal(more));
  expect(found?.title).toContain(title);
  expect(found?.title).toContain("(2 times, 30 s ago)");
  expect(found?.text).toContain(text);
});

test("says that beacons were kept, after what is wrong", () => {
  const arrivals = refusal({ code: "unknown_token" });
  const application = { application_id: "shop", client_token: "pub-1", beacons: 1, last_at: NOW as EpochMs };
  const all = findings({ ...arrivals, applications: [application] }, NOW);
  expect(all.map(({ tone }) => tone)).toEqual(["alarm", "good"]);
  expect(all[1]?.title).toBe('1 beacon of "shop" kept, the last just now');
});
