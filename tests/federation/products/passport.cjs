// An Express application around the strategy that was pasted.

const express = require("express");
const session = require("express-session");
const { passport, leave } = require("./passport");

const app = express();
app.use(session({ secret: "of-this-test-alone", resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get("/login", passport.authenticate("parvis"));
app.get("/login/callback", passport.authenticate("parvis", { successRedirect: "/me", failWithError: true }));
app.get("/me", (request, response) => {
  if (!request.user) return response.redirect("/login");
  const { id, displayName, name, emails, idToken } = request.user;
  const claims = JSON.parse(Buffer.from(idToken.split(".")[1], "base64url"));
  const read = { sub: id, name: displayName, given_name: name.givenName, family_name: name.familyName };
  response.json({ id_token: claims, userinfo: { ...read, email: emails[0].value } });
});
app.get("/logout", (request, response) => {
  const to = leave(request.user);
  request.logout(() => response.redirect(to));
});
app.get("/", (request, response) => response.json({ signed_in: Boolean(request.user) }));
app.listen(process.env.PORT, "127.0.0.1");
