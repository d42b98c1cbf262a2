// Serves the page's own files, with the page's policy, and nothing else.
import { readPageFile } from '../../page/files.ts';
import { pageHeaders } from '../../page/policy.ts';
import { isOwnUrl } from './origin.ts';

/** A handler for Electron's `protocol.handle`. @param rendererDir the built page */
export function createPageHandler(
  rendererDir: string,
): (request: Pick<Request, 'method' | 'url'>) => Promise<Response> {
  return async request => {
    const own = request.method === 'GET' && isOwnUrl(request.url);
    const file = own ? await readPageFile(rendererDir, new URL(request.url).pathname) : undefined;
    if (!file) return new Response('There is no such page here.', { status: 404, headers: pageHeaders });
    return new Response(file.raw, { status: 200, headers: { ...pageHeaders, 'content-type': file.type } });
  };
}
