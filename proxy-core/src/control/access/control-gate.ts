import { RelayError } from '../../domain/relay-error.ts';
import { createBearerReader, type Holder } from './bearer.ts';
import { createSlowRefusal } from './slow-refusal.ts';
import { createUiSessions, type UiSessions } from './ui-sessions.ts';
import type { SecretsDependencies } from './secrets.ts';

/** Who may come in: one gate for the control plane's HTTP and for the bridge. */
export interface ControlGate extends UiSessions {
  readHolder(authorization: string | undefined): Holder;
  refuseSlowly(refusal: RelayError): Promise<never>;
}

export interface ControlGateDependencies extends SecretsDependencies {
  readonly controlToken: string;
}

export interface ControlGateOptions {
  /** How long a wrong token waits for its 401. */
  readonly refusalDelayMs: number;
}

const maxWaitingRefusals = 32;

export function createControlGate(
  dependencies: ControlGateDependencies,
  { refusalDelayMs }: ControlGateOptions = { refusalDelayMs: 250 },
): ControlGate {
  const uiSessions = createUiSessions(dependencies);
  return {
    ...uiSessions,
    readHolder: createBearerReader({
      controlToken: dependencies.controlToken,
      isSession: (token) => uiSessions.sessions.has(token),
    }),
    refuseSlowly: createSlowRefusal({ delayMs: refusalDelayMs, maxWaiting: maxWaitingRefusals }),
  };
}

/** Whom a token lets in. RelayError `unauthenticated` or `forbidden` where it opens nothing here. */
export async function admitHolder(
  { readHolder, refuseSlowly }: Pick<ControlGate, 'readHolder' | 'refuseSlowly'>,
  authorization: string | undefined,
): Promise<'control' | 'session' | 'none'> {
  const holder = readHolder(authorization);
  switch (holder) {
    case 'control':
    case 'session':
    case 'none':
      return holder;
    case 'client-token':
      throw new RelayError('forbidden', clientTokenRefusal);
    case 'unknown':
      return refuseSlowly(new RelayError('unauthenticated', wrongToken));
  }
}

export const missingToken =
  'The control plane needs `Authorization: Bearer` with the control token, which is in the file `token` of the data folder.';
const wrongToken =
  'This token is not the control token of the running core, or the session of the page has ended. Run `relaycore ui` for a new one.';
const clientTokenRefusal =
  'A client token (rc_c_…) opens the model endpoints only, not the control plane.';
