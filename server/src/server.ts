/**
 * The language server on a connection: documents in, features out. Where the connection comes from (a process, a test's streams) is not known here.
 *
 * Every handler goes through `on`: it looks up the document, and turns anything thrown into an answer the client can show. Documents that
 * are no PAL files get empty answers.
 */
import {
  DocumentDiagnosticReportKind,
  ErrorCodes,
  ResponseError,
  TextDocuments,
  type CancellationToken,
  type Connection,
  type DiagnosticServerCancellationData,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { initializeResult, sessionOf, type Session } from './capabilities';
import { Documents, type PalDocument } from './documents';
import { CodeActionsFeature } from './features/codeActions';
import { CompletionFeature } from './features/completion';
import { DiagnosticsFeature } from './features/diagnostics';
import { HoverFeature } from './features/hover';
import { StructureFeature } from './features/structure';
import type { PeerNames } from './workspacePeers';

/** After the last key stroke before diagnostics are pushed to a client that does not ask; long enough to type on, short enough to seem at once. */
const pushDelayMillis = 200;

/** Serves `connection` until it ends. The caller has not called `listen` yet. */
export function serve(connection: Connection, version: string, peers: PeerNames): void {
  const texts = new TextDocuments(TextDocument);
  const documents = new Documents((uri) => texts.get(uri));
  const completion = new CompletionFeature(peers);
  const hover = new HoverFeature();
  const codeActions = new CodeActionsFeature();
  const structure = new StructureFeature();
  let session: Session = { pullDiagnostics: false, otherYamlServer: false };
  let diagnostics = new DiagnosticsFeature(true);
  const pushes = new Map<string, NodeJS.Timeout>();

  connection.onInitialize((params) => {
    session = sessionOf(params);
    diagnostics = new DiagnosticsFeature(!session.otherYamlServer);
    return initializeResult(session, version);
  });

  /** One wrapper for every request on a document: look-up, cancellation, errors. */
  function on<P extends { textDocument: { uri: string } }, R, E = void>(
    what: string,
    none: () => R,
    handle: (document: PalDocument, params: P) => R | Promise<R>,
  ): (params: P, token: CancellationToken) => Promise<R | ResponseError<E>> {
    return async (params, token) => {
      try {
        if (token.isCancellationRequested) return none();
        const document = documents.get(params.textDocument.uri);
        return document === undefined ? none() : await handle(document, params);
      } catch (error) {
        connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return new ResponseError<E>(ErrorCodes.InternalError, `PAL could not answer (${what}); see the log.`);
      }
    };
  }

  connection.onCompletion(
    on(
      'completion',
      () => [],
      (document, params) => completion.complete(document, params.position),
    ),
  );
  connection.onHover(
    on(
      'hover',
      () => null,
      (document, params) => hover.hover(document, params.position),
    ),
  );
  connection.onCodeAction(
    on(
      'quick fixes',
      () => [],
      (document, params) => codeActions.actions(document, params),
    ),
  );
  connection.onDocumentSymbol(
    on(
      'outline',
      () => [],
      (document) => structure.symbols(document),
    ),
  );
  connection.onFoldingRanges(
    on(
      'folding',
      () => [],
      (document) => structure.folding(document),
    ),
  );
  connection.languages.diagnostics.on(
    on<DocumentDiagnosticParams, DocumentDiagnosticReport, DiagnosticServerCancellationData>(
      'diagnostics',
      () => ({ kind: DocumentDiagnosticReportKind.Full, items: [] }),
      (document) => ({ kind: DocumentDiagnosticReportKind.Full, items: diagnostics.diagnose(document) }),
    ),
  );

  texts.onDidChangeContent(({ document }) => {
    if (session.pullDiagnostics) return;
    clearTimeout(pushes.get(document.uri));
    pushes.set(
      document.uri,
      setTimeout(() => push(document.uri, document.version), pushDelayMillis),
    );
  });
  texts.onDidClose(({ document }) => {
    documents.forget(document.uri);
    clearTimeout(pushes.get(document.uri));
    pushes.delete(document.uri);
    if (!session.pullDiagnostics) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  function push(uri: string, version: number): void {
    pushes.delete(uri);
    if (texts.get(uri)?.version !== version) return;
    const document = documents.get(uri);
    const items = document === undefined ? [] : diagnostics.diagnose(document);
    void connection.sendDiagnostics({ uri, version, diagnostics: items });
  }

  connection.onShutdown(() => {
    for (const timer of pushes.values()) clearTimeout(timer);
    pushes.clear();
  });
  texts.listen(connection);
}
