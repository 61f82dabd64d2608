// Every call with its parameters and result, every notification.
import type { z } from 'zod';
import { cacheCalls } from './cache-calls.ts';
import { chatCalls, chatNotifications } from './chat.ts';
import { coreCalls } from './core-calls.ts';
import { eventCalls, eventNotifications } from './events.ts';
import { settingsCalls } from './settings-calls.ts';
import { usageCalls } from './usage-calls.ts';

export const bridgeCalls = {
  ...coreCalls,
  ...eventCalls,
  ...usageCalls,
  ...cacheCalls,
  ...settingsCalls,
  ...chatCalls,
} as const;

export const bridgeNotifications = { ...eventNotifications, ...chatNotifications } as const;

export type BridgeCallName = keyof typeof bridgeCalls;
/** What a client sends: members with a default may be left out. */
export type BridgeParams<N extends BridgeCallName> = z.input<(typeof bridgeCalls)[N]['params']>;
/** What a handler gets: checked, defaults filled in. */
export type BridgeCheckedParams<N extends BridgeCallName> = z.output<
  (typeof bridgeCalls)[N]['params']
>;
export type BridgeResult<N extends BridgeCallName> = z.output<(typeof bridgeCalls)[N]['result']>;

export type BridgeNotificationName = keyof typeof bridgeNotifications;
export type BridgeNotificationParams<N extends BridgeNotificationName> = z.output<
  (typeof bridgeNotifications)[N]
>;
