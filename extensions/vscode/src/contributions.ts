// Everything that the extension brings: one line a feature, one line a command.
import { addProviderKey } from './commands/add-provider-key.ts';
import { bypassCacheOnce } from './commands/bypass-cache-once.ts';
import { clearCache } from './commands/clear-cache.ts';
import { copyEndpoint } from './commands/copy-endpoint.ts';
import { createClientToken } from './commands/create-client-token.ts';
import { removeProviderKey } from './commands/remove-provider-key.ts';
import { restartProxy } from './commands/restart-proxy.ts';
import { revokeClientToken } from './commands/revoke-client-token.ts';
import { selectHost } from './commands/select-host.ts';
import { doctorDocument, showDoctorReport } from './commands/show-doctor-report.ts';
import { showLog } from './commands/show-log.ts';
import { showMenu } from './commands/show-menu.ts';
import { testProviderKey } from './commands/test-provider-key.ts';
import { toggleCache } from './commands/toggle-cache.ts';
import { contextKey } from './core-host/context-key.ts';
import { dashboard } from './dashboard/dashboard.ts';
import type { Command, Feature } from './feature.ts';
import { languageModel } from './language-model/language-model.ts';
import { notifications } from './notifications/notifications.ts';
import { statusBar } from './status-bar/status-bar.ts';
import { windowReport } from './window-report/window-report.ts';

/** In the order of their start. */
export const features: readonly Feature[] = [
  statusBar,
  contextKey,
  dashboard,
  doctorDocument,
  notifications,
  languageModel,
  windowReport,
];

/** `relaycore.openDashboard` is the dashboard's own. */
export const commands: readonly Command[] = [
  clearCache,
  toggleCache,
  bypassCacheOnce,
  createClientToken,
  revokeClientToken,
  copyEndpoint,
  addProviderKey,
  testProviderKey,
  removeProviderKey,
  restartProxy,
  showLog,
  showDoctorReport,
  selectHost,
  showMenu,
];
