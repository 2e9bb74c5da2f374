// What the providers' own libraries say of signed reports.
//
// Reads a list of reports from standard input, each {does, signer, key, now, method, url, headers, body}, and prints a list
// with an answer to each: for `check` whether the library finds it signed, for `sign` the signature that it makes.
import { createHash, createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

import { WhatsAppAPI } from 'whatsapp-api-js';

const require = createRequire(import.meta.url);
const { verifySignature } = require('@vonage/jwt');
const { calculateWebhookSignature, validateWebhookSignature } = require('@sinch/sdk-core');
const messagebird = require('messagebird/lib/webhook-signature-jwt');
const nexmo = require('nexmo');
const plivo = require('plivo');
const { Telnyx } = require('telnyx');
const twilio = require('twilio');

// The libraries compare times with the clock of the machine; the server under test has one of its own.
const Time = Date;
let now = Time.now();
globalThis.Date = class extends Time {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now] : parts));
  }
  static now() {
    return now;
  }
};

const form = (encoded) => Object.fromEntries(new URLSearchParams(encoded));
const query = (report) => report.url.split('?')[1] ?? '';
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A library that throws at what it refuses. */
const passes = async (check) => {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
};

const checks = {
  Messagebird: ({ url, body, headers, key }) => {
    const secret = createSecretKey(Buffer.from(key));
    return passes(() => messagebird.verify(url, Buffer.from(body), headers['messagebird-signature-jwt'], secret));
  },
  PlivoV3: ({ method, url, body, headers, key }) => {
    const [nonce, signature] = [headers['x-plivo-signature-v3-nonce'], headers['x-plivo-signature-v3']];
    return plivo.validateV3Signature(method, url, nonce, key, signature, form(body));
  },
  PlivoV2: ({ url, headers, key }) =>
    plivo.validateSignature(url, headers['x-plivo-signature-v2-nonce'], headers['x-plivo-signature-v2'], key),
  Sinch: ({ body, headers, key }) => validateWebhookSignature(key, headers, body),
  Telnyx: ({ body, headers, key }) =>
    passes(() => new Telnyx({ apiKey: 'unused', publicKey: key }).webhooks.unwrap(body, { headers })),
  Twilio: ({ url, body, headers, key }) => twilio.validateRequest(key, headers['x-twilio-signature'], url, form(body)),
  // The library checks the token; what its documentation adds is to compare the hash.
  VonageToken: ({ body, headers, key }) => {
    const token = headers.authorization.slice('Bearer '.length);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    return verifySignature(token, key) && claims.payload_hash === sha256(body);
  },
  VonageFields: (report) => {
    const { sig, ...fields } = form(query(report));
    return nexmo.generateSignature('sha256', report.key, fields) === sig;
  },
  Whatsapp: ({ body, headers, key }) => {
    const api = new WhatsAppAPI({ token: 'unused', appSecret: key, v: 'v23.0' });
    return api.verifyRequestSignature(body, headers['x-hub-signature-256']);
  },
};

const signatures = {
  Sinch: ({ body, key, headers }) => {
    const part = (name) => headers[`x-sinch-webhook-signature-${name}`];
    return calculateWebhookSignature(`${body}.${part('nonce')}.${part('timestamp')}`, key);
  },
  Twilio: ({ url, body, key }) => twilio.getExpectedTwilioSignature(key, url, form(body)),
  VonageFields: (report) => nexmo.generateSignature('sha256', report.key, form(query(report))),
};

const answers = [];
for (const report of JSON.parse(await text(process.stdin))) {
  now = report.now * 1000;
  const ask = { check: checks, sign: signatures }[report.does][report.signer];
  answers.push(await ask(report));
}
console.log(JSON.stringify(answers));
