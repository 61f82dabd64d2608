import type { MemberReader, RequestFields } from '../../domain/dialect.ts';
import { objectOf, objectsOf, textOf } from '../json-value.ts';

/** Tools that the client runs itself; any other kind works on the provider's side. */
const clientTools: ReadonlySet<unknown> = new Set([undefined, 'function', 'custom']);

/**
 * Lenient: where a field has the wrong type the provider answers its own 400. `messages` is never
 * read, `tools` only where the cache asks.
 */
export function readChatFields(members: MemberReader): RequestFields {
  return {
    model: textOf(members.read('model')),
    isStream: members.read('stream') === true,
    asksForUsage: objectOf(members.read('stream_options'))['include_usage'] === true,
    isDeterministic: isDeterministic(members),
    // A method and no getter: with one, V8 makes a hidden class for every single object.
    isUncacheable: () => isUncacheable(members),
  };
}

function isDeterministic(members: MemberReader): boolean {
  if (members.read('temperature') !== 0 || !isOneSample(members)) return false;
  return !members.isGiven('tools') && !members.isGiven('functions');
}

function isOneSample(members: MemberReader): boolean {
  const n = members.read('n') ?? 1;
  return n === 1;
}

/**
 * Several samples, an answer that the provider keeps, or one that comes from outside the request:
 * the web (OpenAI, xAI's `search_parameters`, OpenRouter's `plugins`), a spoken answer (referred to
 * later by an id that expires), tools that run on the provider's side.
 */
function isUncacheable(members: MemberReader): boolean {
  if (!isOneSample(members)) return true;
  const stateful = ['store', 'background', 'audio', 'web_search_options', 'search_parameters'];
  if ([...stateful, 'plugins'].some((name) => members.isGiven(name))) return true;
  return objectsOf(members.read('tools')).some((tool) => !clientTools.has(tool['type']));
}
