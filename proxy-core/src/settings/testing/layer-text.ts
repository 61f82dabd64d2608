// Builders for the tests of the settings.
import type { Environment } from '../environment-layer.ts';
import { layerSettings, type LayeredSettings } from '../layers.ts';
import { SettingsError, type SettingsIssue } from '../settings-error.ts';
import { parseSettingsFile } from '../settings-file.ts';
import { createSettingTree } from '../setting-tree.ts';
import type { Tree } from '../tree.ts';

const tree = createSettingTree();

export interface LayerTexts {
  readonly yaml?: string;
  readonly environment?: Environment;
  readonly commandLine?: Tree;
  readonly runtime?: Tree;
}

/** The settings that come of these layers; the file is called `/home/user/config.yaml`. */
export function layered({
  yaml = '',
  environment,
  commandLine,
  runtime,
}: LayerTexts): LayeredSettings {
  const inputs = {
    file: parseSettingsFile('/home/user/config.yaml', yaml),
    environment: environment ?? null,
    commandLine: commandLine ?? {},
    runtime: runtime ?? {},
  };
  return layerSettings(inputs, tree);
}

/** The issues for which these layers are refused. */
export function issuesOf(texts: LayerTexts): readonly SettingsIssue[] {
  try {
    layered(texts);
  } catch (error) {
    if (error instanceof SettingsError) return error.issues;
    throw error;
  }
  return [];
}
