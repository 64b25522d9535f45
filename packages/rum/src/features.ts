import { actions } from "./actions/index.js";
import { errors } from "./errors/index.js";
import { longTasks } from "./longTasks/index.js";
import { resources } from "./resources/index.js";
import { vitals } from "./vitals/index.js";

/** What the SDK measures where the application does not choose. */
export const allFeatures = () => [errors(), actions(), resources(), longTasks(), vitals()] as const;
