/** Entry of the suite inside the extension host: VS Code calls `run`. Counts go to a file, since a crash of the host looks like success. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { defineSuite } from './extension.suite';

export async function run(): Promise<void> {
  const grep = process.env['MOCHA_GREP'];
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'spec', color: false, ...(grep ? { grep } : {}) });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  defineSuite();
  const failed = await new Promise<number>((resolve) => {
    let passed = 0;
    const runner = mocha.run((failures) => {
      writeFileSync(process.env['PAL_E2E_RESULT']!, JSON.stringify({ passed, failed: failures }));
      resolve(failures);
    });
    runner.on('pass', () => passed++);
  });
  if (failed > 0) throw new Error(`${failed} failed`);
}
