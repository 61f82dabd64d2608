import assert from 'node:assert/strict';
import { modelFacts } from './model-facts.ts';

const openai = { type: 'openai', priceProviderId: 'openai' };
const anthropic = { type: 'anthropic', priceProviderId: 'anthropic' };
const server = { type: 'openai-compatible', priceProviderId: null };

describe('the facts of a model', () => {
  it('come from the price table and the name where the provider lists names alone', () => {
    assert.deepEqual(modelFacts({ id: 'gpt-4o-2024-11-20', object: 'model' }, openai), {
      name: 'gpt 4o (2024-11-20)',
      family: 'gpt-4o',
      version: '2024-11-20',
      maxInputTokens: 128_000 - 16_384,
      maxOutputTokens: 16_384,
      takesImages: true,
      callsTools: true,
    });
  });

  it('are what Anthropic tells', () => {
    const entry = {
      type: 'model',
      id: 'claude-sonnet-4-5-20250929',
      display_name: 'Claude Sonnet 4.5',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      capabilities: { image_input: { supported: false } },
    };
    const facts = modelFacts(entry, anthropic);
    assert.equal(facts?.name, 'Claude Sonnet 4.5');
    assert.equal(facts.family, 'claude-sonnet-4-5');
    assert.equal(facts.maxInputTokens, 136_000);
    assert.equal(facts.maxOutputTokens, 64_000);
    assert.equal(facts.takesImages, false);
  });

  it('are what gateways tell in their own words', () => {
    const openrouter = {
      id: 'some/model',
      name: 'Some Model',
      context_length: 40_000,
      architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
      top_provider: { max_completion_tokens: 8_000 },
      supported_parameters: ['temperature'],
    };
    const facts = modelFacts(openrouter, server);
    assert.equal(facts?.name, 'Some Model');
    assert.equal(facts.maxInputTokens, 32_000);
    assert.equal(facts.takesImages, true);
    assert.equal(facts.callsTools, false);
    const mistral = { id: 'm', capabilities: { vision: true, function_calling: false } };
    assert.equal(modelFacts(mistral, server)?.takesImages, true);
    assert.equal(modelFacts(mistral, server)?.callsTools, false);
  });

  it('leave most of a small window to the question', () => {
    const facts = modelFacts({ id: 'tiny', max_model_len: 4_000 }, server);
    assert.equal(facts?.maxOutputTokens, 2_000);
    assert.equal(facts.maxInputTokens, 2_000);
  });

  it('are none for models of another trade', () => {
    for (const id of ['text-embedding-3-small', 'whisper-1', 'gpt-4o-realtime-preview', 'sora-2']) {
      assert.equal(modelFacts({ id }, openai), null, id);
    }
    assert.equal(modelFacts({ id: 'gpt-5-codex' }, openai), null);
    assert.notEqual(modelFacts({ id: 'qwen-codex' }, server), null);
    assert.equal(modelFacts({ id: 'x', type: 'embeddings' }, server), null);
    assert.equal(modelFacts({ id: 'x', capabilities: { completion_chat: false } }, server), null);
    const drawing = { id: 'x', architecture: { output_modalities: ['image'] } };
    assert.equal(modelFacts(drawing, server), null);
    assert.equal(
      modelFacts({ id: 'demo-embedding' }, { type: 'demo', priceProviderId: null }),
      null,
    );
  });
});
