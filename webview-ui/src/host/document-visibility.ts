import type { Visibility } from '../data/live-loop.ts';

export function documentVisibility(document: Document): Visibility {
  return {
    isVisible: () => document.visibilityState === 'visible',
    onChange(callback) {
      document.addEventListener('visibilitychange', callback);
      return () => document.removeEventListener('visibilitychange', callback);
    },
  };
}
