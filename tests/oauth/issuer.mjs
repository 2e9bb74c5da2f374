// issuer.mjs PORT KEY CERTIFICATE
//
// The token endpoint and the introspection of somebody else, over TLS on 127.0.0.1. Only a token of the client
// `codes@example.test` is active, for the mailbox of that name.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { OAuth2Server } from 'oauth2-mock-server';

const [port, key, certificate] = process.argv.slice(2);
const { issuer, service } = new OAuth2Server();
issuer.url = `https://localhost:${port}`;
await issuer.keys.generate('RS256');
service.on('beforeTokenSigning', (token, request) => {
  token.payload.username = request.body.client_id;
});
service.on('beforeIntrospect', (response, request) => {
  let username;
  try {
    username = JSON.parse(Buffer.from(request.token.split('.')[1], 'base64url')).username;
  } catch {
    // No token of this issuer.
  }
  response.body = { active: username === 'codes@example.test', username };
});
const handle = async (request, response) => {
  if (request.url === '/introspect') {
    // The library reads the bodies of token requests alone.
    let body = '';
    for await (const piece of request) body += piece;
    request.token = new URLSearchParams(body).get('token') ?? '';
  }
  service.requestHandler(request, response);
};
createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, handle).listen(Number(port), '127.0.0.1');
