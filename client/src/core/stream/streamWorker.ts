/** Entry of the receiving thread's bundle. */
import { parentPort, workerData } from 'node:worker_threads';
import type { StreamStart } from './streamMessages';
import { serveStream } from './streamServer';

serveStream(parentPort!, workerData as StreamStart);
