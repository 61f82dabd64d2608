import type { MemberReader, RequestFields } from '../../domain/dialect.ts';
import { objectOf, objectsOf, textOf, type JsonObject } from '../json-value.ts';

/**
 * Versioned tools that the client runs itself, and tool search, which looks at the request alone.
 * Tools of any other type (web search, web fetch, code execution, the advisor…) run at the provider.
 */
const clientTools = /^(custom$|bash_|text_editor_|computer_|browser_|memory_|tool_search_tool_)/;

/**
 * Lenient: where a field has the wrong type the provider answers its own 400. `messages` and
 * `system` are never read, `tools` only where the cache asks.
 */
export function readMessagesFields(members: MemberReader): RequestFields {
  return {
    model: textOf(members.read('model')),
    isStream: members.read('stream') === true,
    // Anthropic's streams always say what they used.
    asksForUsage: true,
    isDeterministic: isDeterministic(members),
    // A method and no getter: with one, V8 makes a hidden class for every single object.
    isUncacheable: () => isUncacheable(members),
  };
}

function isDeterministic(members: MemberReader): boolean {
  if (members.read('temperature') !== 0) return false;
  const thinking = objectOf(members.read('thinking'))['type'] ?? 'disabled';
  return thinking === 'disabled' && !members.isGiven('tools');
}

/** The answer depends on something outside the request, or leaves something behind. */
function isUncacheable(members: MemberReader): boolean {
  if (members.isGiven('container') || members.isGiven('mcp_servers')) return true;
  return objectsOf(members.read('tools')).some((tool) => !isClientTool(tool));
}

function isClientTool(tool: JsonObject): boolean {
  const type = tool['type'] ?? 'custom';
  return typeof type === 'string' && clientTools.test(type);
}
