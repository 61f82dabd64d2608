import { codeLine } from '../../elements/code-line.ts';
import { element } from '../../elements/element.ts';
import { remedyElement } from '../../elements/remedy.ts';
import type { PanelContext } from '../panel.ts';

/** What to do while there is nothing to show. */
export function createFirstRequest({ coreUrl, copy, remedies }: PanelContext): HTMLElement {
  const curl = [
    `curl ${coreUrl}/v1/chat/completions \\`,
    '  -H "Authorization: Bearer TOKEN" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"model":"demo","messages":[{"role":"user","content":"Hello, RelayCore"}]}'`,
  ].join('\n');
  return element('div', { class: 'first-request' }, [
    element('h3', { text: 'No requests yet' }),
    element('p', {
      text: 'Point an assistant at RelayCore and its requests show here as they happen. To see one now, without any key, ask the built-in demo provider:',
    }),
    element('ol', {}, [
      step('Create a client token.', remedyElement(remedies.createToken, copy)),
      step(
        'Send a request, with that token in place of TOKEN.',
        codeLine(curl, 'the request', copy),
      ),
    ]),
    element('p', {
      class: 'quiet',
      text: `Base URL for assistants: ${coreUrl}/v1 (OpenAI) or ${coreUrl} (Anthropic), with a client token as the API key.`,
    }),
  ]);
}

function step(text: string, line: HTMLElement): HTMLElement {
  return element('li', {}, [element('p', { text }), line]);
}
