/**
 * The I/O boundary as recording rules (`--scope-io`): everything a program takes from, or gives to, the world outside. One list for
 * Java programs (that of the Java tool, so that a fleet agrees) and one for Node, named as recorded: built-in module `fs` is class
 * `node.fs`, a global is `js.Date`; `new` is the constructor.
 *
 * Deliberately absent: what is deterministic when its arguments are (hashes, ciphers with given keys, compression) and what the
 * engine orders by itself (microtasks).
 */
import type { ScopeRule } from '../peer/runConfig';

/** Class → members; an empty list stands for all members. */
type Boundary = Readonly<Record<string, readonly string[]>>;

const java: Boundary = {
  'java.sql.DriverManager': ['getConnection'],
  'java.sql.Connection': [],
  'java.sql.Statement': [],
  'java.sql.PreparedStatement': [],
  'java.sql.CallableStatement': [],
  'java.sql.ResultSet': [],
  'java.net.http.HttpClient': [],
  'java.net.http.HttpRequest': [],
  'java.net.http.HttpResponse': [],
  'java.net.URL': ['openConnection'],
  'java.net.HttpURLConnection': [],
  'java.io.FileInputStream': [],
  'java.io.FileOutputStream': [],
  'java.io.FileReader': [],
  'java.io.FileWriter': [],
  'java.io.RandomAccessFile': [],
  'java.nio.file.Files': [],
  'java.nio.channels.FileChannel': [],
  'java.net.Socket': [],
  'java.net.ServerSocket': [],
  'java.nio.channels.SocketChannel': [],
  'java.nio.channels.ServerSocketChannel': [],
  'java.lang.System': ['currentTimeMillis', 'nanoTime', 'getProperty', 'getenv'],
  'java.time.Clock': [],
  'java.time.Instant': ['now'],
  'java.time.LocalDateTime': ['now'],
  'java.time.LocalDate': ['now'],
  'java.time.LocalTime': ['now'],
  'java.time.ZonedDateTime': ['now'],
  'java.time.OffsetDateTime': ['now'],
  'java.lang.Math': ['random'],
  'java.util.Random': [],
  'java.util.concurrent.ThreadLocalRandom': [],
  'java.lang.ProcessBuilder': [],
  'java.lang.Runtime': ['exec'],
};

const node: Boundary = {
  // clocks
  'js.Date': ['now', 'new', 'Date', 'getTimezoneOffset', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'],
  'js.performance': ['now', 'timeOrigin', 'mark', 'measure'],
  'node.perf_hooks': [],
  // random values and keys
  'js.Math': ['random'],
  'js.crypto': ['getRandomValues', 'randomUUID'],
  'node.crypto': [
    'randomBytes',
    'randomInt',
    'randomUUID',
    'randomFill',
    'randomFillSync',
    'getRandomValues',
    'generateKeyPair',
    'generateKeyPairSync',
    'generateKey',
    'generateKeySync',
    'sign',
  ],
  // timers
  'js.globalThis': [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
    'fetch',
  ],
  'node.timers': [],
  'node.timers.promises': [],
  'js.AbortSignal': ['timeout'],
  // files
  'node.fs': [],
  'node.fs.promises': [],
  // network
  'node.net': [],
  'node.tls': [],
  'node.dgram': [],
  'node.dns': [],
  'node.dns.promises': [],
  'node.http': [],
  'node.https': [],
  'node.http2': [],
  'js.WebSocket': [],
  'js.EventSource': [],
  // processes and workers
  'node.child_process': [],
  'node.cluster': [],
  'node.worker_threads': [],
  'js.MessageChannel': [],
  'js.BroadcastChannel': [],
  // process data and standard streams
  'js.process': [],
  'node.process': [],
  'node.os': [],
  'node.readline': [],
  'node.readline.promises': [],
  'js.console': [],
  'node.console': [],
  // garbage collection
  'js.WeakRef': ['deref'],
};

const rulesOf = (boundary: Boundary): ScopeRule[] =>
  Object.entries(boundary).flatMap(([name, members]): ScopeRule[] =>
    members.length === 0
      ? [{ class: name, member: '**', action: 'RECORD' }]
      : members.map((member): ScopeRule => ({ class: name, member, action: 'RECORD' })),
  );

export const ioScopeRules: readonly ScopeRule[] = [...rulesOf(java), ...rulesOf(node)];
