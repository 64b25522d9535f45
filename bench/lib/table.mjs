/**
 * A table of texts with aligned columns, numbers to the right, in Markdown so that it can be pasted.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? "").length)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join("\n");
}

/**
 * @param {number} bytes
 * @returns {string} in KB of 1000 bytes, the unit of the goals
 */
export function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1);
}

/**
 * @param {number} value
 * @param {number} base
 */
export function ratio(value, base) {
  return base > 0 ? (value / base).toFixed(2) : "–";
}
