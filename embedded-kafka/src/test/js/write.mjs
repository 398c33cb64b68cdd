// Writes one event as a tool worker in JavaScript would: node write.mjs BOOTSTRAP_SERVERS TOPIC KEY JSON
import { CloudEvent, Kafka as CloudEventsKafka } from 'cloudevents';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const [servers, topic, key, json] = process.argv.slice(2);
const { data, ...attributes } = JSON.parse(json);

const message = CloudEventsKafka.binary(new CloudEvent({ ...attributes, data }));
// The library leaves a header for every attribute that is not set.
const headers = Object.fromEntries(
  Object.entries(message.headers).filter(([, value]) => value !== undefined),
);
const producer = new Kafka({ brokers: servers.split(','), logLevel: logLevel.ERROR }).producer({
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
});
await producer.connect();
await producer.send({
  topic,
  messages: [{ key, value: JSON.stringify(data), headers }],
});
await producer.disconnect();
