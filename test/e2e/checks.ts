/** Names, counts and reports of checks that run in this process. */
export class Checks {
  passed = 0;
  failed = 0;

  constructor(readonly grep: string | undefined) {}

  async check(name: string, run: () => Promise<void>): Promise<void> {
    if (this.grep !== undefined && !name.includes(this.grep)) return;
    const started = Date.now();
    try {
      await run();
      this.passed++;
      process.stdout.write(`  ✓ ${name} (${Date.now() - started} ms)\n`);
    } catch (error) {
      this.failed++;
      process.stdout.write(`  ✗ ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  }
}
