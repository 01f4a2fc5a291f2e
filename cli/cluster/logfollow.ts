import type { HttpRequest } from '../../sim/index.ts';
import type { Gateway } from './gateway.ts';

const POLL_MS = 300;

/**
 * `logs -f` for real clients: the log is asked for again and again, and what is new is handed on. Ends when the pod is
 * gone or its container has ended. The simulated kubelet does not stream.
 */
export async function followLog(
  gateway: Gateway,
  request: HttpRequest,
  write: (text: string) => void,
  isGone: () => boolean,
): Promise<void> {
  const { follow: _follow, tailLines: _tail, ...query } = request.query ?? {};
  const again: HttpRequest = { ...request, query };
  let told = (await textOf(gateway, again)) ?? '';
  while (!isGone()) {
    const isRunning = await hasRunningContainer(gateway, request);
    const text = await textOf(gateway, again);
    if (text === undefined) return;
    if (text.startsWith(told)) write(text.slice(told.length));
    else write(text);
    told = text;
    if (!isRunning) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function textOf(gateway: Gateway, request: HttpRequest): Promise<string | undefined> {
  const { status, body } = await gateway.send(request).answer;
  return status === 200 ? String(body ?? '') : undefined;
}

interface PodBody {
  readonly status?: { readonly containerStatuses?: readonly { readonly name: string; readonly state?: object }[] };
}

async function hasRunningContainer(gateway: Gateway, request: HttpRequest): Promise<boolean> {
  const { headers = {}, path, query } = request;
  const pod: HttpRequest = { method: 'GET', path: path.replace(/\/log$/, ''), headers };
  const { status, body } = await gateway.send(pod).answer;
  const statuses = (body as PodBody | undefined)?.status?.containerStatuses ?? [];
  const mine = statuses.find(({ name }) => query?.['container'] === undefined || name === query['container']);
  return status === 200 && mine?.state !== undefined && !('terminated' in mine.state);
}
