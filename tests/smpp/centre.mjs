// A message centre over the npm package `smpp`: it throttles, drops connections, answers in another order,
// and sends receipts in both forms, before and after its answers. A message has arrived once it is answered.
//
// The first line that it prints is its port. A line on its input makes it print what it has seen.
import { createInterface } from 'node:readline';
import smpp from 'smpp';

const seen = { arrived: {}, codings: {}, binds: 0, throttled: 0, dropped: 0, before: 0, after: 0, receipts: 0 };
// Those that no session has answered yet.
const receipts = new Map();
// Those that were lost with a connection, which happens to nobody twice.
const lost = new Set();
let isDropDue = false;
let submitted = 0;
let accepted = 0;

// The same in each run.
let seed = 1;
const upTo = (limit) => {
  seed = (seed * 48271) % 2147483647;
  return seed % limit;
};

const logIn = (session) => (pdu) => {
  const fine = pdu.system_id === 'acme' && pdu.password === 'hunter22';
  session.send(pdu.response({ command_status: fine ? 0 : smpp.ESME_RINVPASWD }));
  if (!fine) return;
  seen.binds += 1;
  session.receives = pdu.command !== 'bind_transmitter';
  if (session.receives) for (const id of receipts.keys()) deliver(session, id);
};

const deliver = (session, id) => {
  const receipt = receipts.get(id);
  if (!receipt) return;
  session.deliver_sm(receipt, (answer) => {
    if (answer.command_status !== 0 || !receipts.delete(id)) return;
    seen.receipts += 1;
  });
};

// Hexadecimal in the answer, and decimal in a text, as some centres do.
const receipt = (number, to, isText) => {
  const common = { source_addr: to, source_addr_ton: 1, source_addr_npi: 1, destination_addr: 'Acme' };
  const hexadecimal = number.toString(16).padStart(8, '0');
  if (!isText) return { ...common, esm_class: 4, receipted_message_id: hexadecimal, message_state: 2 };
  const text =
    `id:${number} sub:001 dlvrd:001 submit date:2611222030 done date:2611222031 stat:DELIVRD err:000 text:Your`;
  return { ...common, esm_class: 4, short_message: text };
};

const submit = (session) => (pdu) => {
  if (session.dropped) return;
  submitted += 1;
  if (submitted % 7 === 0) {
    seen.throttled += 1;
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    return;
  }
  session.pending ??= new Set();
  session.pending.add(pdu.destination_addr);
  isDropDue ||= submitted % 50 === 0;
  if (isDropDue && ![...session.pending].some((to) => lost.has(to))) {
    // What has no answer yet is lost with it.
    isDropDue = false;
    for (const to of session.pending) lost.add(to);
    seen.dropped += 1;
    session.dropped = true;
    session.close();
    return;
  }
  setTimeout(() => {
    if (session.dropped || session.socket.destroyed) return;
    session.pending.delete(pdu.destination_addr);
    accepted += 1;
    const number = 1_000 + accepted;
    seen.arrived[pdu.destination_addr] = (seen.arrived[pdu.destination_addr] ?? 0) + 1;
    seen.codings[pdu.data_coding] = (seen.codings[pdu.data_coding] ?? 0) + 1;
    if (pdu.registered_delivery === 1) receipts.set(number, receipt(number, pdu.destination_addr, upTo(2) === 0));
    const isBefore = upTo(2) === 0;
    if (isBefore) deliver(session, number);
    session.send(pdu.response({ message_id: number.toString(16).padStart(8, '0') }));
    seen[isBefore ? 'before' : 'after'] += 1;
    if (!isBefore) {
      setTimeout(() => {
        if (!session.dropped && !session.socket.destroyed) deliver(session, number);
      }, upTo(20));
    }
  }, upTo(25));
};

const server = smpp.createServer((session) => {
  for (const bind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(bind, logIn(session));
  }
  session.on('submit_sm', submit(session));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.dropped = true;
    session.send(pdu.response());
    session.close();
  });
  session.on('error', () => {});
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
createInterface({ input: process.stdin })
  .on('line', () => console.log(JSON.stringify({ ...seen, open: receipts.size })))
  .on('close', () => process.exit());
