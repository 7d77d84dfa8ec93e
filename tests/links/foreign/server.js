// A centre made of npm's `smpp`. servers.py tells what it does; it speaks JSON lines with it.
'use strict';
const fs = require('fs');
const smpp = require('smpp');
const readline = require('readline');

const options = JSON.parse(process.argv[2]);
const SOON_MS = 20;
const AGAIN_MS = 1000;
const NAMED_CODE = /\bSTOP\s*(?:au\s*)?([0-9]{5})\b/i;
const STATES = { ENROUTE: 1, DELIVRD: 2, UNDELIV: 5 };

const sessions = new Set();
const throttled = new Map();
const long = new Map();  // the parts that are there of messages that are not whole
const waiting = [];  // for somebody who receives
const counts = { submits: 0, answers: 0, delivers: 0, acks: 0 };
const timers = [];  // of the clock that is moved by hand
let time = options.clock;
let ids = 0x5eed0000 + (process.pid & 0xffff);

function tell(what) { process.stdout.write(JSON.stringify(what) + '\n'); }

// --- time ---

function later(wait, call) {
  if (options.clock) timers.push({ at: time + wait, call }); else setTimeout(call, wait);
}

function next() { return timers.length ? Math.min(...timers.map((one) => one.at)) : null; }

function advance(to) {
  for (let at = next(); at !== null && at <= to; at = next()) {
    time = at;
    timers.splice(timers.findIndex((one) => one.at === at), 1)[0].call();
  }
  time = to;
}

function stamp() {
  const now = options.clock ? new Date(time) : new Date();
  const two = (n) => String(n).padStart(2, '0');
  return two(now.getFullYear() % 100) + two(now.getMonth() + 1) + two(now.getDate()) +
    two(now.getHours()) + two(now.getMinutes());
}

// --- what is delivered ---

function deliver(fields) {
  for (const session of sessions) {
    if (!session.receives) continue;
    counts.delivers++;
    session.unheard.add(fields);
    session.deliver_sm({ ...fields }, (answer) => {
      counts.acks++;
      session.unheard.delete(fields);
      tell({ answered: answer.command_status });
      if (answer.command_status) later(AGAIN_MS, () => deliver(fields));
    });
    return;
  }
  waiting.push(fields);
}

function receipt(pdu, id, state, error) {
  const told = options.ids === 'mixed' ? String(id) : id.toString(16);
  deliver({
    source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi,
    source_addr: pdu.destination_addr, dest_addr_ton: pdu.source_addr_ton,
    dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr, esm_class: 0x04,
    short_message: `id:${told} sub:001 dlvrd:${state === 'DELIVRD' ? '001' : '000'} submit date:` +
      `${stamp()} done date:${stamp()} stat:${state} err:${error} text:-`,
    receipted_message_id: told, message_state: STATES[state],
  });
}

function reply(from, to, text) {
  const wide = !smpp.encodings.ASCII.match(text);  // by which the library means GSM 03.38
  const fields = { source_addr_ton: 1, source_addr_npi: 1, source_addr: from,
    destination_addr: to, data_coding: wide ? 8 : 0 };
  const many = wide ? 67 : 153;
  if (text.length <= (wide ? 70 : 160)) {
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

// --- what is submitted ---

function place(pdu) {
  const joined = (pdu.short_message?.udh || []).find((one) => one[0] === 0 || one[0] === 8);
  if (joined) {
    const [total, no] = joined.subarray(-2);
    return { of: joined.subarray(0, -2).toString('hex'), total, no };
  }
  const total = pdu.sar_total_segments || 1;
  return { of: pdu.sar_msg_ref_num, total, no: pdu.sar_segment_seqnum || 1 };
}

// The text of a message that is whole now, or nothing.
function whole(pdu, text) {
  const { of, total, no } = place(pdu);
  const key = [pdu.source_addr, pdu.destination_addr, of, total].join();
  const parts = (long.get(key) || new Map()).set(no, text);
  long.set(key, parts);
  if (parts.size < total) return undefined;
  long.delete(key);
  return [...parts.keys()].sort((a, b) => a - b).map((one) => parts.get(one)).join('');
}

function answerBack(pdu, words, text) {
  const sender = pdu.source_addr;
  const code = /^[0-9]+$/.test(sender) ? sender : words === 'STOP' && NAMED_CODE.exec(text)?.[1];
  if (code) reply(pdu.destination_addr, code, words);
}

function respond(session, pdu, fields) {
  counts.answers++;
  session.send(pdu.response(fields));
}

function submitted(session, pdu) {
  const row = pdu.destination_addr.slice(-2);
  const said = pdu.short_message || {};
  const text = String(said.message || pdu.message_payload?.message || '');
  counts.submits++;
  tell({ submit: {
    number: pdu.destination_addr, sender: pdu.source_addr, coding: pdu.data_coding,
    esm_class: pdu.esm_class, text,
    header: (said.udh || []).map((one) => one.toString('hex')).join(''),
    registered: pdu.registered_delivery, validity: pdu.validity_period ? 1 : 0,
    sar: [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
  } });
  if (row === '36') return;
  if (row === '34') { respond(session, pdu, { command_status: smpp.ESME_RSUBMITFAIL }); return; }
  if (row === '35') {
    const times = (throttled.get(pdu.destination_addr) || 0) + 1;
    throttled.set(pdu.destination_addr, times % 4);
    if (times < 4) { respond(session, pdu, { command_status: smpp.ESME_RTHROTTLED }); return; }
  }
  const id = ++ids;
  const wanted = pdu.registered_delivery & 1;
  if (row === '32' && wanted) receipt(pdu, id, 'DELIVRD', '000');
  respond(session, pdu, { message_id: id.toString(16) });
  if (row === '32' || !wanted) return;
  const { total, no } = place(pdu);
  const spared = row === '37' && no < total;
  for (const [state, error, wait] of (!spared && options.receipts[row]) || options.receipts.any) {
    later(SOON_MS + wait, () => receipt(pdu, id, state, error));
  }
  const words = options.replies[row];
  const all = words && whole(pdu, text);
  if (all !== undefined) later(SOON_MS, () => answerBack(pdu, words, all));
}

// --- who is there ---

function gone(session) {
  if (sessions.delete(session)) session.unheard.forEach(deliver);
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
    session.unheard = new Set();
    sessions.add(session);
    tell({ bound: { as: pdu.command, system_id: pdu.system_id } });
    session.send(pdu.response({ system_id: 'node' }));
    if (session.receives) waiting.splice(0).forEach(deliver);
  };
  for (const way of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) session.on(way, bind);
  session.on('submit_sm', (pdu) => submitted(session, pdu));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); gone(session); });
  session.on('close', () => gone(session));
  session.on('error', () => gone(session));
});
server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const asked = JSON.parse(line);
  if (asked.drop) for (const session of sessions) session.destroy();
  if (asked.reply) reply(asked.reply.from, asked.reply.to, asked.reply.text);
  if (asked.clock) advance(asked.clock);
  if (asked.ask) {
    tell({ state: { asked: asked.ask, bound: sessions.size, busy: 0, ...counts, due: next() } });
  }
});
lines.on('close', () => process.exit(0));
