// A step on the way to something that a user started: named while it runs, explained when it fails.

/** Ends with a sentence for the user instead of a stack. */
export function fail(what, output) {
  console.error(`${output.trim()}\n\n${what}`);
  process.exit(1);
}

export async function prepareStep(what, action) {
  console.log(`${what} …`);
  const { code, output } = await action();
  if (code !== 0) fail(`${what} failed.`, output);
}
