import { existsSync } from 'node:fs';
import { tokenBackends } from '../../backends/tokens/registry.ts';
import {
  clientTokensSchema,
  createdClientTokenSchema,
  revokedSchema,
} from '../../contract/control.ts';
import type { ClientToken, CreatedClientToken } from '../../domain/client-tokens.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { prepareDataHome } from '../../host/data-home.ts';
import { takeLeadOrAttach } from '../../host/leadership.ts';
import type { RunningCore } from '../../host/running-core.ts';
import type { CommandContext } from '../command-context.ts';
import { callCore } from './call-core.ts';
import { findCore } from './running-core.ts';

const lockPatienceMs = 10_000;

/** The client tokens, wherever they can be changed right now. */
export interface TokenAccess {
  list(): Promise<readonly ClientToken[]>;
  create(name: string): Promise<CreatedClientToken>;
  revoke(nameOrId: string): Promise<boolean>;
}

type Context = Pick<CommandContext, 'output' | 'terminal'>;

/** Reads the tokens; nothing is locked or made for that. */
export async function listTokens(
  context: Context,
  dataDir: string,
): Promise<readonly ClientToken[]> {
  const core = await findCore(dataDir);
  if (core !== null) return throughCore(core).list();
  if (!existsSync(dataDir)) return [];
  return withFile(context, dataDir, (tokens) => tokens.list());
}

/**
 * Changes the tokens: through the running core, so that its only writer stays it, or in the file
 * while this process holds the lead.
 */
export async function changeTokens<Result>(
  context: Context,
  dataDir: string,
  change: (tokens: TokenAccess) => Promise<Result>,
): Promise<Result> {
  await prepareDataHome(dataDir);
  const leadership = await takeLeadOrAttach(dataDir, { patienceMs: lockPatienceMs });
  if (leadership.kind === 'attach') return change(throughCore(leadership.core));
  try {
    return await withFile(context, dataDir, change);
  } finally {
    leadership.lock?.release();
  }
}

function throughCore(core: RunningCore): TokenAccess {
  return {
    async list() {
      const path = '/v1/tokens';
      return (await callCore(core, { method: 'GET', path, answer: clientTokensSchema })).tokens;
    },
    create: (name) =>
      callCore(core, {
        method: 'POST',
        path: '/v1/tokens',
        body: { name },
        answer: createdClientTokenSchema,
      }),
    async revoke(nameOrId) {
      const path = `/v1/tokens/${encodeURIComponent(nameOrId)}`;
      try {
        const answer = revokedSchema;
        return (await callCore(core, { method: 'DELETE', path, answer })).revoked;
      } catch (error) {
        if (error instanceof RelayError && error.code === 'not_found') return false;
        throw error;
      }
    },
  };
}

async function withFile<Result>(
  { output, terminal }: Context,
  dataDir: string,
  work: (tokens: TokenAccess) => Promise<Result>,
): Promise<Result> {
  const log = { warn: (_fields: object, message: string) => output.error(message) };
  const tokens = await tokenBackends.file(
    { log, now: () => terminal.now() },
    { dataDir, isWatching: false },
  );
  try {
    return await work({
      list: async () => tokens.list(),
      create: (name) => tokens.create(name),
      revoke: (nameOrId) => tokens.revoke(nameOrId),
    });
  } finally {
    await tokens.close();
  }
}
