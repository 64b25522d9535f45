import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";

/** Answers of a server that another one may well give differently: it has lost its keeper or the others, or stops. */
const NOT_HERE = new Set([
  "TABLE_IS_READ_ONLY",
  "KEEPER_EXCEPTION",
  "NO_ZOOKEEPER",
  "NETWORK_ERROR",
  "ALL_CONNECTION_TRIES_FAILED",
  "TOO_MANY_SIMULTANEOUS_QUERIES",
  "SERVER_OVERLOADED",
]);

export interface Servers {
  /** Asks the server that answered last; when it does not answer, the next one, once around. */
  ask<T>(question: (client: ClickHouseClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Servers of one cluster, any of which takes everything. */
export function createServers(clients: readonly ClickHouseClient[]): Servers {
  let place = 0;
  return {
    async ask(question) {
      const first = place;
      for (let step = 0; ; step += 1) {
        const at = (first + step) % clients.length;
        const client = clients[at];
        if (!client) throw new Error("there is no server to ask");
        try {
          const answer = await question(client);
          place = at;
          return answer;
        } catch (error) {
          const isFinal = error instanceof ClickHouseError && !NOT_HERE.has(error.type ?? "");
          if (isFinal || step === clients.length - 1) throw error;
        }
      }
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
