import { mkdir } from "node:fs/promises";
import { migrate, pendingMigrations } from "../store/migrate.js";
import { connect } from "../store/open.js";
import type { Command } from "./command.js";
import { openOffline } from "./offline.js";

export const MIGRATE: Command = {
  summary: "brings the store's tables to what this version needs",
  details: `A collector does the same at its start. Migrations only go forward: a store that a newer version has migrated is
refused.`,
  options: { "dry-run": { type: "boolean", help: "says what would be done, and does nothing" } },
  async run(config, values, { out }) {
    if (values.flag("dry-run") && config.store) {
      const store = connect(config.store);
      try {
        report(await pendingMigrations(store), "would be applied");
      } finally {
        await store.close();
      }
      return 0;
    }
    if (values.flag("dry-run")) throw new Error("--dry-run: the embedded store is migrated whenever it is opened");
    if (!config.store) await mkdir(config.data, { recursive: true, mode: 0o700 });
    const { store, close } = await openOffline(config);
    try {
      await migrate(store);
      report(await pendingMigrations(store), "are missing");
    } finally {
      await close();
    }
    return 0;

    function report(names: string[], what: string) {
      out(names.length === 0 ? "The store is as this version needs it.\n" : `${what}: ${names.join(", ")}\n`);
    }
  },
};
