import type { ErrorMethods } from "../errors/index.js";
import type { ViewMethods } from "../views/calls.js";

/** The part of a Vue 3 application that is used. */
export interface VueApp {
  readonly config: { errorHandler?: ((error: unknown, instance: never, info: string) => void) | undefined };
}

/** The part of Vue Router 4 that is used. */
export interface VueRouter {
  afterEach(done: (to: VueRoute, from: VueRoute, failure?: unknown) => void): () => void;
}
interface VueRoute {
  readonly matched: readonly { readonly path: string }[];
}

export interface SojournVueOptions {
  /** The SDK: any that has the feature `errors`. */
  sojourn: ErrorMethods & Pick<ViewMethods, "setViewName">;
  /** Its routes name the views. */
  router?: VueRouter;
}

interface Instance {
  readonly $parent?: Instance | null;
  readonly $options?: { readonly name?: string; readonly __name?: string };
}

const MAX_DEPTH = 50;

/**
 * A plugin: `app.use(sojournVue({ sojourn, router }))`. Errors of components, watchers and hooks are recorded with the
 * components around them, and go on to the handler that the application had set before; where it had none they are
 * written on the console, as Vue does. Views are named by the pattern of their route, such as `/orders/:id`.
 */
export function sojournVue({ sojourn, router }: SojournVueOptions): { install(app: VueApp): void } {
  return {
    install({ config }) {
      const before = config.errorHandler;
      config.errorHandler = (error: unknown, instance: never, info: string) => {
        const componentStack = stackOf(instance);
        sojourn.addError(error, { vue_info: info }, { componentStack, handled: before !== undefined });
        if (before) before(error, instance, info);
        // Marked as the SDK's own, which is not recorded a second time.
        else console.error("[sojourn] Vue:", error);
      };
      router?.afterEach((to, _from, failure) => {
        const route = to.matched.at(-1);
        if (route && !failure) sojourn.setViewName(route.path || "/");
      });
    },
  };
}

/** The components around one, from the inside out, as React writes them too. */
function stackOf(instance: Instance | null | undefined): string {
  const lines: string[] = [];
  for (let one = instance; one && lines.length < MAX_DEPTH; one = one.$parent) {
    const { name, __name } = one.$options ?? {};
    lines.push(`    at ${name ?? __name ?? "Anonymous"}`);
  }
  return lines.join("\n");
}
