import type { SettingsLogger, SettingsStore } from '../../settings/settings-store.ts';

interface RestartDependencies {
  readonly settings: Pick<SettingsStore, 'current' | 'onChange'>;
  readonly logger: Pick<SettingsLogger, 'warn'>;
}

/**
 * Says which settings wait for the next start: the socket stays where it is while RelayCore runs. Each
 * is also logged once when it is changed. Call it before the socket is opened.
 */
export function createRestartNotices({ settings, logger }: RestartDependencies): () => string[] {
  const used = settings.current().server;
  const notices = (): string[] => {
    const wanted = settings.current().server;
    return (['host', 'port'] as const)
      .filter((name) => wanted[name] !== used[name])
      .map((name) => `server.${name} is changed; it takes effect at the next start.`);
  };
  let told: readonly string[] = [];
  settings.onChange(() => {
    const current = notices();
    for (const notice of current) if (!told.includes(notice)) logger.warn({}, notice);
    told = current;
  });
  return notices;
}
