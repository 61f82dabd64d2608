import type { CoreData } from '../data/core-data.ts';
import type { Format } from '../data/format.ts';
import type { Remedies } from '../host/host.ts';

/** What a panel may use. */
export interface PanelContext {
  readonly data: CoreData;
  readonly format: Format;
  readonly now: () => number;
  readonly coreUrl: string;
  copy(text: string): Promise<boolean>;
  readonly remedies: Remedies;
}

/** One view of the dashboard. */
export interface Panel {
  readonly element: HTMLElement;
  /** Asks the core and shows the answer; rejects with CoreFailure and leaves what it shows. */
  refresh(): Promise<void>;
}

export interface PanelDefinition {
  readonly id: string;
  readonly title: string;
  create(context: PanelContext): Panel;
}
