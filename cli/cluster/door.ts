import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createDoor, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';

/** The first byte of a TLS connection: a handshake record. */
const TLS_HANDSHAKE = 0x16;
const MAX_CONNECTIONS = 256;
const VALID_MS = 365 * 24 * 3600 * 1000;

/** A server that speaks TLS and plain HTTP on one port, and the certificate that vouches for it. */
export interface Door {
  readonly server: Server;
  /** PEM, for a kubeconfig's certificate-authority-data. */
  readonly certificate: string;
  /** Ends all connections and stops listening. */
  close(done: () => void): void;
}

/**
 * kubectl sends a token over TLS only; curl is easier without. So the first byte of each connection decides. The key is
 * made anew at every start and never leaves the process.
 */
export async function openDoor(listener: RequestListener): Promise<Door> {
  const names = [
    { type: 7, ip: '127.0.0.1' },
    { type: 2, value: 'localhost' },
  ] as const;
  const pems = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + VALID_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  });
  const plain = createServer(listener);
  const tls = createTlsServer({ key: pems.private, cert: pems.cert, ALPNProtocols: ['http/1.1'] }, listener);
  const sockets = new Set<Socket>();
  const server = createDoor((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? tls : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  tls.on('tlsClientError', () => undefined);
  const close = (done: () => void) => {
    for (const socket of sockets) socket.destroy();
    server.close(done);
  };
  return { server, certificate: pems.cert, close };
}
