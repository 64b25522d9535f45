import { parseArgs } from "node:util";
import { loadConfig } from "../config/load.js";
import { CONFIG_OPTIONS, type Command, type Terminal, usageError } from "./command.js";

/** Runs a subcommand with what stands behind its name. */
export async function runCommand(name: string, command: Command, args: string[], terminal: Terminal): Promise<number> {
  const options = Object.fromEntries(Object.entries(command.options).map(([key, { type }]) => [key, { type }]));
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: command.positional !== undefined,
    options: { ...CONFIG_OPTIONS, help: { type: "boolean", short: "h" }, ...options },
  });
  const given = values as Record<string, string | boolean | undefined>;
  if (given.help) {
    terminal.out(helpOf(name, command));
    return 0;
  }
  const more = positionals[command.positionals ?? 1];
  if (more !== undefined) throw usageError(command.positional ?? "", `give one, not ${more} too`);
  const flags = { data: values.data, config: values.config };
  return command.run(
    loadConfig(flags, process.env),
    {
      positionals,
      text: (key) => (typeof given[key] === "string" ? given[key] : undefined),
      flag: (key) => given[key] === true,
    },
    terminal,
  );
}

function helpOf(name: string, { summary, details, positional, options }: Command): string {
  const rows = Object.entries(options).map(([key, { value, help }]) => [`--${key}${value ? ` <${value}>` : ""}`, help]);
  rows.push(["--data <directory>", "as for the collector"], ["--config <file>", "as for the collector"]);
  const lines = rows.map(([option = "", help = ""]) => `  ${option.padEnd(26)}${help}`);
  return `Usage: sojourn ${name}${positional ? ` ${positional.replace(/[A-Z]+$/, "<$&>")}` : ""} [options]

${summary[0]?.toUpperCase()}${summary.slice(1)}.
${details}

Options
${lines.join("\n")}
`;
}
