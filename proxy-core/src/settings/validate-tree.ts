import type { z } from 'zod';
import { issueMessage } from './issue-message.ts';
import { resolveProviders, type Mistake } from './resolve-providers.ts';
import { settingsSchema, type ParsedSettings, type Settings } from './schema.ts';
import type { SectionNode, SettingNode } from './setting-tree.ts';
import { suggestSetting } from './suggest-setting.ts';
import { isTree, type Tree } from './tree.ts';

export interface Finding extends Mistake {
  /** Whether the name is wrong or the value. */
  readonly part: 'name' | 'value';
  /** Wrong by itself, whatever the other layers hold. */
  readonly isStructural: boolean;
}

export interface Validation {
  /** null where there are findings. */
  readonly settings: Settings | null;
  readonly findings: readonly Finding[];
}

/** Checks each setting by itself and then what must hold between them. */
export function validateTree(tree: Tree, nodes: SectionNode): Validation {
  const result = settingsSchema.safeParse(tree, { error: issueMessage });
  if (!result.success) {
    return {
      settings: null,
      findings: result.error.issues.flatMap((issue) => toFindings(issue, nodes)),
    };
  }
  const { providers, mistakes } = resolveProviders(result.data.providers);
  const findings = [...mistakes, ...crossChecks(result.data)].map((mistake): Finding => ({
    ...mistake,
    part: 'value',
    isStructural: false,
  }));
  return { settings: findings.length > 0 ? null : { ...result.data, providers }, findings };
}

function crossChecks({ server }: ParsedSettings): Mistake[] {
  if (server.bodyLimitMb <= server.maxInFlightMb) return [];
  const message = 'must not exceed server.maxInFlightMb, or such a body could never be taken';
  return [{ path: ['server', 'bodyLimitMb'], message }];
}

function toFindings(issue: z.core.$ZodIssue, nodes: SectionNode): Finding[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `is not a setting${suggestSetting(nodes, path, key)}`,
        part: 'name',
        isStructural: true,
      }));
    case 'invalid_key':
      return issue.issues
        .slice(0, 1)
        .map(({ message }) => ({ path, message, part: 'name', isStructural: true }));
    default: {
      // What one layer lacks another may bring.
      const isMissing = issue.message === 'is missing';
      return [{ path, message: issue.message, part: 'value', isStructural: !isMissing }];
    }
  }
}

/**
 * Without the settings that are named but left empty, as in a file in which everything below
 * `server:` is a comment: they mean the default. An empty entry of a record is an entry.
 */
export function withoutEmptySettings(tree: Tree, node: SettingNode): Tree {
  const entries = Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    if (node.kind === 'record') {
      return [[name, value === null ? {} : cleaned(value, node.entry)]];
    }
    const field = node.kind === 'section' ? node.fields.get(name) : undefined;
    if (field === undefined) return [[name, value]];
    return value === null ? [] : [[name, cleaned(value, field)]];
  });
  return Object.fromEntries(entries);
}

function cleaned(value: unknown, node: SettingNode): unknown {
  return isTree(value) ? withoutEmptySettings(value, node) : value;
}
