import { commands, env, EventEmitter, Uri, version, window, workspace } from 'vscode';
import { readHostMode } from '../core-host/host-mode.ts';
import { disposeAll } from '../dispose-all.ts';
import type { Command, Feature, Services } from '../feature.ts';
import { ownVersion } from '../own-version.ts';
import { doctorReport, type DoctorReportInput } from './doctor-report.ts';

const scheme = 'relaycore-doctor';
const document = Uri.from({ scheme, path: '/RelayCore Doctor Report.md' });

/** Makes the report anew and shows it; the text is the result. */
export const showDoctorReport: Command = {
  id: 'relaycore.showDoctorReport',
  run: async () => commands.executeCommand<string>(`_${scheme}.refresh`),
};

/** A document that nobody has to save. */
export const doctorDocument: Feature = {
  id: 'doctor-document',
  activate(services) {
    const changed = new EventEmitter<Uri>();
    let text = '';
    return disposeAll([
      changed,
      workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: changed.event,
        provideTextDocumentContent: async () => {
          text ||= await makeReport(services);
          return text;
        },
      }),
      commands.registerCommand(`_${scheme}.refresh`, async () => {
        text = await makeReport(services);
        changed.fire(document);
        await show();
        return text;
      }),
    ]);
  },
};

async function makeReport(services: Services): Promise<string> {
  const { core } = services;
  const answer = await askFindings(services);
  return doctorReport({
    ...answer,
    state: core.state,
    madeAt: new Date().toLocaleString(env.language),
    environment: environmentOf(services),
  });
}

async function askFindings({
  core,
  offers,
}: Services): Promise<Pick<DoctorReportInput, 'findings' | 'failure'>> {
  try {
    const { findings } = await core.call('doctor.findings', {});
    // What only the window that holds the keys knows: the core says "no key" of a key that it holds back.
    await offers.offerNow();
    const heldBack = offers.refusals.map(
      ({ reason }) =>
        ({ id: 'key-held-back', severity: 'warning', title: reason, remedy: null }) as const,
    );
    return { findings: [...heldBack, ...findings], failure: null };
  } catch (error) {
    return { findings: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

function environmentOf({ context }: Services): DoctorReportInput['environment'] {
  return [
    ['RelayCore', ownVersion(context)],
    [env.appName, version],
    ['Node.js', process.versions.node],
    ['System', `${process.platform} ${process.arch}`],
    ['Remote', env.remoteName ?? 'no'],
    ['Proxy runs in', readHostMode()],
  ];
}

async function show(): Promise<void> {
  try {
    await commands.executeCommand('markdown.showPreview', document);
  } catch {
    // Markdown support can be switched off.
    await window.showTextDocument(document);
  }
}
