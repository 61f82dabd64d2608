import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { webviewHtml } from './page-html.ts';

const built = readFileSync(
  new URL('../../../../webview-ui/src/index.html', import.meta.url),
  'utf8',
);

describe('the page in a webview', () => {
  const page = {
    html: built,
    nonce: 'n0nce',
    cspSource: 'https://*.vscode-cdn.net',
    files: { script: 'https://x/$&/main.js', style: 'https://x/main.css?a&b' },
    hostData: { coreUrl: 'http://127.0.0.1:7352', locale: 'de' },
  };

  it('lets only its own script run and goes to no network', () => {
    const html = webviewHtml(page);
    const policy = /content="(default-src [^"]+)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'nonce-n0nce'; style-src https:/);
    assert.doesNotMatch(policy, /unsafe|connect-src|\*;/);
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    assert.equal(scripts.length, 1);
    assert.ok(scripts.every((tag) => tag.includes('nonce="n0nce"')));
    assert.ok(html.indexOf('Content-Security-Policy') < html.indexOf('<script'));
  });

  it('loads the built files by the addresses of the webview', () => {
    const html = webviewHtml(page);
    assert.ok(html.includes('src="https://x/$&amp;/main.js"'));
    assert.ok(html.includes('href="https://x/main.css?a&amp;b"'));
  });

  it('carries what the host tells, and nothing that ends the attribute', () => {
    const html = webviewHtml({ ...page, hostData: { coreUrl: '"><script>', locale: 'de' } });
    assert.ok(html.includes('data-host="{&quot;coreUrl&quot;:&quot;\\&quot;&gt;&lt;script&gt;'));
    assert.equal([...html.matchAll(/<script/g)].length, 1);
  });

  it('is refused where the built page is another', () => {
    assert.throws(() => webviewHtml({ ...page, html: '<html></html>' }), /has no <head>/);
  });
});
