// A service on oauth4webapi, as FAPI 2.0 asks: no shared secret (private_key_jwt), the request pushed (PAR),
// tokens that are worth nothing without the service's key (DPoP).

import { readFileSync } from "node:fs";
import * as oauth from "oauth4webapi";
import { serve } from "../web.mjs";

const { OIDC_ISSUER, OIDC_CLIENT_ID, CLIENT_KEY = "key.json", SERVICE_URL, PORT } = process.env;
const service = new URL(SERVICE_URL);
const callbackUri = new URL("/callback", service).href;
const issuer = new URL(OIDC_ISSUER);
const http = { [oauth.allowInsecureRequests]: issuer.protocol === "http:" }; // on your own machine only

const parvis = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http));
const client = { client_id: OIDC_CLIENT_ID, id_token_signed_response_alg: "ES256" };
const jwk = JSON.parse(readFileSync(CLIENT_KEY));
const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
const authentication = oauth.PrivateKeyJwt({ key, kid: jwk.kid });
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));

// Parvis says its nonce in the first refusal; the second time it is known.
async function ask(send, read) {
  try {
    return await read(await send());
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return read(await send());
  }
}

async function login(session) {
  session.asked = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
  const parameters = {
    redirect_uri: callbackUri,
    response_type: "code",
    scope: "openid profile email offline_access",
    state: session.asked.state,
    nonce: session.asked.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(session.asked.verifier),
    code_challenge_method: "S256",
  };
  const { request_uri } = await ask(
    () => oauth.pushedAuthorizationRequest(parvis, client, authentication, parameters, { DPoP, ...http }),
    (response) => oauth.processPushedAuthorizationResponse(parvis, client, response),
  );
  const url = new URL(parvis.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: OIDC_CLIENT_ID, request_uri });
  return url;
}

async function callback(session, url) {
  const { verifier, state, nonce } = session.asked;
  delete session.asked;
  const parameters = oauth.validateAuthResponse(parvis, client, url, state); // and `iss`
  session.tokens = await ask(
    () => oauth.authorizationCodeGrantRequest(parvis, client, authentication, parameters, callbackUri, verifier, { DPoP, ...http }),
    async (response) => {
      const tokens = await oauth.processAuthorizationCodeResponse(parvis, client, response, { expectedNonce: nonce, requireIdToken: true });
      await oauth.validateApplicationLevelSignature(parvis, response, http);
      return tokens;
    },
  );
  session.claims = oauth.getValidatedIdTokenClaims(session.tokens);
  return new URL("/me", service);
}

async function me(session) {
  if (!session.tokens) return new URL("/login", service);
  const userinfo = await ask(
    () => oauth.userInfoRequest(parvis, client, session.tokens.access_token, { DPoP, ...http }),
    (response) => oauth.processUserInfoResponse(parvis, client, session.claims.sub, response),
  );
  return { id_token: session.claims, userinfo, token_type: session.tokens.token_type };
}

async function renew(session) {
  const { refresh_token, id_token } = session.tokens;
  const renewed = await ask(
    () => oauth.refreshTokenGrantRequest(parvis, client, authentication, refresh_token, { DPoP, ...http }),
    (response) => oauth.processRefreshTokenResponse(parvis, client, response),
  );
  session.tokens = { refresh_token, id_token, ...renewed };
  return new URL("/me", service);
}

function logout(session) {
  const { id_token } = session.tokens;
  delete session.tokens;
  session.leaving = oauth.generateRandomState();
  const url = new URL(parvis.end_session_endpoint);
  url.search = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: new URL("/goodbye", service).href,
    state: session.leaving,
  });
  return url;
}

function goodbye(session, url) {
  if (url.searchParams.get("state") !== session.leaving) throw new Error("Nobody left from here.");
  return { signed_in: Boolean(session.tokens) };
}

serve(service, PORT, {
  "/login": login, "/callback": callback, "/me": me, "/renew": renew, "/logout": logout, "/goodbye": goodbye,
});
