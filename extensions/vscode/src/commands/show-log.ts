import type { Command } from '../feature.ts';

export const showLog: Command = {
  id: 'relaycore.showLog',
  async run({ log }) {
    log.show(true);
  },
};
