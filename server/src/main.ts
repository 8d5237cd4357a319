/** The language server as a process. Without a transport argument it speaks over stdio, so that any editor can start it. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import manifest from '../package.json';
import { serve } from './server';
import { localPeerNames } from './workspacePeers';

const transports = /^--(?:stdio|node-ipc|socket|pipe)\b/;
if (!process.argv.some((argument) => transports.test(argument))) process.argv.push('--stdio');

const connection = createConnection(ProposedFeatures.all);
serve(connection, manifest.version, localPeerNames());
connection.listen();
