// A client made of npm's `smpp`, for test_clients.py: it does what a user does, and tells what came.
'use strict';
const smpp = require('smpp');

const { port, password } = JSON.parse(process.argv[2]);
const LONG = 'Bonjour à tous. '.repeat(15);
const FICTION = '336399800';

function connect() { return smpp.connect({ host: '127.0.0.1', port }); }

function ask(session, command, fields) {
  return new Promise((resolve) => session[command](fields, resolve));
}

function sms(row, fields) {
  return { source_addr: '36105', destination_addr: FICTION + String(row).padStart(2, '0'),
    registered_delivery: 1, ...fields };
}

async function refused() {
  const session = connect();
  session.on('error', () => {});
  const answer = await ask(session, 'bind_transceiver', { system_id: 'chappe', password: 'wrong' });
  session.close();
  return answer.command_status;
}

async function main() {
  const told = { refused: await refused(), submits: {}, receipts: [], replies: [] };
  const session = connect();
  let heard = () => {};
  session.on('deliver_sm', (pdu) => {
    session.send(pdu.response());
    const text = String(pdu.short_message.message);
    if (pdu.esm_class & 0x04) {
      told.receipts.push({ id: pdu.receipted_message_id, state: pdu.message_state, text });
    } else {
      told.replies.push({ from: pdu.source_addr, to: pdu.destination_addr, text });
    }
    heard();
  });
  const bound = await ask(session, 'bind_transceiver', { system_id: 'chappe', password });
  told.bound = { status: bound.command_status, name: bound.system_id };

  const submit = async (name, row, fields) => {
    const answer = await ask(session, 'submit_sm', sms(row, fields));
    told.submits[name] = { status: answer.command_status, id: answer.message_id };
  };
  await submit('short', 1, { short_message: 'Bonjour' });
  await submit('ucs2', 1, { data_coding: 8, short_message: 'はい' });
  await submit('flash', 1, { data_coding: 0x10, short_message: 'Alerte' });
  const half = Math.ceil(LONG.length / 2);
  for (const no of [1, 2]) {
    // Left to itself it writes GSM 03.38 and calls it data_coding 1, which is ASCII.
    await submit(`long${no}`, 37, { data_coding: 0, esm_class: 0x40, short_message: {
      udh: Buffer.from([5, 0, 3, 42, 2, no]), message: LONG.slice((no - 1) * half, no * half),
    } });
  }
  await submit('payload', 1, { data_coding: 0, message_payload: LONG });
  for (let time = 1; time <= 4; time++) await submit(`throttled${time}`, 35, { short_message: 'a' });
  await submit('never', 34, { short_message: 'a' });
  await submit('asking', 42, { short_message: 'Oui ?' });
  const enquired = await ask(session, 'enquire_link', {});
  told.enquired = enquired.command_status;
  const query = await ask(session, 'query_sm',
    { message_id: told.submits.short.id, source_addr: '36105' });
  told.queried = { status: query.command_status, state: query.message_state };
  await new Promise((resolve) => {
    heard = () => { if (told.receipts.length >= 8 && told.replies.length >= 1) resolve(); };
    heard();
  });
  const gone = await ask(session, 'unbind', {});
  told.unbound = gone.command_status;
  process.stdout.write(JSON.stringify(told) + '\n');
  session.close();
}

setTimeout(() => { process.stderr.write('took too long\n'); process.exit(1); }, 20000).unref();
main();
