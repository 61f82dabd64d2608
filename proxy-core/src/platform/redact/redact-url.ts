import { redactText } from './redact-text.ts';

// Parameters whose values are known to be harmless; of all others only the length is shown,
// because a list of forbidden names is never complete.
const shownParameters = new Set([
  'after',
  'after_id',
  'alt',
  'api-version',
  'before',
  'before_id',
  'beta',
  'cursor',
  'from',
  'groupBy',
  'limit',
  'order',
  'to',
]);

/**
 * A URL or a path with query, fit for a log: credentials before the host and the fragment are
 * gone, and query values stay only for parameters known to be harmless. Takes relative URLs and
 * malformed ones too; never throws.
 */
export function redactUrl(url: string): string {
  const [withoutFragment, fragment] = splitAt(url, '#');
  const [address, query] = splitAt(withoutFragment, '?');
  const shownAddress = redactText(
    address.replace(/^([a-z][a-z0-9+.-]{0,30}:)?\/\/[^/]*@/i, '$1//[credentials]@'),
  );
  const shownQuery =
    query === undefined ? '' : `?${query.split('&').map(redactParameter).join('&')}`;
  return shownAddress + shownQuery + (fragment === undefined ? '' : '#[hidden]');
}

function redactParameter(parameter: string): string {
  const [name, value] = splitAt(parameter, '=');
  if (value === undefined) return redactLoneName(name);
  if (shownParameters.has(name)) return `${name}=${redactText(value)}`;
  return `${redactLoneName(name)}=[${value.length} chars]`;
}

// A secret pasted after "?" without a name must not pass for a parameter's name.
function redactLoneName(name: string): string {
  return name.length > 40 ? `[${name.length} chars]` : redactText(name);
}

function splitAt(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}
