import {
  ENVELOPE,
  EVENT_FIELDS,
  EVENT_TYPES,
  PAGE_CONTEXT,
  SDK_CONTEXT,
  SESSION_BLOCK,
  USER_CONTEXT,
  VIEW_CONTEXT,
} from "./fields.js";
import { type FieldTable, KINDS, type Kind, readSpec } from "./kinds.js";
import { BEACON_LIMITS, WIRE_VERSION } from "./limits.js";

type Schema = Record<string, unknown>;

/** The wire format as JSON Schema (draft 2020-12), derived from the field tables. */
export function beaconJsonSchema(): Schema {
  const events = EVENT_TYPES.map((type) => {
    const schema = objectSchema({ ...ENVELOPE, ...EVENT_FIELDS[type] });
    return { ...schema, title: type, properties: { ...(schema.properties as Schema), type: { const: type } } };
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `Sojourn beacon, wire version ${WIRE_VERSION}`,
    type: "object",
    required: ["v", "sdk", "application_id", "sent_at", "page", "sessions", "views", "events"],
    properties: {
      v: { const: WIRE_VERSION },
      sdk: objectSchema(SDK_CONTEXT),
      application_id: kindSchema("id"),
      sent_at: kindSchema("ms"),
      seq: kindSchema("count"),
      page: objectSchema(PAGE_CONTEXT),
      sessions: listSchema(objectSchema(SESSION_BLOCK), BEACON_LIMITS.sessions),
      views: listSchema(objectSchema(VIEW_CONTEXT), BEACON_LIMITS.views),
      users: listSchema(objectSchema(USER_CONTEXT), BEACON_LIMITS.users),
      events: listSchema({ oneOf: events }, BEACON_LIMITS.events),
    },
  };
}

function objectSchema(table: FieldTable): Schema {
  const required: string[] = [];
  const properties: Schema = {};
  for (const [field, spec] of Object.entries(table)) {
    const { kind, required: must } = readSpec(spec);
    properties[field] = kindSchema(kind);
    if (must) required.push(field);
  }
  return { type: "object", required, properties };
}

function kindSchema(kind: Kind): Schema {
  const { json, ...bounds } = KINDS[kind];
  return { type: json, ...bounds };
}

function listSchema(items: Schema, maxItems: number): Schema {
  return { type: "array", maxItems, items };
}
