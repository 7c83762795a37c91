// oidc-provider with one client, in memory, as its documentation sets it up. The set-up comes as JSON in BENCH_PEER.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const told = JSON.parse(process.env.BENCH_PEER);
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const provider = new Provider(told.issuer, {
  clients: [
    {
      client_id: told.client,
      client_secret: told.secret,
      redirect_uris: [told.callback],
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig" }] },
  features: { introspection: { enabled: true }, clientCredentials: { enabled: true } },
  claims: { openid: ["sub"], profile: ["name", "given_name", "family_name"], email: ["email", "email_verified"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: "Jean Test",
      given_name: "Jean",
      family_name: "Test",
      email: told.email,
      email_verified: true,
    }),
  }),
  // offline_access would want the person's consent each time; this scope gives the same without.
  scopes: ["openid", "offline"],
  issueRefreshToken: (_, client, code) => code.scopes.has("offline"),
  expiresWithSession: (_, token) => !token.scopes.has("offline"),
  rotateRefreshToken: true,
  cookies: { keys: [told.secret] },
});
provider.listen(told.port, "127.0.0.1");
