import { test } from "../fixtures/test.js";
import { expectNothingLost } from "../fixtures/weather.js";

for (let seed = 11; seed <= 210; seed++) {
  test(`after the storm of seed ${seed} everything is there, and once`, ({ person, site, collector }) =>
    expectNothingLost({ person, site, collector }, seed, { pages: 3, steps: 60 }));
}
