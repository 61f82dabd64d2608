// The panels of the dashboard: one folder each, one line each here, in the order of their tabs.
import { overviewPanel } from './overview/overview.ts';
import type { PanelDefinition } from './panel.ts';

export const panels: readonly [PanelDefinition, ...PanelDefinition[]] = [overviewPanel];
