// Everything that is shown in a VS Code, in one edition of it.
import type { Edition } from '../editor/edition.ts';
import { createScene, type Scene } from '../editor/scene.ts';
import { dashboardSuite } from './dashboard.ts';
import { daySuite } from './day.ts';
import { inHostSuite } from './in-host.ts';
import { windowsSuite } from './windows.ts';

const timeoutMs = 120_000;

export function editorSuites(edition: () => Edition, version: string): void {
  describe(`VS Code ${version}`, function () {
    this.timeout(timeoutMs);

    describe('used by a person', () => {
      let scene: Scene;

      before(async () => {
        scene = await createScene(edition());
      });

      after(() => scene?.close());

      afterEach(async function () {
        const test = this.currentTest;
        if (test?.state === 'failed') await scene.keepEvidence(test.fullTitle());
      });

      daySuite(() => scene);
      dashboardSuite(() => scene);
    });

    windowsSuite(edition);
    inHostSuite(edition);
  });
}
