/** Groups of resource types that share a colour. Types come from browsers, so they never become class names themselves. */
const GROUPS = {
  document: "document",
  css: "style",
  js: "script",
  image: "image",
  font: "font",
  media: "image",
  fetch: "request",
  xhr: "request",
  beacon: "request",
} as const;

export type ResourceGroup = (typeof GROUPS)[keyof typeof GROUPS] | "other";

export const resourceGroup = (type: string | undefined): ResourceGroup =>
  type !== undefined && Object.hasOwn(GROUPS, type) ? GROUPS[type as keyof typeof GROUPS] : "other";
