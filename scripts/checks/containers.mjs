import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { parseDocument } from "yaml";

/**
 * What can be told of the container files without a container: their form, and that what they name is there.
 *
 * @param {string} root
 */
export async function checkContainers(root) {
  const read = (/** @type {string} */ path) => readFile(join(root, path), "utf8");
  const exists = (/** @type {string} */ path) =>
    access(join(root, path)).then(
      () => true,
      () => false,
    );
  const problems = dockerfileProblems(await read("Dockerfile"));
  const compose = readYaml("compose.yaml", await read("compose.yaml"), problems);
  problems.push(...(await composeProblems(compose, exists)));
  const [cluster, keeper] = await Promise.all(
    ["cluster.yaml", "keeper.yaml"].map(async (name) =>
      readYaml(`deploy/clickhouse/${name}`, await read(`deploy/clickhouse/${name}`), problems),
    ),
  );
  problems.push(...clusterProblems(compose, cluster, keeper));
  return problems;
}

/** @param {string} text */
export function dockerfileProblems(text) {
  const at = (/** @type {number} */ line) => `Dockerfile:${line + 1}`;
  const problems = validate(text).map(({ range, message }) => `${at(range.start.line)}: ${message}`);
  const froms = DockerfileParser.parse(text).getFROMs();
  const stages = froms.map((from) => from.getBuildStage());
  for (const from of froms) {
    const tag = from.getImageTag();
    const isStage = stages.includes(from.getImage() ?? "");
    if (!isStage && (!tag || tag === "latest")) {
      problems.push(`${at(from.getRange().start.line)}: ${from.getImage()} has no version`);
    }
  }
  const [, last = ""] = /(?:^|\n)(FROM (?![\s\S]*\nFROM )[\s\S]*)$/.exec(text) ?? [];
  for (const wanted of ["USER", "ENTRYPOINT", "HEALTHCHECK"]) {
    if (!new RegExp(`^${wanted}\\b`, "m").test(last)) problems.push(`Dockerfile: the image has no ${wanted}`);
  }
  if (/^USER (?:root|0)\b/m.test(last)) problems.push("Dockerfile: the image runs as root");
  // In the other form a shell is process 1, which passes no signals on.
  if (/^ENTRYPOINT (?!\[)/m.test(last)) problems.push("Dockerfile: ENTRYPOINT must be a list");
  return problems;
}

/**
 * @param {any} compose
 * @param {(path: string) => Promise<boolean>} exists
 */
export async function composeProblems(compose, exists) {
  const problems = [];
  const services = Object.entries(compose?.services ?? {});
  if (services.length === 0) problems.push("compose.yaml: there are no services");
  for (const [name, service] of services) {
    const at = `compose.yaml: ${name}`;
    if (!service.image && !service.build) problems.push(`${at} has neither image nor build`);
    if (service.image && !service.build && !/:(?!latest$)[\w.-]+$/.test(service.image)) {
      problems.push(`${at}: ${service.image} has no version`);
    }
    if (!service.restart) problems.push(`${at} has no restart`);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const known = compose.services[other];
      if (!known) problems.push(`${at} depends on ${other}, which is no service`);
      else if (condition === "service_healthy" && !known.healthcheck && !known.build) {
        problems.push(`${at} waits for the health of ${other}, which has no healthcheck`);
      }
    }
    for (const volume of service.volumes ?? []) {
      const [source = ""] = volume.split(":");
      if (source.startsWith("./")) {
        if (!(await exists(source))) problems.push(`${at}: there is no ${source}`);
      } else if (!(source in (compose.volumes ?? {}))) problems.push(`${at}: ${source} is no volume`);
    }
    for (const port of service.ports ?? []) {
      if (!port.startsWith("127.0.0.1:")) problems.push(`${at}: port ${port} is open to everybody`);
    }
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|SECRET|TOKEN/.test(key) && !/^\$\{\w+:\?/.test(value))
        problems.push(`${at}: ${key} must be asked for`);
    }
  }
  return problems;
}

/**
 * Whether the servers' own files speak of servers that are there.
 *
 * @param {any} compose
 * @param {any} cluster
 * @param {any} keeper
 */
export function clusterProblems(compose, cluster, keeper) {
  const problems = [];
  const services = compose?.services ?? {};
  const hosts = Object.values(cluster?.remote_servers ?? {}).flatMap(({ shard }) =>
    [shard].flat().flatMap(({ replica }) => [replica].flat().map(({ host }) => host)),
  );
  const keepers = [cluster?.zookeeper?.node].flat();
  const members = [keeper?.keeper_server?.raft_configuration?.server].flat();
  for (const host of [...hosts, ...keepers.map((node) => node?.host), ...members.map((server) => server?.hostname)]) {
    if (!(host in services)) problems.push(`deploy/clickhouse: ${host} is no service of compose.yaml`);
  }
  const named = Object.keys(services).filter((name) => /clickhouse-server:/.test(services[name].image ?? ""));
  for (const name of named) {
    if (!hosts.includes(name)) problems.push(`deploy/clickhouse/cluster.yaml: ${name} is in no cluster`);
    // Two replicas of one name overwrite each other.
    if (services[name].environment?.REPLICA !== name)
      problems.push(`compose.yaml: ${name} must have itself as REPLICA`);
  }
  if (keepers.some((node) => node?.port !== keeper?.keeper_server?.tcp_port)) {
    problems.push("deploy/clickhouse: cluster.yaml and keeper.yaml name different ports of the keeper");
  }
  return problems;
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string[]} problems gets what is wrong with its form
 */
function readYaml(path, text, problems) {
  const document = parseDocument(text, { merge: true, uniqueKeys: true });
  for (const { message } of [...document.errors, ...document.warnings]) {
    problems.push(`${path}: ${message.split("\n", 1)[0]}`);
  }
  return document.errors.length > 0 ? undefined : document.toJS();
}
