import type { Agent } from "node:http";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from "@clickhouse/client";
import type { Block } from "../rows/block.js";
import { alterationOf, type Place } from "./cluster.js";
import { createServers } from "./servers.js";

export interface StoreConnection {
  /** One server, or several of one cluster. */
  url: string | readonly string[];
  username?: string | undefined;
  password?: string | undefined;
  database: string;
  /** The cluster that tables are spread over, as its servers name it. */
  cluster?: string | undefined;
  /** How to connect, for the embedded engine. */
  agent?: Agent | undefined;
}

export type Parameters = Record<string, string | number | boolean>;

/** What one question may take; beyond it, it is given up. */
export interface QueryLimits {
  seconds: number;
  memoryBytes: number;
}

/** The one way to ClickHouse, embedded or not. */
export interface Store {
  readonly database: string;
  /** Where its tables are spread over a cluster. */
  readonly place: Place | undefined;
  /** Adds a block. The same token again adds nothing, as far back as the table's deduplication window reaches. */
  insert(table: string, block: Block, token: string): Promise<void>;
  /** Rows of a query. Values only ever come in as parameters: `{name:String}` in the text. */
  query<T>(sql: string, parameters?: Parameters, limits?: QueryLimits): Promise<T[]>;
  /** An answer as it comes. The format stands in the text. */
  stream(sql: string, parameters?: Parameters): Promise<Readable>;
  command(sql: string, parameters?: Parameters): Promise<void>;
  /** Changes a table's rows or settings, on all servers: what stands behind `ALTER TABLE name`. */
  alter(table: string, change: string, parameters?: Parameters): Promise<void>;
  /** True when the store answers within 2 s. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

const READ_SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  date_time_output_format: "simple",
  max_result_rows: "200000",
  result_overflow_mode: "throw",
} as const;

/**
 * A row's identity decides its partition (see the first migration), so no copies are in others: partitions that a filter rules
 * out need not be read to put rows together. A server that does not know a setting would refuse it.
 */
const TUNING: Readonly<Record<string, number>> = {
  do_not_merge_across_partitions_select_final: 1,
  defer_partition_pruning_after_final: 0,
};

/**
 * A block is on the shard of each row, and there on most replicas, before it counts as taken. Writers do not wait for each other
 * (`insert_quorum_parallel`, the default), so a replica that is a moment behind may answer a question; what is asked for
 * reading one's own writes would have them queue.
 */
const CLUSTER_INSERT: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  insert_quorum: "auto",
  insert_quorum_timeout: 30_000,
};

/** What a question asks of another table is gathered first: its rows may be on other shards. */
const CLUSTER_READ: ClickHouseSettings = { distributed_product_mode: "global" };

/**
 * Reading a row's wide columns only once it is known which rows are wanted goes wrong where a table of the cluster has the asked
 * server as its only shard: "Not found column", seen with 26.7.
 */
const CLUSTER_TUNING: Readonly<Record<string, number>> = { query_plan_optimize_lazy_materialization: 0 };

/** A reader's question must not take the store from everybody else. */
export const DEFAULT_LIMITS: QueryLimits = { seconds: 30, memoryBytes: 1024 ** 3 };

/** Settings of a question. What would not fit in half the memory goes to the disk where the engine can. */
function settingsOf({ seconds, memoryBytes }: QueryLimits) {
  const half = String(Math.floor(memoryBytes / 2));
  return {
    ...READ_SETTINGS,
    max_execution_time: seconds,
    max_memory_usage: String(memoryBytes),
    max_bytes_before_external_group_by: half,
    max_bytes_before_external_sort: half,
  };
}

