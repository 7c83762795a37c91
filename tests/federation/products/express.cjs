// An Express application around the middleware that was pasted.

const express = require("express");
const { requiresAuth } = require("express-openid-connect");

const app = express();
app.use(require("./auth"));
app.get("/me", requiresAuth(), (request, response) =>
  response.json({ id_token: request.oidc.idTokenClaims, userinfo: request.oidc.user }));
app.get("/", (request, response) => response.json({ signed_in: request.oidc.isAuthenticated() }));
app.listen(process.env.PORT, "127.0.0.1");
