// Make the service's key: key.json stays with the service, what is printed is for `parvis clients add --jwks`.

import { writeFileSync } from "node:fs";
import * as oauth from "oauth4webapi";

const pair = await oauth.generateKeyPair("ES256", { extractable: true });
const [secret, shown] = await Promise.all(
  [pair.privateKey, pair.publicKey].map((key) => crypto.subtle.exportKey("jwk", key)),
);
const kid = crypto.randomUUID();
writeFileSync(process.env.CLIENT_KEY ?? "key.json", JSON.stringify({ ...secret, kid }), { mode: 0o600 });
console.log(JSON.stringify({ keys: [{ ...shown, kid, alg: "ES256", use: "sig" }] }));
