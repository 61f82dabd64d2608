/**
 * Whether an error answer refuses the `stream_options` that RelayCore added: older servers of the
 * OpenAI dialect know no such member, and name it in their refusal (400, or 422 with pydantic).
 */
export function rejectsStreamOptions(status: number, body: string): boolean {
  return (status === 400 || status === 422) && /stream_options|include_usage/.test(body);
}
