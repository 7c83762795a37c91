// Plays every audit against the endpoint named on the command line: `node audit.mjs http://localhost:8000/graphql`.
// One line an audit on stderr, for people; the same as JSON on stdout, for the test. Fails unless all pass.

import { serverAudits } from "graphql-http";

const url = process.argv[2];
const results = [];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
  console.error(`${status.padEnd(6)} ${id} ${name}${reason ? `: ${reason}` : ""}`);
}
console.log(JSON.stringify(results));
process.exitCode = results.every((result) => result.status === "ok") ? 0 : 1;
