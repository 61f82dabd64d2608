import assert from 'node:assert/strict';
import { escapeMarkdown, shorten, table } from './markdown.ts';

describe('Markdown for tooltips', () => {
  it('keeps names from becoming links, columns, icons or lines', () => {
    assert.equal(
      escapeMarkdown('a|b [x](command:y)\n$(zap) <b>'),
      'a\\|b \\[x\\]\\(command\\:y\\) $\u2060\\(zap\\) \\<b\\>',
    );
  });

  it('makes no links of addresses, which would swallow what follows them', () => {
    assert.equal(escapeMarkdown('At http://a.b.'), 'At http\\://a\\.b\\.');
  });

  it('shortens in the middle', () => {
    assert.equal(shorten('claude-haiku', 12), 'claude-haiku');
    assert.equal(shorten('claude-haiku', 7), 'cla…iku');
  });

  it('writes tables with numbers to the right', () => {
    assert.equal(
      table(['A', 'B'], [['x', '1']]),
      '| A | &emsp;B |\n| :-- | --: |\n| x | &emsp;1 |',
    );
  });
});
