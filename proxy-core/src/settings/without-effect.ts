import type { Settings } from './schema.ts';

/** Sentences about settings that are accepted, so that files can be written ahead, but do nothing yet. */
export function settingsWithoutEffect({ budgets, cache }: Settings): string[] {
  return [
    ...(budgets.length === 0 ? [] : ['budgets are not enforced yet; requests are only recorded.']),
    ...(cache.semantic.enabled
      ? ['cache.semantic is not there yet; only equal requests share an answer.']
      : []),
  ];
}
