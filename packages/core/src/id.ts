/** A random UUID (version 4). `crypto.randomUUID` would need a secure context. */
export function uuid(): string {
  const pattern = "10000000-1000-4000-8000-100000000000";
  // Once for all digits: each call costs more than the rest.
  const random = crypto.getRandomValues(new Uint8Array(pattern.length));
  // `0` and `1` become any hexadecimal digit, `8` one of those that mark the variant: 8, 9, a or b.
  return pattern.replace(/[018]/g, (digit, place: number) =>
    (Number(digit) ^ ((random[place] ?? 0) & (15 >> (Number(digit) / 4)))).toString(16),
  );
}
