/** A random UUID (version 4). `crypto.randomUUID` would need a secure context. */
export const uuid = (): string => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, randomDigit);

/** `0` and `1` become any hexadecimal digit, `8` one of those that mark the variant: 8, 9, a or b. */
function randomDigit(pattern: string): string {
  const digit = Number(pattern);
  const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
  return (digit ^ (random & (15 >> (digit / 4)))).toString(16);
}
