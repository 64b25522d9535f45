/** Puts something in as the newest. Where that makes more than `most`, the oldest goes, and is answered. */
export function remember<K, V>(map: Map<K, V>, most: number, key: K, value: V): V | undefined {
  map.delete(key);
  map.set(key, value);
  const [[oldest, gone] = []] = map;
  if (map.size <= most) return undefined;
  map.delete(oldest as K);
  return gone;
}
