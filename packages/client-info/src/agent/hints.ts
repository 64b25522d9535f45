/** User-agent client hints (https://wicg.github.io/ua-client-hints/) as a browser sends them. */
export interface Hints {
  brand?: { name: string; version: string };
  platform?: string;
  platformVersion?: string;
  model?: string;
  mobile?: boolean;
  /** `32` or `64`. */
  bitness?: string;
  formFactors?: readonly string[];
}

/** Brands by the names that user agents have been read as for years. */
const BRANDS: Readonly<Record<string, string>> = {
  "Google Chrome": "Chrome",
  "Microsoft Edge": "Edge",
  "Microsoft Edge WebView2": "Edge WebView2",
  "Android WebView": "Chrome WebView",
  YaBrowser: "Yandex",
  "Samsung Internet": "Samsung Internet",
};
/** Platforms likewise. */
const PLATFORMS: Readonly<Record<string, string>> = {
  macOS: "Mac OS",
  "Chrome OS": "Chromium OS",
  ChromeOS: "Chromium OS",
};

/** @param get of a header by its name in lower case; empty when absent */
export function readHints(get: (name: string) => string): Hints {
  const brand = brandOf(get("sec-ch-ua-full-version-list") || get("sec-ch-ua"));
  const platform = unquoted(get("sec-ch-ua-platform"));
  const version = unquoted(get("sec-ch-ua-platform-version"));
  const mobile = get("sec-ch-ua-mobile");
  const bitness = unquoted(get("sec-ch-ua-bitness"));
  const model = unquoted(get("sec-ch-ua-model"));
  return {
    ...(brand && { brand }),
    ...(platform && platform !== "Unknown" && { platform: PLATFORMS[platform] ?? platform }),
    ...(version && { platformVersion: version }),
    ...(model && { model }),
    ...(mobile.startsWith("?") && { mobile: mobile === "?1" }),
    ...(/^(?:32|64)$/.test(bitness) && { bitness }),
    formFactors: [...get("sec-ch-ua-form-factors").matchAll(/"([A-Za-z]{1,32})"/g)].map(([, name = ""]) => name),
  };
}

/**
 * Windows tells 13 and more for Windows 11, 1 to 10 for Windows 10, and 0 for older ones
 * (https://learn.microsoft.com/en-us/microsoft-edge/web-platform/how-to-detect-win11).
 */
export function windowsVersion(platformVersion: string): string | undefined {
  const major = Number.parseInt(platformVersion, 10);
  return major >= 13 ? "11" : major >= 1 ? "10" : undefined;
}

/** The most telling brand: neither the deliberate nonsense nor plain Chromium, if there is another. */
function brandOf(list: string): { name: string; version: string } | undefined {
  const brands = [...list.matchAll(/"([^"]{1,64})"\s{0,4};\s{0,4}v="([\d.]{1,32})"/g)]
    .map(([, name = "", version = ""]) => ({ name, version }))
    .filter(({ name }) => !/not[^a-z]*a[^a-z]*brand/i.test(name));
  const brand = brands.find(({ name }) => name !== "Chromium") ?? brands[0];
  return brand && { ...brand, name: BRANDS[brand.name] ?? brand.name };
}

const unquoted = (value: string) => value.replace(/^"|"$/g, "").slice(0, 64).trim();
