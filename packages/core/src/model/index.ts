export * from "./fields.js";
export * from "./json-schema.js";
export * from "./kinds.js";
export * from "./limits.js";
export * from "./path-group.js";
export * from "./sampling.js";
export type * from "./types.js";
export * from "./units.js";
