/** What status and notices say of a configuration file that is refused. */
export function configurationNotice(lastError: string): string {
  return `The configuration is not in effect: ${lastError}`;
}
