// Anthropic tells where a batch's results lie by an absolute URL of its own host. A client that has
// nothing but a RelayCore token would take the token there; so the URL leads back through RelayCore.
import type { Candidate } from '../../domain/route.ts';
import type { Received } from '../../domain/relay-request.ts';
import type { StreamSplicer } from './attempt.ts';

/** A longer list passes as it is: it would have to be held whole. */
const maxBytes = 8 * 1024 * 1024;

const batches = '/v1/messages/batches';
const resultsUrl = /("results_url"\s*:\s*")https?:\/\/[^"\\]*?(?=\/v1\/messages\/batches\/)/g;

/** Null where nothing has to change: other paths, and clients whose own credential Anthropic takes. */
export function resultsUrlsFor(received: Received, candidate: Candidate): StreamSplicer | null {
  const [path = ''] = received.canonicalPath.split('?');
  const isOfBatches = path === batches || path.startsWith(`${batches}/`);
  if (!isOfBatches || path.endsWith('/results') || candidate.credential !== 'stored') return null;
  return new ResultsUrls(baseUrlOf(received));
}

function baseUrlOf({ headers, workspace, pinnedProvider }: Received): string {
  const inWorkspace = workspace === null ? '' : `/w/${encodeURIComponent(workspace)}`;
  const atProvider = pinnedProvider === null ? '' : `/v1/${pinnedProvider}`;
  return `http://${String(headers['host'])}${inWorkspace}${atProvider}`;
}

class ResultsUrls implements StreamSplicer {
  readonly #baseUrl: string;
  #held: Buffer[] = [];
  #bytes = 0;
  #isPassing = false;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.#isPassing) return [chunk];
    this.#held.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= maxBytes) return [];
    this.#isPassing = true;
    return this.#held.splice(0);
  }

  end(): readonly Buffer[] {
    // One character a byte, so that whatever else stands there comes out as it went in.
    const text = Buffer.concat(this.#held.splice(0)).toString('latin1');
    // By a function, since `$` in what the client said of itself would mean something else.
    const led = text.replaceAll(resultsUrl, (_, key: string) => key + this.#baseUrl);
    return [Buffer.from(led, 'latin1')];
  }
}
