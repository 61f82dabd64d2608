import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tooltipCommands } from './status-bar/tooltip.ts';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');

interface Contribution {
  readonly command: string;
  readonly title: string;
  readonly category: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly Contribution[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly {
      readonly icon: string;
      readonly steps: readonly { readonly media: { readonly svg: string } }[];
    }[];
  };
}

const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const { contributes } = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<
  string,
  string
>;
const declared = new Set(contributes.commands.map(({ command }) => command));

/** Everything that the product's code says, tests left out. */
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');

const found = (pattern: RegExp): string[] => [
  ...new Set([...code.matchAll(pattern)].map(([, name]) => name ?? '')),
];

describe('the manifest', () => {
  it('has a text for each of its places, and no text without one', () => {
    const used = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual([...new Set(used)].toSorted(), Object.keys(texts).toSorted());
  });

  it('declares the commands that the code has, all in one category', () => {
    const inCode = found(/\bid: '(relaycore\.\w+)'/g);
    const registered = found(/registerCommand\('(relaycore\.\w+)'/g);
    assert.deepEqual([...declared].toSorted(), [...inCode, ...registered].toSorted());
    assert.ok(contributes.commands.every(({ category }) => category === 'RelayCore'));
  });

  it('declares each command that something leads to', () => {
    const links = [
      ...tooltipCommands,
      ...found(/executeCommand\('(relaycore\.\w+)'/g),
      ...found(/, '(relaycore\.\w+)',?\s*\),/g),
      ...Object.values(texts).flatMap((text) =>
        [...text.matchAll(/command:([\w.]+)/g)].map(([, command]) => command ?? ''),
      ),
    ];
    assert.ok(links.length > 20);
    assert.deepEqual(
      links.filter((command) => !declared.has(command)),
      [],
    );
  });

  it('declares the settings that the code reads', () => {
    const settings = found(/[Ss]etting = '(relaycore\.[\w.]+)'/g);
    const inManifest = Object.keys(contributes.configuration.properties);
    assert.deepEqual(settings.toSorted(), inManifest.toSorted());
  });

  it('names pictures that are there', () => {
    const pictures = contributes.walkthroughs.flatMap(({ icon, steps }) => [
      icon,
      ...steps.map(({ media }) => media.svg),
    ]);
    assert.equal(pictures.length, 5);
    assert.deepEqual(
      pictures.filter((picture) => !existsSync(join(root, picture))),
      [],
    );
  });
});
