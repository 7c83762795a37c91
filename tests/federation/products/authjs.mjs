// An Express application around the configuration that was pasted. Signing in is a POST that Auth.js's own page sends;
// here the server sends it, as `signIn` of Next.js does.

import { Auth, raw, skipCSRFCheck } from "@auth/core";
import { ExpressAuth, getSession } from "@auth/express";
import express from "express";
import { config } from "./auth.js";

const { SERVICE_URL, PORT } = process.env;
const callbacks = {
  jwt: ({ token, profile }) => (profile ? { ...token, profile } : token),
  session: ({ session, token }) => ({ ...session, profile: token.profile }),
};
const all = { ...config, basePath: "/auth", callbacks };

const app = express();
app.use("/auth", ExpressAuth(all));
app.get("/login", async (request, response) => {
  const body = new URLSearchParams({ callbackUrl: `${SERVICE_URL}/me` });
  const asked = new Request(`${SERVICE_URL}/auth/signin/parvis`, { method: "POST", body });
  const answer = await Auth(asked, { ...all, raw, skipCSRFCheck });
  for (const { name, value, options } of answer.cookies ?? [])
    response.cookie(name, value, { ...options, maxAge: options.maxAge && options.maxAge * 1000 });
  response.redirect(answer.redirect);
});
app.get("/me", async (request, response) => {
  const session = await getSession(request, all);
  if (!session) return response.redirect("/login");
  const { name, email } = session.user;
  response.json({ id_token: session.profile, userinfo: { ...session.profile, name, email } });
});
app.listen(PORT, "127.0.0.1");
