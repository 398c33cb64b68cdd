package dev.parley.stack.process;

import java.util.List;
import java.util.Map;

/** How the local stack's services find each other. */
public final class Wiring {
  /** The local stack's only application; made up. */
  public static final String APP_ID = "123456781234567812345678";

  private final StackFolder folder;
  private final Ports ports;

  Wiring(StackFolder folder, Ports ports) {
    this.folder = folder;
    this.ports = ports;
  }

  ServiceSpec kafka() {
    return ServiceSpec.kafka(folder, ports.kafka());
  }

  List<ServiceSpec> services() {
    return List.of(ServiceSpec.quarkus(folder, "voicechat-simulator", ports.simulator(), Map.of()));
  }
}
