import { cacheStatsSchema } from '../../contract/control.ts';
import { callCore } from '../access/call-core.ts';
import { requireCore } from '../access/running-core.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { formatBytes, formatCount, formatShare } from '../output/format-values.ts';

export const cacheStats: CliCommand = {
  name: 'cache stats',
  summary: 'Show how full the cache is and how often it answered since the core started',
  examples: ['cache stats'],
  define(command, context) {
    command.action(async (options: CommonOptions) => {
      const { output } = context;
      const core = await requireCore(context.dataHome(options));
      const path = '/v1/cache/stats';
      const stats = await callCore(core, { method: 'GET', path, answer: cacheStatsSchema });
      if (options.json) return output.json(stats);
      const { memory, disk, hits, misses, coalesced } = stats;
      output.table(
        [
          { title: 'Cache' },
          { title: 'Entries', align: 'right' },
          { title: 'Size', align: 'right' },
          { title: 'At most', align: 'right' },
        ],
        [
          [
            'memory',
            formatCount(memory.entries),
            formatBytes(memory.bytes),
            formatBytes(memory.maxBytes),
          ],
          ['disk', formatCount(disk.entries), formatBytes(disk.bytes), formatBytes(disk.maxBytes)],
        ],
      );
      const answered = hits + coalesced;
      output.line('');
      output.facts([
        ['Hits', formatCount(hits)],
        ['Joined in flight', formatCount(coalesced)],
        ['Misses', formatCount(misses)],
        ['Hit rate', formatShare(answered, answered + misses)],
      ]);
    });
  },
};
