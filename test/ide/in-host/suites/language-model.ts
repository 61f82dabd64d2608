// RelayCore's models as other extensions and the editor's own chat see them: asked through the editor's
// API, answered through the whole proxy, and in the ledger afterwards.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RequestRecord, RequestsPage } from '../../../../proxy-core/src/contract/index.ts';
import { until } from '../../../support/until.ts';

const { CancellationTokenSource, LanguageModelChatMessage, LanguageModelChatToolMode, lm } = vscode;

/** 1.105 takes a cancellation no further than to the start of a request, so that no provider hears of it. */
const tellsOfCancelling = !vscode.version.startsWith('1.105.');

const dataHome = process.env['RELAYCORE_HOME'] ?? '';

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(dataHome, file), 'utf8')) as Record<string, unknown>;
}

/** Of the requests of chats that have ended, the newest first. */
async function chatRows(): Promise<readonly RequestRecord[]> {
  const token = readFileSync(join(dataHome, 'token'), 'utf8').trim();
  const url = `${String(readJson('instance.json')['url'])}/v1/analytics/requests`;
  const response = await fetch(`${url}?assistant=vscode-chat&limit=1000`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { requests } = (await response.json()) as RequestsPage;
  return requests.filter(({ outcome }) => outcome !== 'open');
}

async function modelNamed(id: string): Promise<vscode.LanguageModelChat> {
  // The models come with the core, which starts behind the extension.
  return until(`The model ${id}`, async () => {
    const models = await lm.selectChatModels({ vendor: 'relaycore' });
    return models.find((model) => model.id === id);
  });
}

interface Heard {
  readonly text: string;
  readonly calls: readonly vscode.LanguageModelToolCallPart[];
  /** What the editor calls a data part, by its kind. */
  readonly data: ReadonlyMap<string, string>;
}

async function hear(response: vscode.LanguageModelChatResponse): Promise<Heard> {
  let text = '';
  const calls: vscode.LanguageModelToolCallPart[] = [];
  const data = new Map<string, string>();
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) text += part.value;
    else if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
    else if (typeof part === 'object' && part !== null && 'mimeType' in part && 'data' in part) {
      data.set(String(part.mimeType), Buffer.from(part.data as Uint8Array).toString('utf8'));
    }
  }
  return { text, calls, data };
}

function asking(text: string): vscode.LanguageModelChatMessage[] {
  return [LanguageModelChatMessage.User(text)];
}

export function languageModelSuite(): void {
  describe('RelayCore’s models', function () {
    this.timeout(60_000);

    it('are there for everybody who asks the editor for models', async () => {
      const model = await modelNamed('demo/demo-fast');
      assert.equal(model.vendor, 'relaycore');
      assert.equal(model.family, 'demo-fast');
      assert.ok(model.maxInputTokens > 1_000);
      const chosen = await until('A model of the family', async () => {
        const [found] = await lm.selectChatModels({ vendor: 'relaycore', family: 'demo' });
        return found;
      });
      assert.equal(chosen.id, 'demo/demo');
    });

    it('answer through the proxy, and the request stands in the ledger', async () => {
      const model = await modelNamed('demo/demo-fast');
      const before = (await chatRows()).length;
      const { text, data } = await hear(await model.sendRequest(asking('Grüße aus dem Editor')));
      assert.ok(text.includes('Grüße aus dem Editor'), text);
      const usage = JSON.parse(data.get('usage') ?? '{}') as Record<string, unknown>;
      assert.ok(Number(usage['completion_tokens']) > 0);
      const rows = await until('The row of the request', async () => {
        const found = await chatRows();
        return found.length > before && found;
      });
      const [row] = rows;
      assert.deepEqual(
        [row?.provider, row?.requestedModel, row?.outcome, row?.isStream],
        ['demo', 'demo-fast', 'completed', true],
      );
      assert.equal(row?.workspace, vscode.workspace.workspaceFolders?.[0]?.name ?? null);
      assert.equal(row?.outputTokens, usage['completion_tokens']);
    });

    it('call tools, and take their results', async () => {
      const model = await modelNamed('demo/demo-fast');
      const messages = asking('What is the weather?');
      const inputSchema = {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city', 'days'],
      };
      const { calls } = await hear(
        await model.sendRequest(messages, {
          tools: [{ name: 'weather', description: 'The weather.', inputSchema }],
          toolMode: LanguageModelChatToolMode.Required,
        }),
      );
      const [call] = calls;
      assert.ok(call);
      assert.deepEqual([call.name, call.input], ['weather', { city: 'demo', days: 1 }]);
      const result = new vscode.LanguageModelToolResultPart(call.callId, [
        new vscode.LanguageModelTextPart('rain'),
      ]);
      const answer = await model.sendRequest([
        ...messages,
        LanguageModelChatMessage.Assistant([call]),
        LanguageModelChatMessage.User([result]),
      ]);
      assert.ok((await hear(answer)).text.length > 0);
    });

    it('stop at once when they are cancelled, and the ledger says so', async () => {
      const model = await modelNamed('demo/demo');
      const cancelling = new CancellationTokenSource();
      const before = (await chatRows()).length;
      const response = await model.sendRequest(asking('Slowly'), {}, cancelling.token);
      const first = await response.text[Symbol.asyncIterator]().next();
      assert.ok(!first.done);
      cancelling.cancel();
      const row = await until('The row of the request', async () => {
        const rows = await chatRows();
        return rows.length > before && rows[0];
      });
      assert.equal(row.outcome, tellsOfCancelling ? 'aborted' : 'completed');
    });

    it('say what to do where they are refused', async () => {
      const model = await modelNamed('demo/demo-fast');
      const options = { modelOptions: { max_tokens: -1 } };
      await assert.rejects(
        async () => hear(await model.sendRequest(asking('Hi'), options)),
        (error: unknown) =>
          error instanceof vscode.LanguageModelError &&
          /RelayCore: Provider "demo" refused the request \(400\).*max_tokens/.test(error.message),
      );
    });

    it('count tokens', async () => {
      const model = await modelNamed('demo/demo-fast');
      assert.equal(await model.countTokens('eight ch'), 2);
      const [message] = asking('eight ch');
      assert.ok(message);
      assert.ok((await model.countTokens(message)) > 2);
    });
  });
}
