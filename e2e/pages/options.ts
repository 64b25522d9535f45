import type { InitOptions } from "@sojourn/rum";

declare global {
  interface Window {
    /** What the page's HTML says. */
    sojournOptions: InitOptions;
  }
}

export const options = (): InitOptions => window.sojournOptions;
