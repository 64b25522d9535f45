import { expect, test } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { checkContainers, clusterProblems, composeProblems, dockerfileProblems } from "./containers.mjs";

test("the container files of this repository have nothing wrong with their form", async () => {
  expect(await checkContainers(ROOT)).toEqual([]);
});

const GOOD = `FROM node:22 AS build
RUN npm ci

FROM node:22
COPY --from=build /src /app
USER node
HEALTHCHECK CMD ["true"]
ENTRYPOINT ["node"]
`;

test("a Dockerfile is held to its form, to versions, and to a user that is not root", () => {
  expect(dockerfileProblems(GOOD)).toEqual([]);
  const changed = (/** @type {string} */ from, /** @type {string} */ to) =>
    dockerfileProblems(GOOD.replace(from, to)).join("\n");
  expect(changed("RUN", "RUNN")).toMatch(/^Dockerfile:2: .*RUNN/);
  expect(changed("node:22\n", "node\n")).toMatch(/^Dockerfile:4: node has no version$/);
  expect(changed("node:22\n", "node:latest\n")).toContain("no version");
  expect(changed("USER node", "USER root")).toContain("as root");
  expect(changed("USER node\n", "")).toContain("no USER");
  expect(changed('ENTRYPOINT ["node"]', "ENTRYPOINT node")).toContain("must be a list");
});

const service = { image: "a:1", restart: "always" };
const problems = (/** @type {object} */ more, volumes = {}) =>
  composeProblems({ services: { a: { ...service, ...more }, b: service }, volumes }, async (path) => path === "./here");

test("compose names only what is there, with versions, and opens nothing to everybody", async () => {
  expect(await problems({})).toEqual([]);
  expect(await problems({ image: "a" })).toEqual(["compose.yaml: a: a has no version"]);
  expect(await problems({ image: undefined })).toEqual(["compose.yaml: a has neither image nor build"]);
  expect(await problems({ restart: undefined })).toEqual(["compose.yaml: a has no restart"]);
  expect(await problems({ depends_on: { c: {} } })).toEqual(["compose.yaml: a depends on c, which is no service"]);
  expect(await problems({ depends_on: { b: { condition: "service_healthy" } } })).toEqual([
    "compose.yaml: a waits for the health of b, which has no healthcheck",
  ]);
  expect(await problems({ volumes: ["./here:/x", "v:/y"] }, { v: null })).toEqual([]);
  expect(await problems({ volumes: ["./gone:/x", "v:/y"] })).toEqual([
    "compose.yaml: a: there is no ./gone",
    "compose.yaml: a: v is no volume",
  ]);
  expect(await problems({ ports: ["8123:8123"] })).toEqual(["compose.yaml: a: port 8123:8123 is open to everybody"]);
  expect(await problems({ environment: { X_PASSWORD: "secret" } })).toEqual([
    "compose.yaml: a: X_PASSWORD must be asked for",
  ]);
});

test("the servers' files speak of the services, each replica of itself", () => {
  const image = "clickhouse/clickhouse-server:1";
  const services = {
    one: { image, environment: { REPLICA: "one" } },
    two: { image, environment: { REPLICA: "one" } },
    keeper: {},
  };
  const cluster = {
    remote_servers: { c: { shard: { replica: [{ host: "one" }, { host: "three" }] } } },
    zookeeper: { node: { host: "keeper", port: 1 } },
  };
  const keeper = { keeper_server: { tcp_port: 2, raft_configuration: { server: { hostname: "keeper" } } } };
  expect(clusterProblems({ services }, cluster, keeper)).toEqual([
    "deploy/clickhouse: three is no service of compose.yaml",
    "deploy/clickhouse/cluster.yaml: two is in no cluster",
    "compose.yaml: two must have itself as REPLICA",
    "deploy/clickhouse: cluster.yaml and keeper.yaml name different ports of the keeper",
  ]);
});
