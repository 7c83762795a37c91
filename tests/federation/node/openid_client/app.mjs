// A service on openid-client that leaves sign-in, renewal and sign-out to Parvis.

import * as client from "openid-client";
import { serve } from "../web.mjs";

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, SERVICE_URL, PORT } = process.env;
const service = new URL(SERVICE_URL);
const issuer = new URL(OIDC_ISSUER);
const onThisMachine = issuer.protocol === "http:" ? { execute: [client.allowInsecureRequests] } : {};

const parvis = await client.discovery(
  issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, client.ClientSecretBasic(OIDC_CLIENT_SECRET), onThisMachine,
);

async function login(session) {
  const verifier = client.randomPKCECodeVerifier();
  session.asked = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  return client.buildAuthorizationUrl(parvis, {
    redirect_uri: new URL("/callback", service).href,
    scope: "openid profile email offline_access",
    state: session.asked.expectedState,
    nonce: session.asked.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
}

async function callback(session, url) {
  const checks = { ...session.asked, idTokenExpected: true };
  delete session.asked;
  session.tokens = await client.authorizationCodeGrant(parvis, url, checks);
  session.claims = session.tokens.claims();
  return new URL("/me", service);
}

async function me(session) {
  if (!session.tokens) return new URL("/login", service);
  const userinfo = await client.fetchUserInfo(parvis, session.tokens.access_token, session.claims.sub);
  return { id_token: session.claims, userinfo };
}

async function renew(session) {
  const { refresh_token, id_token } = session.tokens;
  session.tokens = { refresh_token, id_token, ...(await client.refreshTokenGrant(parvis, refresh_token)) };
  return new URL("/me", service);
}

function logout(session) {
  const id_token_hint = session.tokens.id_token;
  delete session.tokens;
  session.leaving = client.randomState();
  const post_logout_redirect_uri = new URL("/goodbye", service).href;
  return client.buildEndSessionUrl(parvis, { id_token_hint, post_logout_redirect_uri, state: session.leaving });
}

function goodbye(session, url) {
  if (url.searchParams.get("state") !== session.leaving) throw new Error("Nobody left from here.");
  return { signed_in: Boolean(session.tokens) };
}

serve(service, PORT, {
  "/login": login, "/callback": callback, "/me": me, "/renew": renew, "/logout": logout, "/goodbye": goodbye,
});
