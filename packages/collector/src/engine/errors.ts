/** An error in the shape of ClickHouse's own, which the client reads code and name out of. */
export function engineError(clickhouseCode: number, name: string, message: string): Error {
  return Object.assign(new Error(`Code: ${clickhouseCode}. DB::Exception: ${message} (${name})`), { clickhouseCode });
}
