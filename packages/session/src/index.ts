export * from "./activity.js";
export * from "./block.js";
export * from "./life.js";
export * from "./manager.js";
export * from "./sampling.js";
export * from "./stored.js";
export * from "./totals.js";
export * from "./type.js";
