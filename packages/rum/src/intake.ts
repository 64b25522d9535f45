import type { RumOptions } from "./options.js";

/** The application's intake, without a token. It may be given as a path of the page's own site. */
export const intakeOf = ({ endpoint }: Pick<RumOptions, "endpoint">): URL => new URL(endpoint, location.href);
