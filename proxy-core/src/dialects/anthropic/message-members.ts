// What is known of a message, for the conversion between its two forms. A member that is not listed
// may be there as null only.

export const messageMembers: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'usage',
]);

/** Members of `message_delta.delta`. */
export const endMembers: ReadonlySet<string> = new Set([
  'stop_reason',
  'stop_sequence',
  'stop_details',
]);

export const blockMembers: ReadonlyMap<unknown, ReadonlySet<string>> = new Map([
  ['text', new Set(['type', 'text', 'citations'])],
  ['thinking', new Set(['type', 'thinking', 'signature'])],
  ['redacted_thinking', new Set(['type', 'data'])],
  ['tool_use', new Set(['type', 'id', 'name', 'input', 'caller', 'toolset_name'])],
]);

/** Members of `usage` that `message_delta` repeats, cumulative. */
export const deltaUsageMembers = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'output_tokens_details',
  'server_tool_use',
] as const;
