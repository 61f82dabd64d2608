import { uiTicketSchema } from '../../contract/control.ts';
import { callCore } from '../access/call-core.ts';
import { requireCore } from '../access/running-core.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';

interface UiOptions extends CommonOptions {
  readonly open: boolean;
}

export const ui: CliCommand = {
  name: 'ui',
  summary: 'Open the page of the running core in a browser; the address is good once, for a minute',
  examples: ['ui', 'ui --no-open'],
  define(command, context) {
    command.option('--no-open', 'print the address only').action(async (options: UiOptions) => {
      const { output, terminal } = context;
      const core = await requireCore(context.dataHome(options));
      const path = '/v1/ui/tickets';
      const ticket = await callCore(core, { method: 'POST', path, answer: uiTicketSchema });
      const url = new URL(ticket.path, core.instance.url).href;
      if (options.json) return output.json({ url });
      output.line(url);
      if (options.open && terminal.stdout.isTTY === true) terminal.openInBrowser(url);
    });
  },
};
