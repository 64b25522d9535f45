/**
 * A client in words: what it runs, on what, and from where.
 *
 * @param {{ info: { app?: { name: string }, browser?: { name: string, major?: string }, os?: { name: string } },
 *   country?: string, address?: string }} client
 */
export function inWords({ info, country, address }) {
  const program = info.app?.name ?? [info.browser?.name, info.browser?.major].filter(Boolean).join(" ");
  const place = [country, address].filter(Boolean).join(", ");
  return `${program || "Unknown program"}${info.os ? ` on ${info.os.name}` : ""}${place ? `, ${place}` : ""}`;
}
