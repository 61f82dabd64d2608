import { RelayError } from '../../domain/relay-error.ts';

/** A place in the list of requests, newest first: everything before it is older. */
export interface RequestsPosition {
  readonly startedAt: number;
  readonly requestId: string;
}

/** The cursor that leads to what comes after this row. */
export function cursorAfter(row: RequestsPosition): string {
  return `${row.startedAt}.${row.requestId}`;
}

/** Throws `bad_request` where the text is no cursor of ours. */
export function positionOf(cursor: string): RequestsPosition {
  const match = /^(\d{1,16})\.(.+)$/s.exec(cursor);
  const [, startedAt, requestId] = match ?? [];
  if (startedAt === undefined || requestId === undefined) {
    throw new RelayError('bad_request', 'The cursor is not one of a page of this list.');
  }
  return { startedAt: Number(startedAt), requestId };
}
