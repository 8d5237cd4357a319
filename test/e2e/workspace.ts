/** A copy of the fixture project, so that runs leave nothing in the sources. */
import { cpSync } from 'node:fs';
import path from 'node:path';
import { tools } from './tools';

export function copyWorkspace(folder: string): string {
  const target = path.join(folder, 'project');
  cpSync(path.resolve(tools().sources, '../fixtures/workspace'), target, { recursive: true });
  return target;
}
