/** Where a setting stands: names of sections and records, and indices of lists. */
export type SettingPath = readonly (string | number)[];

/** `server.port`, `budgets[0].limitUsd`, `prices.overrides["openai/gpt-5"]`; empty at the top. */
export function formatPath(path: SettingPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z0-9_-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** `maxInFlightMb` → `MAX_IN_FLIGHT_MB`, `my-lab` → `MY_LAB`. */
export function toUpperSnake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** `server.port` → `RELAYCORE_SERVER__PORT`. */
export function variableName(path: SettingPath): string {
  return `RELAYCORE_${path.map((step) => toUpperSnake(String(step))).join('__')}`;
}
