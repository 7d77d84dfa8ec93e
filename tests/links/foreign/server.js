// A centre made of npm's `smpp`. servers.py tells what it does; it speaks JSON lines with it.
'use strict';
const fs = require('fs');
const smpp = require('smpp');
const readline = require('readline');

const options = JSON.parse(process.argv[2]);
const sessions = new Set();
const throttled = new Map();
const waiting = [];  // for somebody who receives
let ids = 0x5eed0000 + (process.pid & 0xffff);

function tell(what) { process.stdout.write(JSON.stringify(what) + '\n'); }

function stamp() {
  const now = new Date();
  const two = (n) => String(n).padStart(2, '0');
  return two(now.getFullYear() % 100) + two(now.getMonth() + 1) + two(now.getDate()) +
    two(now.getHours()) + two(now.getMinutes());
}

function deliver(fields) {
  for (const session of sessions) {
    if (session.receives) {
      session.deliver_sm(fields, (answer) => tell({ answered: answer.command_status }));
      return;
    }
  }
  waiting.push(fields);
}

function receipt(pdu, id, state, error) {
  const told = options.ids === 'mixed' ? String(id) : id.toString(16);
  const number = { DELIVRD: 2, UNDELIV: 5 }[state];
  deliver({
    source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi,
    source_addr: pdu.destination_addr, dest_addr_ton: pdu.source_addr_ton,
    dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr, esm_class: 0x04,
    short_message: `id:${told} sub:001 dlvrd:${state === 'DELIVRD' ? '001' : '000'} submit date:` +
      `${stamp()} done date:${stamp()} stat:${state} err:${error} text:-`,
    receipted_message_id: told, message_state: number,
  });
}

function reply(from, to, text, coding) {
  const fields = { source_addr_ton: 1, source_addr_npi: 1, source_addr: from,
    destination_addr: to, data_coding: coding };
  const many = coding === 8 ? 67 : 153;
  if (text.length <= (coding === 8 ? 70 : 160)) {
    deliver({ ...fields, short_message: text });
    return;
  }
  const total = Math.ceil(text.length / many);
  for (let no = 1; no <= total; no++) {
    deliver({ ...fields, esm_class: 0x40, short_message: {
      udh: Buffer.from([5, 0, 3, 0x77, total, no]),
      message: text.slice((no - 1) * many, no * many),
    } });
  }
}

function submitted(session, pdu) {
  const row = pdu.destination_addr.slice(-2);
  const said = pdu.short_message || {};
  tell({ submit: {
    number: pdu.destination_addr, sender: pdu.source_addr, coding: pdu.data_coding,
    esm_class: pdu.esm_class, text: String(said.message || pdu.message_payload?.message || ''),
    header: (said.udh || []).map((one) => one.toString('hex')).join(''),
    registered: pdu.registered_delivery, validity: pdu.validity_period ? 1 : 0,
    sar: [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
  } });
  if (row === '36') return;
  if (row === '34') { session.send(pdu.response({ command_status: smpp.ESME_RSUBMITFAIL })); return; }
  if (row === '35') {
    const times = (throttled.get(pdu.destination_addr) || 0) + 1;
    throttled.set(pdu.destination_addr, times % 4);
    if (times < 4) { session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED })); return; }
  }
  const id = ++ids;
  const wanted = pdu.registered_delivery & 1;
  if (row === '32' && wanted) receipt(pdu, id, 'DELIVRD', '000');
  session.send(pdu.response({ message_id: id.toString(16) }));
  if (row === '32' || row === '33' || !wanted) return;
  setTimeout(() => {
    if (row === '11') receipt(pdu, id, 'UNDELIV', '001'); else receipt(pdu, id, 'DELIVRD', '000');
    if (row === '31') receipt(pdu, id, 'DELIVRD', '000');
    if (row === '41') reply(pdu.destination_addr, pdu.source_addr, 'OUI', 0);
    if (row === '42') reply(pdu.destination_addr, pdu.source_addr, options.wide, 8);
    if (row === '43') reply(pdu.destination_addr, pdu.source_addr, options.long, 0);
  }, 20);
}

const pem = options.pem ? fs.readFileSync(options.pem) : undefined;
const server = smpp.createServer({ key: pem, cert: pem }, (session) => {
  const bind = (pdu) => {
    if (pdu.password !== options.password) {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      session.close();
      return;
    }
    session.receives = pdu.command !== 'bind_transmitter';
    sessions.add(session);
    tell({ bound: { as: pdu.command, system_id: pdu.system_id } });
    session.send(pdu.response({ system_id: 'node' }));
    if (session.receives) waiting.splice(0).forEach(deliver);
  };
  for (const way of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) session.on(way, bind);
  session.on('submit_sm', (pdu) => submitted(session, pdu));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('close', () => sessions.delete(session));
  session.on('error', () => sessions.delete(session));
});
server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const asked = JSON.parse(line);
  if (asked.drop) for (const session of sessions) session.destroy();
  if (asked.reply) reply(asked.reply.from, asked.reply.to, asked.reply.text, 0);
});
lines.on('close', () => process.exit(0));
