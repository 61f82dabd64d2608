// On whose behalf a request comes, as far as its headers tell.
import type { Attribution, Caller } from '../../domain/caller.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Received } from '../../domain/relay-request.ts';

/** Beginnings of the `user-agent` of assistants and SDKs, lower case; the first match wins. */
const knownAgents: readonly (readonly [prefix: string, assistant: string])[] = [
  ['claude-cli', 'claude-code'],
  ['claude-code', 'claude-code'],
  ['codex', 'codex'],
  ['opencode', 'opencode'],
  ['cline', 'cline'],
  ['roo', 'roo-code'],
  ['kilo', 'kilo-code'],
  ['continue', 'continue'],
  ['githubcopilot', 'copilot'],
  ['zed', 'zed'],
  ['aider', 'aider'],
  ['qwencode', 'qwen-code'],
  ['geminicli', 'gemini-cli'],
  ['junie', 'junie'],
  ['intellij', 'jetbrains-ai'],
  ['crush', 'crush'],
  ['openai/', 'openai-sdk'],
  ['asyncopenai/', 'openai-sdk'],
  ['anthropic/', 'anthropic-sdk'],
  ['asyncanthropic/', 'anthropic-sdk'],
  ['curl/', 'curl'],
];

/** Headers in which agents name their session, in order of preference. */
const sessionHeaders = ['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id'];

const maxLabelLength = 200;

/** Throws `bad_request` where `x-relaycore-tag` is not in its form. */
export function attributionOf(
  received: Received,
  caller: Caller,
  branch: string | null,
): Attribution {
  const { headers } = received;
  return {
    assistant:
      label(headers['x-relaycore-client']) ??
      agentOf(label(headers['user-agent'])) ??
      (caller.kind === 'client-token' ? caller.tokenName : null),
    workspace: received.workspace,
    branch,
    session: firstLabel(received, sessionHeaders),
    user: null,
    tags: tagsOf(headers['x-relaycore-tag']),
  };
}

/** `key=value` pairs joined by commas: anything else would be a group that nobody asked for in reports. */
function tagsOf(value: string | string[] | undefined): string | null {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  if (text === '') return null;
  const isWellFormed = text.split(',').every((tag) => /^\s*[^=\s][^=]*=\s*[^\s].*$/.test(tag));
  if (isWellFormed) return label(text);
  throw new RelayError('bad_request', 'x-relaycore-tag must have the form KEY=VALUE[,KEY=VALUE].');
}

function agentOf(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const lower = userAgent.toLowerCase();
  return knownAgents.find(([prefix]) => lower.startsWith(prefix))?.[1] ?? null;
}

function firstLabel(received: Received, names: readonly string[]): string | null {
  for (const name of names) {
    const value = label(received.headers[name]);
    if (value !== null) return value;
  }
  return null;
}

/** Headers arrive as latin1 and unbounded; a label is neither. */
function label(value: string | string[] | undefined): string | null {
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined || text === '') return null;
  return text.slice(0, maxLabelLength);
}
