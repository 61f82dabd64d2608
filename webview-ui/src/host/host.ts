// What surrounds the page: a browser now, a webview of an IDE later.

export interface Host {
  /** Where the core answers, without a slash at its end, such as `http://127.0.0.1:7352`. */
  readonly coreUrl: string;
  /** For numbers and times; undefined: the browser's own. */
  readonly locale: string | undefined;
  /** The ticket that the page was opened with, once; it is gone from the address then. */
  takeTicket(): string | null;
  readonly session: SessionStore;
  readonly visibility: Visibility;
  /** False where the host does not allow it. */
  copy(text: string): Promise<boolean>;
}

/** Keeps the session's token for as long as the tab lives. */
export interface SessionStore {
  read(): string | null;
  keep(token: string): void;
  forget(): void;
}

export interface Visibility {
  isVisible(): boolean;
  /** Calls back on every change, until the returned function is called. */
  onChange(callback: () => void): () => void;
}
