/** View of the bundle files in the workspace. */
import * as vscode from 'vscode';
import { commands, contextKeys, views } from '../../contributions';
import { bundleNodes, type ProblemCounts } from '../../core/bundleModel';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { t } from '../../platform/l10n';
import { ModelTree } from '../../platform/modelTree';
import type { Services } from '../../services';
import { BundleFiles } from './bundleFiles';

const template = `bundle: \${1:name}
defaults:
  peer: \${2:peer}
intercepts:
  - target: \${3:com.acme.OrderService.place}
    type: \${4|BEFORE,AFTER,AROUND,BEFORE_ASYNC,AFTER_ASYNC|}
    callback:
      class: \${5:Handler}
      method: \${6:handle}
`;

export interface BundlesView extends Disposable {
  readonly tree: ModelTree;
  refresh(): Promise<void>;
}

export function registerBundlesView(services: Services): BundlesView {
  const store = new DisposableStore();
  const files = store.push(new BundleFiles(services.log));
  const tree = store.push(
    new ModelTree({
      viewId: views.bundles,
      build: () => bundleNodes(files.files, problemsOf, t),
      onVisible: () => files.follow(),
    }),
  );
  store.push(
    files.onDidChange(() => {
      services.contextKeys.set(contextKeys.bundlesSearched, files.searched);
      tree.update();
    }),
  );
  store.push(
    services.commands.register([
      {
        id: commands.openBundle,
        run: async (item) => {
          const id = typeof item === 'string' ? item : tree.view.selection[0];
          if (id !== undefined)
            await vscode.window.showTextDocument(vscode.Uri.parse(id.slice('bundle:'.length), true));
        },
      },
      { id: commands.newBundle, run: newBundle },
    ]),
  );
  return { tree, refresh: () => files.search(), dispose: () => store.dispose() };
}

function problemsOf(uri: string): ProblemCounts {
  const found = vscode.languages.getDiagnostics(vscode.Uri.parse(uri, true));
  const count = (severity: vscode.DiagnosticSeverity): number =>
    found.filter((one) => one.severity === severity).length;
  return { errors: count(vscode.DiagnosticSeverity.Error), warnings: count(vscode.DiagnosticSeverity.Warning) };
}

/** A bundle to fill in, unsaved: the person decides where it goes. */
async function newBundle(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: '' });
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(new vscode.SnippetString(template));
}
