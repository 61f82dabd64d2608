// What surrounds the page: a browser, or the webview of an IDE. The page knows no other difference.
import type { CoreData } from '../data/core-data.ts';
import type { Visibility } from '../data/live-loop.ts';

export interface Host {
  /** Where the core answers, without a slash at its end, such as `http://127.0.0.1:7352`. */
  readonly coreUrl: string;
  /** For numbers and times; undefined: the browser's own. */
  readonly locale: string | undefined;
  readonly data: CoreData;
  readonly visibility: Visibility;
  /** Calls back when something has happened that the page may show; never where nobody tells the host. */
  onActivity(callback: () => void): void;
  /** False where the host does not allow it. */
  copy(text: string): Promise<boolean>;
  readonly remedies: Remedies;
}

/** What a user can do here, and how. */
export interface Remedies {
  /** Opens the page anew, with the right to ask. */
  readonly openPage: Remedy;
  readonly startCore: Remedy;
  readonly createToken: Remedy;
}

export type Remedy =
  /** To be copied into a terminal; `label` says which one to those who do not see it. */
  | { readonly kind: 'command-line'; readonly text: string; readonly label: string }
  | { readonly kind: 'button'; readonly label: string; readonly run: () => void };
