// Prints the facts of every room, from the first record on: node room-events.js [bootstrap] [group]
import kafkajs from 'kafkajs';
import { Kafka as CloudEventsKafka } from 'cloudevents';
import lz4 from 'lz4js';

const { Kafka, logLevel, CompressionTypes, CompressionCodecs } = kafkajs;

// The services compress with lz4, which KafkaJS does not bring.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const KNOWN = new Set(
  ['opened', 'closed', 'user-joined', 'user-left', 'stream-published', 'stream-unpublished', 'capture-started', 'capture-stopped',
    'connection-changed', 'token-expiry-announced', 'token-expired', 'error-reported']
    .map((name) => `dev.parley.room.${name}.v1`),
);

const [bootstrap = 'localhost:7492', groupId = 'room-events-javascript'] = process.argv.slice(2);
const kafka = new Kafka({ clientId: groupId, brokers: bootstrap.split(','), logLevel: logLevel.WARN });
// Reads committed records only, unless readUncommitted is set.
const consumer = kafka.consumer({ groupId });

function decode({ key, value, headers }) {
  const text = Object.fromEntries(Object.entries(headers ?? {}).map(([name, bytes]) => [name, String(bytes)]));
  const event = CloudEventsKafka.toEvent({ key: String(key ?? ''), value, headers: text });
  event.validate();
  return event;
}

function line(partition, message) {
  const at = `${partition}:${message.offset}`;
  if (message.value === null) return `${at} passed over: tombstone`;
  try {
    const event = decode(message);
    if (!KNOWN.has(event.type)) return `${at} passed over: unknown type ${event.type}`;
    return `${event.time} ${event.partitionkey} ${event.type} ${JSON.stringify(event.data)}`;
  } catch (problem) {
    // Its kind only: the message may quote what a person said. A real consumer keeps the record
    // as a dead letter.
    return `${at} refused: ${problem.name}`;
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => consumer.disconnect());
}
await consumer.connect();
await consumer.subscribe({ topics: ['rtc.room.events'], fromBeginning: true });
// KafkaJS commits an offset after eachMessage has returned: a crash repeats records, it loses none.
await consumer.run({ eachMessage: async ({ partition, message }) => console.log(line(partition, message)) });
