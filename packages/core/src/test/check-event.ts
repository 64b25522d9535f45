import { ENVELOPE, EVENT_FIELDS, type EventType } from "../model/fields.js";
import { type FieldTable, KINDS, type Kind, readSpec } from "../model/kinds.js";

/**
 * What is wrong with an event, by the model: fields that it does not have, fields of the wrong kind or size, fields that
 * are missing. The collector refuses what this finds.
 */
export function faultsOf(event: object): string[] {
  const { type } = event as { type: EventType };
  const own = EVENT_FIELDS[type];
  if (!own) return [`type: ${type}`];
  const table: FieldTable = { ...ENVELOPE, ...own };
  const faults = Object.keys(event).flatMap((field) => (field in table ? [] : [`${field}: no field of ${type}`]));
  for (const [field, spec] of Object.entries(table)) {
    const { kind, required } = readSpec(spec);
    const value = (event as Record<string, unknown>)[field];
    if (value === undefined) {
      if (required) faults.push(`${field}: missing`);
    } else if (!fits(value, kind)) faults.push(`${field}: ${JSON.stringify(value)?.slice(0, 100)} is no ${kind}`);
  }
  return faults;
}

interface Bounds {
  json: string;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxBytes?: number;
}

function fits(value: unknown, kind: Kind): boolean {
  const { json, maxLength, pattern, minimum, maximum, maxBytes }: Bounds = KINDS[kind];
  switch (json) {
    case "string":
      return (
        typeof value === "string" && value.length <= (maxLength ?? 0) && (!pattern || new RegExp(pattern).test(value))
      );
    case "boolean":
      return typeof value === "boolean";
    case "integer":
    case "number":
      return (
        typeof value === "number" &&
        (json === "number" ? Number.isFinite(value) : Number.isInteger(value)) &&
        value >= (minimum ?? 0) &&
        value <= (maximum ?? 0)
      );
    default:
      return (
        typeof value === "object" &&
        value !== null &&
        Array.isArray(value) === (json === "array") &&
        new TextEncoder().encode(JSON.stringify(value)).length <= (maxBytes ?? 0)
      );
  }
}
