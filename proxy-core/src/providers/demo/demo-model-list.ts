import { jsonAnswer, type DemoAnswer } from './demo-answer.ts';
import { DemoRefusal, type JsonObject } from './demo-request.ts';

/** When the demo came into being, for lists that have a date; seconds. */
const createdSeconds = 1_790_000_000;

/** `GET /v1/models`, and one of them. Throws `DemoRefusal` for one that is not there. */
export function answerModels(
  models: readonly string[],
  wanted: string | null,
  isAnthropic: boolean,
): DemoAnswer {
  const entries = models.map((id) => (isAnthropic ? anthropicEntry(id) : openaiEntry(id)));
  if (wanted === null) {
    const page = { has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
    return jsonAnswer(
      200,
      isAnthropic ? { data: entries, ...page } : { object: 'list', data: entries },
    );
  }
  const entry = entries.find((candidate) => candidate['id'] === wanted);
  if (entry === undefined)
    throw new DemoRefusal(`The model '${wanted}' does not exist.`, 'model', 404);
  return jsonAnswer(200, entry);
}

function openaiEntry(id: string): JsonObject {
  return { id, object: 'model', created: createdSeconds, owned_by: 'relaycore-demo' };
}

function anthropicEntry(id: string): JsonObject {
  const created = new Date(createdSeconds * 1000).toISOString();
  return { type: 'model', id, display_name: `RelayCore ${id}`, created_at: created };
}
