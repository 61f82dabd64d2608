import type { z } from 'zod';

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a section with settings of its own',
  record: 'a section with entries of its own',
  string: 'text',
};

/**
 * What is wrong, as the rest of a sentence that begins with the setting's path. The value is never
 * quoted: it may be a key that landed in the wrong place.
 */
export function issueMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${typeNames[issue.expected] ?? issue.expected}, not ${nameOf(issue.input, issue.expected)}`;
    case 'too_small':
      return bound(
        issue.origin,
        issue.inclusive === false ? 'more than' : 'at least',
        issue.minimum,
      );
    case 'too_big':
      return bound(
        issue.origin,
        issue.inclusive === false ? 'less than' : 'at most',
        issue.maximum,
      );
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    default:
      return 'has a value that is not allowed';
  }
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = origin === 'string' ? ' characters long' : origin === 'array' ? ' entries long' : '';
  return `must be ${relation} ${limit}${unit}`;
}

function nameOf(input: unknown, expected: string): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  switch (typeof input) {
    case 'string':
      return 'text';
    case 'number':
      if (!Number.isFinite(input)) return 'an endless number';
      return expected === 'int' ? 'a fraction' : 'a number';
    case 'bigint':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a section';
  }
}
