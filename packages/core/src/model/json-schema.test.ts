import { expect, test } from "vitest";
import { EVENT_FIELDS, EVENT_TYPES } from "./fields.js";
import { beaconJsonSchema } from "./json-schema.js";
import { readSpec } from "./kinds.js";

interface ObjectSchema {
  title: string;
  required: string[];
  properties: Record<string, Record<string, unknown>>;
}

test("every event type and field of the model is in the schema, with its bounds", () => {
  const schema = beaconJsonSchema() as { properties: { events: { items: { oneOf: ObjectSchema[] } } } };
  const events = schema.properties.events.items.oneOf;
  expect(events.map(({ title }) => title)).toEqual(EVENT_TYPES);
  for (const { title, required, properties } of events) {
    expect(properties.type).toEqual({ const: title });
    for (const [field, spec] of Object.entries(EVENT_FIELDS[title as keyof typeof EVENT_FIELDS])) {
      expect(properties).toHaveProperty(field);
      expect(required.includes(field)).toBe(readSpec(spec).required);
    }
  }
});
