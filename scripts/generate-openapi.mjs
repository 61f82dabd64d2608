// Writes docs/reference/openapi.json as a core would answer it; a unit test of the control plane
// compares them.
import { writeFile } from 'node:fs/promises';
import { startControlPlane } from '../proxy-core/src/control/testing/start-control-plane.ts';

/** @param {URL} directory */
export async function generateOpenapi(directory) {
  const plane = await startControlPlane();
  const answer = await plane.ask('/openapi.json');
  await plane.close();
  const text = `${JSON.stringify(answer.json(), null, 2)}\n`;
  await writeFile(new URL('openapi.json', directory), text);
}
