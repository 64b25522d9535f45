import { actions } from "./actions/index.js";
import { diagnostics } from "./diagnostics/index.js";
import { errors } from "./errors/index.js";
import { longTasks } from "./longTasks/index.js";
import { marks } from "./marks/index.js";
import { overhead } from "./overhead/index.js";
import { people } from "./people/index.js";
import { resources } from "./resources/index.js";
import { tracing } from "./tracing/index.js";
import { loadingTime } from "./views/loading.js";
import { presence } from "./views/presence.js";
import { scroll } from "./views/scroll.js";
import { vitals } from "./vitals/index.js";

/** What the SDK measures where the application does not choose. */
export const allFeatures = () =>
  [
    people(),
    errors(),
    actions(),
    resources(),
    tracing(),
    longTasks(),
    loadingTime(),
    vitals(),
    presence(),
    scroll(),
    marks(),
    overhead(),
    diagnostics(),
  ] as const;
