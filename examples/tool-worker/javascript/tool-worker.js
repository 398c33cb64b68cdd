// Answers the weather: node tool-worker.js [bootstrap] [group]
// Reads rtc.tool.calls, writes rtc.tool.results; functions that it does not have are for others.
import { createHash } from 'node:crypto';
import kafkajs from 'kafkajs';
import { CloudEvent, Kafka as CloudEventsKafka } from 'cloudevents';
import lz4 from 'lz4js';

const { Kafka, logLevel, CompressionTypes, CompressionCodecs, Partitioners } = kafkajs;

// The services compress with lz4, which KafkaJS does not bring.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const CALLED = 'dev.parley.tool.called.v1';
const ANSWERED = 'dev.parley.tool.answered.v1';
// By then every agent has given up: a worker that was away does not answer yesterday's calls.
const TOO_OLD_MILLIS = 60_000;

const WEATHER = { Shanghai: 'sunny, 26 degrees', Beijing: 'windy, 18 degrees', Hamburg: 'rainy, 12 degrees' };

const TOOLS = {
  get_current_weather(args) {
    // Models write "Shanghai, China" or repeat the whole question.
    const city = Object.keys(WEATHER).find((name) => String(args.location ?? '').includes(name));
    return city ? `${city}: ${WEATHER[city]}` : 'The weather there is not known.';
  },
};

function parse(json) {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {}; // whatever the model wrote
  }
}

// agent-control-service reads the same topic and keeps it as a bad row.
function refused(position, code) {
  console.warn(`a record cannot be read: errorCode=${code} ${position}`);
  return null;
}

function called({ key, value, headers }, position) {
  if (value === null) return null;
  const text = Object.fromEntries(Object.entries(headers ?? {}).map(([name, bytes]) => [name, String(bytes)]));
  if (!text.ce_type) return refused(position, 'HEADER_MISSING');
  if (text.ce_type !== CALLED) return null;
  try {
    const event = CloudEventsKafka.toEvent({ key: String(key ?? ''), value, headers: text });
    return typeof event.data === 'object'
      ? { ...event.data, traceparent: event.traceparent }
      : refused(position, 'NOT_JSON');
  } catch {
    return refused(position, 'NOT_JSON');
  }
}

function answer(call) {
  const key = `${call.appId}:${call.roomId}`;
  const now = new Date();
  const event = new CloudEvent({
    // The same call answered again is the same event.
    id: createHash('sha256').update(`${key}:${call.toolCallId}`).digest('hex').slice(0, 32),
    source: '/example/tool-worker',
    type: ANSWERED,
    subject: call.roomId,
    time: now.toISOString(),
    partitionkey: key,
    ingestedat: now.toISOString(),
    // What follows from the call belongs to its trace.
    ...(call.traceparent && { traceparent: call.traceparent }),
    datacontenttype: 'application/json',
    data: {
      appId: call.appId,
      roomId: call.roomId,
      eventTimeMillis: now.getTime(),
      ...(call.taskId && { taskId: call.taskId }),
      toolCallId: call.toolCallId,
      content: TOOLS[call.name](parse(call.arguments)),
    },
  });
  // The binding names every attribute, also those that the event does not have.
  const headers = Object.fromEntries(
    Object.entries(CloudEventsKafka.binary(event).headers).filter(
      ([name, text]) => text !== undefined && name !== 'ce_datacontenttype',
    ),
  );
  return { key, headers, value: JSON.stringify(event.data) };
}

const [bootstrap = 'localhost:7492', groupId = 'tool-worker-javascript'] = process.argv.slice(2);
const kafka = new Kafka({ clientId: groupId, brokers: bootstrap.split(','), logLevel: logLevel.WARN });
const consumer = kafka.consumer({ groupId });
// Chooses partitions as Kafka's own clients do: a room's records have to lie together.
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await consumer.disconnect();
    await producer.disconnect();
  });
}
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: ['rtc.tool.calls'], fromBeginning: true });
console.log(`answering calls of ${Object.keys(TOOLS).join(', ')} as a member of group ${groupId}`);
// KafkaJS commits after eachMessage has returned, which is after Kafka has the result: a crash
// answers a call again, and agent-control takes the first.
await consumer.run({
  eachMessage: async ({ topic, partition, message }) => {
    const call = called(message, `topic=${topic} partition=${partition} offset=${message.offset}`);
    if (call && Object.hasOwn(TOOLS, call.name) && call.eventTimeMillis > Date.now() - TOO_OLD_MILLIS) {
      await producer.send({ topic: 'rtc.tool.results', acks: -1, messages: [answer(call)] });
    }
  },
});
