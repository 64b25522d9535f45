/** @throws RangeError naming the option, what was given and what is accepted */
export function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}: ${String(value)} was given`);
  return value;
}

/** @throws TypeError naming the field */
export function text(name: string, value: unknown, most: number, least = 1): string {
  if (typeof value !== "string" || value.length < least || value.length > most)
    throw new TypeError(`${name} must be a text of ${least} to ${most} characters`);
  return value;
}

/** @throws TypeError naming the option, what was given and what is accepted */
export function oneOf<Value extends string>(name: string, value: unknown, values: readonly Value[]): Value {
  const found = values.find((one) => one === value);
  if (found === undefined)
    throw new TypeError(`${name} must be one of ${values.join(", ")}: ${String(value)} was given`);
  return found;
}
