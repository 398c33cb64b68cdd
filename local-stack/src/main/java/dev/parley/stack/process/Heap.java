package dev.parley.stack.process;

import java.util.Arrays;
import java.util.List;

/** How much room the processes of a stack have, and how they collect their garbage. */
public enum Heap {
  /** Little: everything fits on a laptop beside a browser and an IDE. */
  LAPTOP("-Xmx320m -XX:+UseSerialGC", "-Xmx512m -XX:+UseSerialGC", "-Xmx320m -XX:+UseSerialGC"),

  /** As on a server where much is to be done, memory is cheap and a pause matters little. */
  SERVER("-Xms1g -Xmx1g -Xmn512m -XX:+UseParallelGC"),

  /**
   * As on a server where pauses matter: what survives one young collection mostly lives as long as
   * its agent, and is copied once. Of the broker hardly anything survives: it collects seldom, and
   * every start waits for it several times. The simulator has so much that it need not collect
   * while something is measured: the cloud that it stands for does not stand still either.
   */
  PROMPT_SERVER(
      "-Xms2g -Xmx2g -XX:+AlwaysPreTouch -XX:+UseG1GC -XX:MaxGCPauseMillis=10"
          + " -XX:MaxTenuringThreshold=0",
      "-Xms2g -Xmx2g -Xmn1500m -XX:+AlwaysPreTouch -XX:+UseParallelGC",
      "-Xms5g -Xmx5g -Xmn4g -XX:+UseParallelGC");

  private final String service;
  private final String broker;
  private final String simulator;

  Heap(String all) {
    this(all, all, all);
  }

  Heap(String service, String broker, String simulator) {
    this.service = service;
    this.broker = broker;
    this.simulator = simulator;
  }

  /** The JVM's options of a service, or of the simulator. */
  List<String> of(String name) {
    return options(name.equals("voicechat-simulator") ? simulator : service);
  }

  /** The JVM's options of the broker. */
  List<String> broker() {
    return options(broker);
  }

  private static List<String> options(String words) {
    return Arrays.asList(words.split(" ", -1));
  }
}
