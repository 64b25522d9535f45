/** The address when it may be linked, that is when it is http or https; everything in it came from a browser. */
export function linkable(url: string): string | undefined {
  const parsed = parse(url);
  return parsed?.protocol === "https:" || parsed?.protocol === "http:" ? parsed.href : undefined;
}

/** Short form of an address for a narrow place: without the origin when its host is `host`, and without the query. */
export function shortUrl(url: string, host = ""): string {
  const parsed = parse(url);
  if (parsed === undefined || parsed.host === "") return url;
  return parsed.host === host ? parsed.pathname : `${parsed.host}${parsed.pathname}`;
}

/** The last part of an address's path, such as a file's name; the host when there is none. */
export function lastPart(url: string): string {
  const parsed = parse(url);
  if (parsed === undefined) return url;
  return parsed.pathname.split("/").filter(Boolean).at(-1) ?? parsed.host;
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
