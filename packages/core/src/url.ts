/** Parameters whose values are secrets by name, in query strings and in fragments. */
const SECRET =
  /^(?:access_?token|id_?token|refresh_?token|token|auth|authorization|api_?key|key|secret|client_?secret|password|passwd|pwd|code|otp|sig|signature|session_?id|jwt|ticket|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|awsaccesskeyid)$/i;

const LONGEST = 2048;

/**
 * A URL that may be kept: absolute, without credentials, with the values of secret parameters replaced by `REDACTED`
 * in query and fragment. `data:` and `blob:` URLs lose their content. What cannot be parsed becomes `""`.
 */
export function cleanUrl(url: string, base?: string): string {
  if (!url) return "";
  const opaque = /^(?:data:[\w/+.-]*|blob:|javascript:)/i.exec(url);
  if (opaque) return opaque[0];
  let parsed: URL;
  try {
    parsed = new URL(url, base ?? (typeof location === "undefined" ? undefined : location.href));
  } catch {
    return "";
  }
  if (parsed.username) parsed.username = "";
  if (parsed.password) parsed.password = "";
  if (parsed.search) parsed.search = redact(parsed.search);
  if (parsed.hash) parsed.hash = redact(parsed.hash);
  return parsed.href.slice(0, LONGEST);
}

/** `name=value` pairs are found wherever they stand, so that `#/callback?token=…` is covered as well. */
function redact(pairs: string): string {
  return pairs.replace(/([?&#;]?)([^?&#;=]+)=([^?&#;]*)/g, (pair, before: string, name: string) =>
    SECRET.test(decode(name)) ? `${before}${name}=REDACTED` : pair,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
