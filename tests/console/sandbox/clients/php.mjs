// Runs a PHP script, for test_sandbox_clients.py: PHP itself, as WebAssembly, with sockets of its own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, folder, script] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const from = (name) => import(pathToFileURL(require.resolve(name)));
const { loadNodeRuntime, createNodeFsMountHandler } = await from('@php-wasm/node');
const { PHP } = await from('@php-wasm/universal');

const php = new PHP(await loadNodeRuntime('8.3', { emscriptenOptions: { processId: 1 } }));
php.mkdir('/here');
await php.mount('/here', createNodeFsMountHandler(folder));
const said = Object.entries(process.env)
  .filter(([name]) => name.startsWith('SANDBOX_') || name === 'DOOR_URL')
  .map(([name, value]) => `putenv(${JSON.stringify(`${name}=${value}`)});`)
  .join('');
const ran = await php.run({ code: `<?php ${said} chdir('/here'); require '/here/${script}';` });
process.stdout.write(ran.text);
process.stderr.write(ran.errors);
process.exit(ran.exitCode);
