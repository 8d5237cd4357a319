/** For tests: a client on a real connection to a real server, over streams in memory. */
import { PassThrough } from 'node:stream';
import {
  CodeActionRequest,
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  type CodeAction,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { PalInitializationOptions } from './protocol';
import { serve } from './server';
import type { PeerName } from './workspacePeers';

export interface TestClientOptions {
  readonly pull?: boolean;
  readonly options?: PalInitializationOptions;
  readonly peers?: readonly PeerName[];
}

export class TestClient {
  readonly #published: PublishDiagnosticsParams[] = [];
  #onPublished: (() => void) | undefined;
  #version = 1;
  #documents = 0;

  private constructor(
    readonly connection: ProtocolConnection,
    readonly initialized: InitializeResult,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      this.#onPublished?.();
    });
  }

  static async start({ pull = true, options = {}, peers = [] }: TestClientOptions = {}): Promise<TestClient> {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    serve(server, '0.0.0-test', () => Promise.resolve(peers));
    server.listen();
    const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    connection.listen();
    const initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: null,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol demands it
      rootUri: null,
      capabilities: { textDocument: pull ? { diagnostic: {} } : {} },
      initializationOptions: options,
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return new TestClient(connection, initialized);
  }

  /** Opens a new document; without a URI one that is a bundle by its name. */
  async open(text: string, uri = `file:///w/${++this.#documents}.pal.yaml`): Promise<string> {
    const textDocument = { uri, languageId: 'yaml', version: this.#version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    return uri;
  }

  async change(uri: string, text: string): Promise<void> {
    const textDocument = { uri, version: ++this.#version };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  async closeDocument(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    return report.kind === 'full' ? report.items : [];
  }

  async completion(uri: string, line: number, character: number): Promise<readonly CompletionItem[]> {
    const params = { textDocument: { uri }, position: { line, character } };
    const result = await this.connection.sendRequest(CompletionRequest.type, params);
    return Array.isArray(result) ? result : (result?.items ?? []);
  }

  async hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character } });
  }

  async codeActions(uri: string, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    const params = { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } };
    const result = await this.connection.sendRequest(CodeActionRequest.type, params);
    return (result ?? []).filter((one): one is CodeAction => 'kind' in one);
  }

  async symbols(uri: string): Promise<readonly DocumentSymbol[]> {
    const result = await this.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
    return (result ?? []) as readonly DocumentSymbol[];
  }

  async folding(uri: string): Promise<readonly FoldingRange[]> {
    return (await this.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } })) ?? [];
  }

  /** The next diagnostics that the server pushes. */
  async published(): Promise<PublishDiagnosticsParams> {
    while (this.#published.length === 0) await new Promise<void>((resolve) => (this.#onPublished = resolve));
    return this.#published.shift()!;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    this.connection.dispose();
  }
}
