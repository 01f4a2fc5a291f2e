import type { IncomingMessage, ServerResponse } from 'node:http';
import { ISOLATED, ISOLATION } from './isolated.ts';

/** What Vite gives a plugin of its servers, as far as it is used. */
interface Serving {
  readonly middlewares: {
    use(handle: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
  };
}

/** A Vite plugin: `npm start` and `npm run preview` send the headers where a host of static files is told to. */
export function isolation() {
  const send = ({ middlewares }: Serving): void => {
    middlewares.use(({ url = '' }, response, next) => {
      if (url.startsWith(ISOLATED)) {
        for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
      }
      next();
    });
  };
  return { name: 'isolation-of-lab-routes', configureServer: send, configurePreviewServer: send };
}
