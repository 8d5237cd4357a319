/** What the server can do, given what the client can. */
import {
  CodeActionKind,
  TextDocumentSyncKind,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver';
import { diagnosticSource } from './features/diagnostics';
import type { PalInitializationOptions } from './protocol';

/** What was agreed with the client at start. */
export interface Session {
  /** The client asks for diagnostics; else we push them. */
  readonly pullDiagnostics: boolean;
  readonly otherYamlServer: boolean;
}

export function sessionOf(params: InitializeParams): Session {
  const options = (params.initializationOptions ?? {}) as PalInitializationOptions;
  return {
    pullDiagnostics: params.capabilities.textDocument?.diagnostic !== undefined,
    otherYamlServer: options.otherYamlServer === true,
  };
}

export function initializeResult(session: Session, version: string): InitializeResult {
  return {
    serverInfo: { name: 'PAL Language Server', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      completionProvider: { triggerCharacters: [' ', ':', '-'] },
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      documentSymbolProvider: true,
      foldingRangeProvider: true,
      ...(session.pullDiagnostics
        ? {
            diagnosticProvider: {
              identifier: diagnosticSource,
              interFileDependencies: false,
              workspaceDiagnostics: false,
            },
          }
        : {}),
    },
  };
}
