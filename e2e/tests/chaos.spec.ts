import { test } from "../fixtures/test.js";
import { expectNothingLost } from "../fixtures/weather.js";

for (let seed = 1; seed <= 10; seed++) {
  test(`after the storm of seed ${seed} everything is there, and once`, ({ person, site, collector }) =>
    expectNothingLost({ person, site, collector }, seed, { pages: 2, steps: 40 }));
}
