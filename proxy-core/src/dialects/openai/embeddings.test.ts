import assert from 'node:assert/strict';
import { createEmbeddingsReader } from './embeddings.ts';

describe('a reader of embeddings', () => {
  it('finds usage and model behind the vectors', () => {
    const reader = createEmbeddingsReader();
    const embedding = Array.from({ length: 64 }, (_, index) => index / 7);
    reader.readJson(
      Buffer.from(
        JSON.stringify({
          object: 'list',
          data: [{ object: 'embedding', index: 0, embedding }],
          model: 'text-embedding-3-small',
          usage: { prompt_tokens: 5, total_tokens: 5 },
        }),
      ),
    );
    const reading = reader.reading();
    assert.equal(reading.usage?.inputTokens, 5);
    assert.equal(reading.model, 'text-embedding-3-small');
    assert.equal(reading.isComplete, true);
  });

  it('takes an error as no answer', () => {
    const reader = createEmbeddingsReader();
    reader.readJson(Buffer.from('{"error":{"message":"no"}}'));
    assert.equal(reader.reading().isComplete, false);
    assert.equal(reader.reading().hasError, true);
  });
});
