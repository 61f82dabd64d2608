/** The built-in provider that needs no key. Its id is reserved for it. */
export function isDemo(provider: string | null): boolean {
  return provider === 'demo';
}
