// What secrets look like in free text. Data only: a new kind of key is one more row.

/** One kind of secret. */
export interface SecretPattern {
  /** How the log calls it, in the place where it stood. */
  readonly kind: string;
  /**
   * Global; a match is replaced as a whole, except for what its one group, where it has one, holds
   * in front. Linear in the length of the text: no repetition without a bound before a choice.
   */
  readonly pattern: RegExp;
}

// A key begins where no letter or digit stands before it ("disk-…" is no "sk-…"), or right after
// an escape sequence, since this also runs over serialised JSON, URLs and coloured terminal text.
const start = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\x1b\[[0-9;]{0,8}m|\\u001b\[[0-9;]{0,8}m))`;

// Quotes may be escaped several times, where JSON travels inside JSON.
const quote = String.raw`\\{0,8}["']`;
const label =
  '(?:api[_-]?key|access[_-]?key|private[_-]?key|secret|password|passwd|passphrase|token|ticket|authorization|cookie|credentials?|signature)';
const scheme = String.raw`(?:(?:bearer|basic|token)\s{1,8})?`;

/** A form that no word contains: it needs no boundary in front. */
function distinct(kind: string, body: string): SecretPattern {
  return { kind, pattern: new RegExp(body, 'g') };
}

function keyed(kind: string, body: string): SecretPattern {
  return { kind, pattern: new RegExp(start + body, 'g') };
}

function labelled(kind: string, before: string, value: string): SecretPattern {
  return { kind, pattern: new RegExp(`(${before})${value}`, 'gi') };
}

/** In order: what is recognised by its own form first, what only its surroundings betray last. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  },
  // Its dots are not asked for: a search for them would start anew at every "eyJ" of a long text.
  distinct('JWT', 'eyJ[A-Za-z0-9_.-]{16,}'),
  distinct('sk-ant key', 'sk-ant-[A-Za-z0-9_-]{6,}'),
  distinct('sk key', 'sk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{6,}'),
  keyed('sk key', 'sk-[A-Za-z0-9_-]{12,}'),
  keyed('RelayCore token', 'rc_[A-Za-z0-9_-]{12,}'),
  distinct('Google key', 'AIza[A-Za-z0-9_-]{16,}'),
  distinct('Google token', String.raw`ya29\.[A-Za-z0-9._-]{10,}`),
  keyed('AWS key id', '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}'),
  distinct('GitHub token', '(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}'),
  distinct('GitLab token', 'glpat-[A-Za-z0-9_-]{12,}'),
  distinct('Slack token', 'xox[a-z]-[A-Za-z0-9-]{8,}'),
  keyed(
    'provider key',
    '(?:gsk_|hf_|xai-|pplx-|nvapi-|r8_|fw_|tvly-|sk_live_|sk_test_)[A-Za-z0-9_-]{12,}',
  ),
  // Fewer than 16 characters without a digit are a word of prose ("Bearer authentication").
  labelled(
    'bearer credential',
    String.raw`\bbearer\s{1,8}`,
    String.raw`(?=[^\s"'\\]{0,256}\d|[^\s"'\\]{16})[A-Za-z0-9._~+/=-]{6,}`,
  ),
  {
    kind: 'basic credential',
    pattern: /(\b[Bb]asic\s{1,8})(?=[^\s"'\\]{0,256}[\dA-Z=])[A-Za-z0-9+/=_-]{6,}/g,
  },
  { kind: 'credentials', pattern: /(:\/\/)[^\s/@"'\\?#<>[]{1,512}(?=@)/g },
  // "token": "…" in JSON, however often it was escaped.
  labelled(
    'secret',
    String.raw`${label}${quote}\s{0,8}:\s{0,8}${quote}${scheme}`,
    String.raw`[^\s"'\\[{][^\s"'\\]{3,}`,
  ),
  // token=… in URLs, forms, shells and cookies; `key=` and its like only as a URL's parameter.
  labelled(
    'secret',
    String.raw`(?:${label}|[?&](?:key|code|sig))=(?:${quote})?${scheme}`,
    String.raw`[^\s"'\\&;,[{][^\s"'\\&;,]{3,}`,
  ),
  // token: … in YAML and header lines; a digit or some length tells it from prose.
  labelled(
    'secret',
    String.raw`${label}:\s{0,8}${scheme}`,
    String.raw`(?=[^\s"'\\,;]{0,256}\d|[^\s"'\\,;]{20})[^\s"'\\,;[{][^\s"'\\,;]{5,}`,
  ),
];

/** Holds for every text in which one of the patterns can match; far cheaper than trying them. */
export const secretTrigger: RegExp = new RegExp(
  [
    'sk[-_]|rc_|eyJ|AIza|ya29|A[KSB]IA|ACCA|gh[pousr]_|hub_pat_|glpat|xox|hf_|xai-|pplx-|nvapi-|r8_|fw_',
    String.raw`tvly-|PRIVATE|bearer\s|basic\s|:\/\/|[?&](?:key|code|sig)=|${label}(?:${quote}\s{0,8})?[:=]`,
  ].join('|'),
  'i',
);
