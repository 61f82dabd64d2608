/** A value that tells of its changes, by what it looks like. */
export interface Observable<T> {
  get(): T;
  set(value: T): void;
  /** Calls back on every change, until the returned function is called. */
  onChange(listener: (value: T) => void): () => void;
}

export function createObservable<T>(initial: T): Observable<T> {
  const listeners = new Set<(value: T) => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      if (JSON.stringify(value) === JSON.stringify(current)) return;
      current = value;
      for (const listener of listeners) listener(value);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
