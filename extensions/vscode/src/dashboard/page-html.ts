// The page of the core, made fit for a webview: its own policy, its own addresses of files, and what the
// host tells it at its start.
import type { PageHostData } from '@relaycore/proxy-core/contract/bridge';

export interface WebviewPage {
  /** `index.html` as it was built. */
  readonly html: string;
  /** Unguessable, new for each page. */
  readonly nonce: string;
  /** Of the webview, for its policy. */
  readonly cspSource: string;
  /** Addresses of the built files by which the webview may load them. */
  readonly files: { readonly script: string; readonly style: string };
  readonly hostData: PageHostData;
}

/** Scripts by nonce, styles from the page's folder, no network, no HTML from strings. */
function webviewPolicy(nonce: string, cspSource: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Throws where the built page is not the one that this code knows. */
export function webviewHtml({ html, nonce, cspSource, files, hostData }: WebviewPage): string {
  const policy = attribute(webviewPolicy(nonce, cspSource));
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  return replaceAllOf(html, [
    ['<head>', `<head>\n    ${meta}`],
    ['href="main.css"', `href="${attribute(files.style)}"`],
    ['src="main.js"', `src="${attribute(files.script)}"`],
    ['<body>', `<body data-host="${attribute(JSON.stringify(hostData))}">`],
    ['__NONCE__', nonce],
  ]);
}

function replaceAllOf(
  html: string,
  replacements: readonly (readonly [from: string, to: string])[],
): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The built page has no ${from}.`);
    // A function, since `$` in an address would mean something else.
    return text.replaceAll(from, () => to);
  }, html);
}

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
