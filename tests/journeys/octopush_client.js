// npm's `octopush`, as it is, for test_octopush_npm.py: only where its host's name leads is changed.
'use strict';
const http = require('http');
const net = require('net');
const octopush = require('octopush');

const { port, login, key } = JSON.parse(process.argv[2]);
const { SMS_PREMIUM, SMS_WORLD, DIFFERE } = octopush.constants;

// What the system's resolver would do, and the port with it. Nothing goes anywhere else.
http.Agent.prototype.createConnection = (options) => {
  if (options.host !== 'www.octopush-dm.com') throw new Error(`a stranger: ${options.host}`);
  return net.createConnection(port, '127.0.0.1');
};

const told = {};

function ask(name, object, verb) {
  return new Promise((resolve) => object[verb]((wrong, said) => {
    told[name] = wrong ? said : said.octopush;
    resolve();
  }));
}

function sms(text, recipients, by = key) {
  const made = new octopush.SMS(login, by);
  made.set_sms_text(text);
  made.set_sms_recipients(recipients);
  return made;
}

function premium(id, by) {
  const made = sms('Été à -20 % & plus STOP au XXXXX', ['+33639980001', '0033639980002'], by);
  made.set_sms_type(SMS_PREMIUM);
  made.set_sms_sender('ACME');
  made.set_sms_request_id(id);
  made.set_request_keys('TRMYSDWNQ');
  return made;
}

function merged() {
  const made = sms('{nom} {prenom} : {ch1}{ch2}{ch3}', ['+33639980003', '+334', '+33639980004']);
  made.set_recipients_first_names(['Zoé', 'Sam', 'Élie']);
  made.set_recipients_last_names(['Roux', '', 'Noël']);
  made.set_sms_fields_1(['a', 'b', 'c']);
  made.set_sms_fields_2(['€', '€', '€']);
  made.set_sms_fields_3(['', '', '']);
  made.set_sms_mode(DIFFERE);
  made.set_date(2026, 12, 1, 10, 30);
  made.set_request_keys('TRMYSDabcdeWN');
  return made;
}

async function main() {
  const simulated = premium('simulated');
  simulated.set_simulation_mode();
  const abroad = sms('Hello', ['+4915112345678']);
  abroad.set_sms_type(SMS_WORLD);
  abroad.set_option_with_replies(1);
  abroad.set_option_transactional(1);

  await ask('before', new octopush.SMS(login, key), 'get_balance');
  await ask('simulated', simulated, 'send');
  await ask('stranger', premium('1'.repeat(12), 'wrong'), 'send');
  await ask('premium', premium('1'.repeat(12)), 'send');
  await ask('again', premium('1'.repeat(12)), 'send');
  await ask('merged', merged(), 'send');
  await ask('abroad', abroad, 'send');
  await ask('after', new octopush.OWS(login, key), 'get_balance');
  process.stdout.write(JSON.stringify(told));
}

main();
