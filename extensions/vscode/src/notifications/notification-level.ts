import { workspace } from 'vscode';
import type { NotificationLevel } from './announcement.ts';

const setting = 'relaycore.notifications';

export function readLevel(): NotificationLevel {
  const level = workspace.getConfiguration().get<string>(setting);
  return level === 'all' || level === 'off' ? level : 'problems';
}
