import { RelayError } from '../domain/relay-error.ts';

/** One thing that is wrong with the configuration. */
export interface SettingsIssue {
  /** Such as `server.port`; empty for the file as a whole. */
  readonly path: string;
  /** A whole sentence, without the offending value. */
  readonly message: string;
  /** In the file, from 1; null where the value does not come from the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** Where it stands: the file's path, an environment variable, `change` or `command line`. */
  readonly source: string;
}

/** A configuration that cannot be used. `message` holds every issue with its place. */
export class SettingsError extends RelayError {
  readonly issues: readonly SettingsIssue[];

  constructor(issues: readonly SettingsIssue[], options: { readonly cause?: unknown } = {}) {
    super('bad_config', issues.map(describeIssue).join('\n'), options);
    this.issues = issues;
  }
}

/** `config.yaml:12:3: server.prot is not a setting; did you mean server.port?` */
export function describeIssue(issue: SettingsIssue): string {
  const position = issue.line === null ? '' : `:${issue.line}:${issue.column ?? 1}`;
  return `${issue.source}${position}: ${issue.message}`;
}
