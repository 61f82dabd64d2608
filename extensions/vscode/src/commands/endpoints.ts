// What an assistant is pointed at, by the dialect that it speaks.

export interface Endpoint {
  readonly label: string;
  /** For whom. */
  readonly detail: string;
  readonly text: string;
}

export function endpointsOf(url: string): readonly Endpoint[] {
  return [
    {
      label: 'OpenAI base URL',
      detail: 'For clients that speak OpenAI’s API: they append /chat/completions or /responses.',
      text: `${url}/v1`,
    },
    {
      label: 'Anthropic base URL',
      detail:
        'For clients that speak Anthropic’s API, such as Claude Code: they append /v1/messages.',
      text: url,
    },
  ];
}

/** The token's own line first; then the environment that most clients read. */
export function tokenEndpointsOf(url: string, token: string): readonly Endpoint[] {
  const openai = [`OPENAI_BASE_URL=${url}/v1`, `OPENAI_API_KEY=${token}`];
  const anthropic = [`ANTHROPIC_BASE_URL=${url}`, `ANTHROPIC_AUTH_TOKEN=${token}`];
  return [
    {
      label: 'Token',
      detail: 'Goes where the client asks for the provider’s API key.',
      text: token,
    },
    ...endpointsOf(url),
    {
      label: 'Environment for OpenAI clients',
      detail: 'OPENAI_BASE_URL and OPENAI_API_KEY, one a line.',
      text: `${openai.join('\n')}\n`,
    },
    {
      label: 'Environment for Anthropic clients',
      detail: 'ANTHROPIC_BASE_URL and ANTHROPIC_AUTH_TOKEN, one a line.',
      text: `${anthropic.join('\n')}\n`,
    },
  ];
}
