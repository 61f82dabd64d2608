// What is in flight, by key. Not a Map: one that is added to and deleted from at every request leaves
// a chain of dead tables behind, each keeping its last entries alive until the next full collection.

export interface FlightTable<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Only while it is this value that stands there. */
  delete(key: string, value: Value): void;
}

interface Entry<Value> {
  readonly key: string;
  value: Value;
}

const bucketCount = 256;

/** `key` begins with hexadecimal digits of a hash, which spread over the buckets. */
export function createFlightTable<Value>(): FlightTable<Value> {
  const buckets: Entry<Value>[][] = Array.from({ length: bucketCount }, () => []);
  const bucketOf = (key: string): Entry<Value>[] => {
    const number = key.charCodeAt(0) * 37 + key.charCodeAt(1);
    return buckets[number % bucketCount] ?? [];
  };
  return {
    get: (key) => bucketOf(key).find((entry) => entry.key === key)?.value,
    set(key, value) {
      const bucket = bucketOf(key);
      const known = bucket.find((entry) => entry.key === key);
      if (known === undefined) bucket.push({ key, value });
      else known.value = value;
    },
    delete(key, value) {
      const bucket = bucketOf(key);
      const index = bucket.findIndex((entry) => entry.key === key && entry.value === value);
      if (index === -1) return;
      const last = bucket.pop();
      if (last !== undefined && index < bucket.length) bucket[index] = last;
    },
  };
}
