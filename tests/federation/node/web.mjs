// A web server of thirty lines: routes by path, a session by cookie. Where you have a framework, use that.
// A route gets the session and the address; it gives an address to go to, or an object to show.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

export function serve(service, port, routes) {
  const sessions = new Map();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, service);
    const [, known] = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? "") ?? [];
    const id = sessions.has(known) ? known : randomUUID();
    const session = sessions.get(id) ?? {};
    try {
      const answer = await routes[url.pathname](session, url);
      sessions.set(id, session);
      response.setHeader("Set-Cookie", `sid=${id}; Path=/; HttpOnly; SameSite=Lax${secure(service)}`);
      if (answer instanceof URL) response.writeHead(303, { Location: answer.href }).end();
      else response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    } catch (error) {
      console.error(error);
      response.writeHead(routes[url.pathname] ? 500 : 404).end(`${error}`);
    }
  });
  server.listen(port, "127.0.0.1");
}

const secure = (service) => (service.protocol === "https:" ? "; Secure" : "");
