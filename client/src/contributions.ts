/**
 * Every id that package.json and the code share. A test compares both ways, so neither can name what the other does not know. Pure data: no
 * `vscode` here.
 */
export const views = { container: 'pal', peers: 'pal.peers', logs: 'pal.logs', bundles: 'pal.bundles' } as const;

export const commands = {
  refresh: 'pal.directory.refresh',
  refreshItem: 'pal.refreshItem',
  showDetails: 'pal.showDetails',
  filterPeers: 'pal.peers.filter',
  filterLogs: 'pal.logs.filter',
  filterBundles: 'pal.bundles.filter',
  copy: 'pal.copy',
  copyDetails: 'pal.copyDetails',
  prunePeers: 'pal.peers.prune',
  removePeer: 'pal.peers.remove',
  revealPeerLog: 'pal.peers.revealLog',
  openLog: 'pal.logs.open',
  revealLogInOs: 'pal.logs.revealInOs',
  revealLogPeer: 'pal.logs.revealPeer',
  renameLog: 'pal.logs.rename',
  removeLog: 'pal.logs.remove',
  openBundle: 'pal.bundles.open',
  newBundle: 'pal.bundles.new',
  runFile: 'pal.run.file',
  copyCommandLine: 'pal.run.copyCommandLine',
  runLast: 'pal.run.last',
  recordScript: 'pal.run.recordScript',
  recordTest: 'pal.run.recordTest',
  stopRun: 'pal.run.stop',
  restartRun: 'pal.run.restart',
  stopPeer: 'pal.peers.stop',
  watchStream: 'pal.stream.watch',
  pauseStream: 'pal.stream.pause',
  clearStream: 'pal.stream.clear',
  filterStream: 'pal.stream.filter',
  openStreamOperation: 'pal.stream.openOperation',
  stopStream: 'pal.stream.stop',
  streamActions: 'pal.stream.actions',
  showLog: 'pal.showLog',
  restartServer: 'pal.server.restart',
  showMore: 'pal.showMore',
} as const;

/** Commands that rows and lenses call and people never see; they are not in package.json. */
export const internalCommands: readonly string[] = [commands.showMore, commands.recordTest, commands.streamActions];

export const settings = {
  runtimePath: 'pal.runtime.path',
  runtimeNode: 'pal.runtime.node',
  runOptions: 'pal.run.options',
  codeLens: 'pal.run.codeLens',
  recordingsFolder: 'pal.recordings.folder',
} as const;

/** Used in `when` clauses of package.json. */
export const contextKeys = {
  /** Phase of the directory: `idle`, `loading`, `ready`, `stale`, `error`. */
  directoryPhase: 'pal.directory.phase',
  /** The workspace was searched for bundles. */
  bundlesSearched: 'pal.bundles.searched',
  /** A task of ours runs in this window. */
  running: 'pal.run.running',
} as const;

export const taskType = 'pal';
export const debugType = 'pal';
export const languages = { log: 'pal-log' } as const;
/** Scheme of read-only documents that show a log. */
export const logScheme = 'pal-log';
/** Scheme of read-only documents that show the part of a log around one message. */
export const operationScheme = 'pal-operation';
/** Scheme of read-only documents with the details of a peer or log. */
export const detailsScheme = 'pal-details';
