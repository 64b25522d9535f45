import type { FieldsOf } from "@sojourn/core/model";

/** By what asked for it, where that leaves no doubt. */
const BY_INITIATOR: ReadonlyMap<string, string> = new Map([
  ["fetch", "fetch"],
  ["xmlhttprequest", "xhr"],
  ["beacon", "beacon"],
  ["script", "js"],
  ["img", "image"],
  ["image", "image"],
  ["input", "image"],
  ["video", "media"],
  ["audio", "media"],
  ["track", "media"],
  ["navigation", "document"],
]);
const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries({
    css: ["css"],
    js: ["js", "mjs"],
    image: ["gif", "jpg", "jpeg", "png", "svg", "webp", "avif", "ico", "bmp"],
    font: ["woff", "woff2", "ttf", "otf", "eot"],
    media: ["mp4", "webm", "mp3", "ogg", "wav", "m4a", "m3u8", "ts"],
  }).flatMap(([type, extensions]) => extensions.map((extension) => [extension, type])),
);

/** What a resource is, where its sender did not say: by what asked for it, and by the ending of its name. */
export function resourceType({
  resource_initiator = "",
  resource_url,
  resource_render_blocking_status,
}: Pick<FieldsOf<"resource">, "resource_initiator" | "resource_url" | "resource_render_blocking_status">): string {
  const byInitiator = BY_INITIATOR.get(resource_initiator);
  if (byInitiator) return byInitiator;
  const [path = ""] = resource_url.split(/[?#]/, 1);
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const byExtension = BY_EXTENSION.get(extension);
  if (byExtension) return byExtension;
  // Of what a link asks for, only stylesheets hold up rendering.
  return resource_initiator === "link" && resource_render_blocking_status === "blocking" ? "css" : "other";
}
