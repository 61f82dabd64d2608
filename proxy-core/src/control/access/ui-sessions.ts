import { createSecrets, type Secrets, type SecretsDependencies } from './secrets.ts';

/** How a browser gets in without a cookie: a ticket in the URL is exchanged for a session. */
export interface UiSessions {
  readonly tickets: Secrets;
  readonly sessions: Secrets;
}

/** Both live in memory only: a restart of the core ends every session. */
export function createUiSessions(dependencies: SecretsDependencies): UiSessions {
  return {
    tickets: createSecrets(dependencies, { prefix: 'rc_t_', lifetimeMs: 60_000, maxCount: 100 }),
    sessions: createSecrets(dependencies, {
      prefix: 'rc_s_',
      lifetimeMs: 12 * 3_600_000,
      maxCount: 100,
    }),
  };
}
