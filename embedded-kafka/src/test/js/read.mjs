// Reads records with other implementations of Kafka's protocol and of CloudEvents, and prints each
// event as one line of JSON: node read.mjs BOOTSTRAP_SERVERS TOPIC COUNT
import { Kafka as CloudEventsKafka } from 'cloudevents';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const [servers, topic, count] = process.argv.slice(2);

const kafka = new Kafka({ brokers: servers.split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `interop-${process.pid}` });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });

let left = Number(count);
await new Promise((resolve, reject) => {
  consumer
    .run({
      eachMessage: async ({ message }) => {
        const headers = Object.fromEntries(
          Object.entries(message.headers).map(([name, value]) => [name, value.toString()]),
        );
        const event = CloudEventsKafka.toEvent({
          key: message.key.toString(),
          value: message.value.toString(),
          body: message.value.toString(),
          headers,
        });
        event.validate();
        console.log(JSON.stringify({ key: message.key.toString(), event }));
        left -= 1;
        if (left === 0) {
          resolve();
        }
      },
    })
    .catch(reject);
});
await consumer.disconnect();
