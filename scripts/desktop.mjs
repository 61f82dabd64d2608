// Whether a person sits in front of this machine, and what can be opened for them.
import { spawn } from 'node:child_process';
import { isContinuousIntegration, isWindows } from './project.mjs';

export function hasDesktop() {
  if (isContinuousIntegration) return false;
  if (isWindows || process.platform === 'darwin') return process.stdout.isTTY === true;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.stdout.isTTY === true && Boolean(DISPLAY || WAYLAND_DISPLAY);
}

export function openPage(url) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };
  const [program, ...parameters] = openers[process.platform] ?? ['xdg-open'];
  // Without a browser the printed address serves as well.
  spawn(program, [...parameters, url], { stdio: 'ignore' }).once('error', () => {});
}