export function createStore(connection: StoreConnection): Store {
  const { database, cluster } = connection;
  const clients = [connection.url].flat().map((url) =>
    createClient({
      url,
      database,
      username: connection.username ?? "default",
      password: connection.password ?? "",
      request_timeout: 60_000,
      max_open_connections: 16,
      log: { level: ClickHouseLogLevel.OFF },
      ...(connection.agent ? { http_agent: connection.agent, set_basic_auth_header: true } : {}),
    }),
  );
  const servers = createServers(clients);
  const place: Place | undefined = cluster === undefined ? undefined : { cluster, database };
  const ofInserts = place ? CLUSTER_INSERT : {};
  const ofReads = place ? CLUSTER_READ : {};

  let tuning: Promise<Record<string, number>> | undefined;
  async function askTuning(): Promise<Record<string, number>> {
    const wanted = place ? { ...TUNING, ...CLUSTER_TUNING } : TUNING;
    const names = Object.keys(wanted).map((name) => `'${name}'`);
    const query = `SELECT name FROM system.settings WHERE name IN (${names.join(", ")})`;
    const result = await servers.ask((client) => client.query({ query, format: "JSONEachRow" }));
    const known = await result.json<{ name: string }>();
    return Object.fromEntries(known.map(({ name }) => [name, wanted[name] ?? 0]));
  }

  async function command(sql: string, parameters: Parameters = {}): Promise<void> {
    await servers.ask((client) => client.command({ query: sql, query_params: parameters }));
  }

  return {
    database,
    place,
    async insert(table, { columns, rows, pieces }, token) {
      if (rows === 0) return;
      await servers.ask(async (client) => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} (${columns.join(", ")}) FORMAT JSONCompactEachRow`,
          values: Readable.from(pieces, { objectMode: false }),
          clickhouse_settings: { ...ofInserts, insert_deduplication_token: token },
        });
        await finished(stream.resume());
      });
    },
    async query<T>(sql: string, parameters: Parameters = {}, limits = DEFAULT_LIMITS) {
      tuning ??= askTuning();
      const tuned = await tuning.catch((error: unknown) => {
        tuning = undefined;
        throw error;
      });
      return servers.ask(async (client) => {
        const result = await client.query({
          query: sql,
          format: "JSONEachRow",
          query_params: parameters,
          clickhouse_settings: { ...settingsOf(limits), ...tuned, ...ofReads },
        });
        return result.json<T>();
      });
    },
    async stream(sql, parameters = {}) {
      const { stream } = await servers.ask((client) =>
        client.exec({ query: sql, query_params: parameters, clickhouse_settings: ofReads }),
      );
      return stream;
    },
    command,
    alter: (table, change, parameters) => command(alterationOf(table, change, place), parameters),
    async isReachable() {
      const asked = servers.ask(async (client) => {
        if (!(await isReachable(client))) throw new Error("the server does not answer");
        return true;
      });
      return asked.catch(() => false);
    },
    close: () => servers.close(),
  };
}

async function isReachable(client: ClickHouseClient): Promise<boolean> {
  const { success } = await client.ping({ select: true, abort_signal: AbortSignal.timeout(2_000) });
  return success;
}

/** True for an answer of the store, as opposed to the store not answering. */
export function isStoreAnswer(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError;
}

/** TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES. */
const TOO_MUCH = new Set(["159", "160", "241", "396"]);

/** True when a question was given up because of what it takes. */
export const isTooMuch = ({ code }: ClickHouseError): boolean => TOO_MUCH.has(code);

/**
 * Errors that say the rows themselves cannot be taken, so that trying again cannot help: what cannot be parsed or
 * converted, or breaks a constraint. https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
 */
const REFUSES_DATA =
  /^(?:CANNOT_PARSE_\w+|CANNOT_READ_ARRAY_FROM_TEXT|CANNOT_CONVERT_TYPE|CANNOT_INSERT_NULL_\w+|TYPE_MISMATCH|ARGUMENT_OUT_OF_BOUND|INCORRECT_DATA|TOO_LARGE_STRING_SIZE|TOO_LARGE_ARRAY_SIZE|TOO_DEEP_RECURSION|DECIMAL_OVERFLOW|VIOLATED_CONSTRAINT)$/;

/** True when a block was refused for what is in it. */
export function isDataRefused(error: unknown): error is ClickHouseError {
  return isStoreAnswer(error) && REFUSES_DATA.test(error.type ?? "");
}
