import { BACKUP, RESTORE } from "./backup.js";
import type { Command } from "./command.js";
import { DOCTOR } from "./doctor.js";
import { ERASE } from "./erase.js";
import { EXPORT } from "./export.js";
import { MIGRATE } from "./migrate.js";
import { SOURCEMAPS } from "./sourcemaps.js";

/** Subcommands by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: MIGRATE,
  export: EXPORT,
  erase: ERASE,
  backup: BACKUP,
  restore: RESTORE,
  doctor: DOCTOR,
  sourcemaps: SOURCEMAPS,
};
