import { weather } from "../fixtures/stormy.js";
import { expect, test } from "../fixtures/test.js";

for (let seed = 1; seed <= 10; seed++) {
  test(`after the storm of seed ${seed} everything is there, and once`, async ({ person, site, collector }) => {
    const { done, lost, twice, proxy } = await weather(person.browser, site, collector, seed, { pages: 2, steps: 40 });
    const story = () => [`seed ${seed}`, ...proxy.story()].join("\n");
    expect({ lost, twice }, story()).toEqual({ lost: [], twice: [] });
    expect(done).toBeGreaterThan(100);
    expect(
      proxy.passed.filter(({ method }) => method !== "POST"),
      "a preflight",
    ).toEqual([]);
    const kinds = new Set(proxy.passed.map(({ fate }) => fate.kind));
    expect(kinds.size).toBeGreaterThan(4);
  });
}
