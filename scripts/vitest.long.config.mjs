import config from "../vitest.config.ts";

/** The configuration of every other test, for the files that take too long for them. */
export default {
  ...config,
  root: new URL("..", import.meta.url).pathname,
  test: { ...config.test, include: ["packages/*/src/**/*.long.ts"] },
};
