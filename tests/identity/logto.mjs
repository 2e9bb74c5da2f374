// Logto's own HTTP connectors send codes to the hook, and are told of a refusal. Everything is in the environment:
// OTPMINT_HOOK, the address; OTPMINT_KEY, a key with the scope `relay`.
import assert from 'node:assert/strict';
import email from '@logto/connector-http-email';
import sms from '@logto/connector-http-sms';

const config = { endpoint: process.env.OTPMINT_HOOK, authorization: `Bearer ${process.env.OTPMINT_KEY}` };
const getConfig = async () => config;
const texts = await sms({ getConfig });
const mails = await email({ getConfig });

await texts.sendMessage({ to: '12025550150', type: 'SignIn', payload: { code: '141421', locale: 'de' }, ip: '203.0.113.7' });
console.log('sms');
await mails.sendMessage({ to: 'jane@example.com', type: 'ForgotPassword', payload: { code: '173205' } });
console.log('email');
const stranger = { ...config, authorization: 'Bearer otpm_somebody-elses' };
const refused = texts.sendMessage({ to: '12025550160', type: 'SignIn', payload: { code: '223606' } }, stranger);
await assert.rejects(refused, (error) => JSON.stringify(error.data ?? error.message).includes('invalid_secret_key'));
console.log('refused');
