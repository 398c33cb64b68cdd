package dev.parley.stack.process;

import java.util.List;

/** How much room the processes of a stack have, and how they collect their garbage. */
public enum Heap {
  /** Little: everything fits on a laptop beside a browser and an IDE. */
  LAPTOP(List.of("-Xmx320m", "-XX:+UseSerialGC"), List.of("-Xmx512m", "-XX:+UseSerialGC")),

  /** As on a server, where pauses count and memory is cheap. */
  SERVER(List.of("-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"));

  private final List<String> service;
  private final List<String> broker;

  Heap(List<String> all) {
    this(all, all);
  }

  Heap(List<String> service, List<String> broker) {
    this.service = service;
    this.broker = broker;
  }

  /** The JVM's options of a service. */
  List<String> service() {
    return service;
  }

  /** The JVM's options of the broker. */
  List<String> broker() {
    return broker;
  }
}
