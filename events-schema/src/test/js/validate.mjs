// Validates an AsyncAPI document with the official parser: node validate.mjs FILE
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const ERROR = 0;
const WARNING = 1;

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const problems = diagnostics.filter(({ severity }) => severity === ERROR || severity === WARNING);
for (const { code, path, message } of problems) {
  console.error(`${code} at ${path.join('.')}: ${message}`);
}
if (document === undefined || problems.length > 0) {
  process.exit(1);
}
for (const channel of document.allChannels()) {
  console.log(`${channel.address()} ${channel.messages().length}`);
}
