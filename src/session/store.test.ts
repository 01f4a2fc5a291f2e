import { expect, test } from 'vitest';
import { Session } from '../../sim/index.ts';
import { frameOf } from './frame.ts';
import type { Reply, Request } from './protocol.ts';
import { Store } from './store.ts';

test('a command that waits for its file plays at once, and what is typed meanwhile comes after it', async () => {
  const spec = { scenario: { nodes: 1 }, plan: [], goals: [] };
  const frame = frameOf('s', new Session(spec), 'diagram', {});
  const asked: string[] = [];
  const thread = {
    ask: async (_: string, request: Request): Promise<Reply> => {
      if (request.ask === 'do') asked.push(request.command);
      if (request.ask === 'type') asked.push(request.line);
      return { number: 0, frame };
    },
  };
  const sessions = { s: { title: 'S', spec, files: {} } };
  const store = new Store(
    { path: '/x/', stage: { id: 's', view: 'diagram', tools: [] }, frame, sessions, widgets: [] },
    () => thread,
  );
  let isRead = () => {};
  const read = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  store.doCommand('kubectl apply -f web.yaml', 's', read);
  expect(store.isPlaying.value).toBe(true);
  store.type('kubectl get pods');
  await Promise.resolve();
  expect(asked).toEqual([]);
  isRead();
  await store.settled();
  expect(asked).toEqual(['kubectl apply -f web.yaml', 'kubectl get pods']);
});
