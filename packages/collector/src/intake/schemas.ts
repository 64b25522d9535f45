import {
  BEACON_LIMITS,
  ENVELOPE,
  EVENT_FIELDS,
  EVENT_TYPES,
  type EventType,
  type FieldTable,
  KINDS,
  type Kind,
  PAGE_CONTEXT,
  readSpec,
  SDK_CONTEXT,
  SESSION_BLOCK,
  USER_CONTEXT,
  VIEW_CONTEXT,
  WIRE_VERSION,
} from "@sojourn/core/model";
import * as v from "valibot";

type Schema = v.GenericSchema<unknown, unknown>;

/** Everything of a beacon but its events, which are checked one by one. Unknown fields are dropped. */
export const beaconSchema = v.object(
  {
    v: v.literal(WIRE_VERSION, `must be ${WIRE_VERSION}, the wire version this collector reads`),
    sdk: tableSchema(SDK_CONTEXT),
    application_id: kindSchema("id"),
    sent_at: kindSchema("ms"),
    seq: v.optional(kindSchema("count")),
    page: tableSchema(PAGE_CONTEXT),
    sessions: listSchema(tableSchema(SESSION_BLOCK), BEACON_LIMITS.sessions),
    views: listSchema(tableSchema(VIEW_CONTEXT), BEACON_LIMITS.views),
    users: v.optional(listSchema(tableSchema(USER_CONTEXT), BEACON_LIMITS.users)),
    events: listSchema(v.unknown(), BEACON_LIMITS.events),
  },
  "must be an object",
);

/** One schema a type of event, envelope included. */
export const eventSchemas: ReadonlyMap<string, Schema> = new Map(
  EVENT_TYPES.map((type: EventType) => [type, tableSchema({ ...ENVELOPE, ...EVENT_FIELDS[type] })]),
);

function tableSchema(table: FieldTable): Schema {
  const entries: Record<string, Schema> = {};
  for (const [field, spec] of Object.entries(table)) {
    const { kind, required } = readSpec(spec);
    entries[field] = required ? kindSchema(kind) : v.optional(kindSchema(kind));
  }
  return v.object(entries, "must be an object");
}

function listSchema(item: Schema, most: number): v.GenericSchema<unknown, unknown[]> {
  return v.pipe(v.array(item, "must be a list"), v.maxLength(most, `must have at most ${most} entries`));
}

function kindSchema(kind: Kind): Schema {
  const bound = KINDS[kind];
  switch (bound.json) {
    case "string": {
      const { maxLength } = bound;
      const text = v.pipe(
        v.string("must be a string"),
        v.check((value) => isAtMost(value, maxLength), `must have at most ${maxLength} characters`),
      );
      return "pattern" in bound
        ? v.pipe(text, v.regex(new RegExp(bound.pattern), "must have letters, digits, - and _ only"))
        : text;
    }
    case "integer":
    case "number": {
      const { minimum, maximum } = bound;
      const number = v.pipe(
        v.number("must be a number"),
        v.minValue(minimum, `must be at least ${minimum}`),
        v.maxValue(maximum, `must be at most ${maximum}`),
      );
      return bound.json === "integer" ? v.pipe(number, v.integer("must be a whole number")) : number;
    }
    case "boolean":
      return v.boolean("must be true or false");
    case "object":
      return bounded(v.record(v.string(), v.unknown(), "must be an object"), bound.maxBytes);
    case "array":
      return bounded(v.array(v.unknown(), "must be a list"), bound.maxBytes);
  }
}

function bounded<T extends Schema>(schema: T, maxBytes: number): Schema {
  return v.pipe(
    schema,
    v.check(
      (value) => Buffer.byteLength(JSON.stringify(value)) <= maxBytes,
      `must be at most ${maxBytes} bytes as JSON`,
    ),
  );
}

/** JSON Schema counts characters, JavaScript UTF-16 units, of which a character has at most two. */
function isAtMost(text: string, characters: number): boolean {
  return text.length <= characters || (text.length <= 2 * characters && [...text].length <= characters);
}
