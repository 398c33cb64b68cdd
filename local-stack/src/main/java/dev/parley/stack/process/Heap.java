package dev.parley.stack.process;

import java.util.Arrays;
import java.util.List;

/** How much room the processes of a stack have, and how they collect their garbage. */
public enum Heap {
  /** Little: everything fits on a laptop beside a browser and an IDE. */
  LAPTOP("-Xmx320m -XX:+UseSerialGC", "-Xmx512m -XX:+UseSerialGC"),

  /** As on a server, where pauses count and memory is cheap. */
  SERVER("-Xms1g -Xmx1g -Xmn512m -XX:+UseParallelGC");

  private final String service;
  private final String broker;

  Heap(String all) {
    this(all, all);
  }

  Heap(String service, String broker) {
    this.service = service;
    this.broker = broker;
  }

  /** The JVM's options of a service. */
  List<String> service() {
    return options(service);
  }

  /** The JVM's options of the broker. */
  List<String> broker() {
    return options(broker);
  }

  private static List<String> options(String words) {
    return Arrays.asList(words.split(" ", -1));
  }
}
