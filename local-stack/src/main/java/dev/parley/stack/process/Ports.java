package dev.parley.stack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ports of the local stack, all counted from one base.
 *
 * @param base first port, 1024 to 65000
 */
public record Ports(int base) {
  /** Used unless another base is asked for. */
  public static final int DEFAULT_BASE = 7480;

  private static final int SPAN = 13;

  public Ports {
    if (base < 1024 || base > 65_000) {
      throw new IllegalArgumentException("the port base must be 1024 to 65000, is " + base);
    }
  }

  /** The development identity provider. */
  public int issuer() {
    return base;
  }

  public int tokenService() {
    return base + 1;
  }

  public int agentControl() {
    return base + 2;
  }

  public int roomGateway() {
    return base + 3;
  }

  public int simulator() {
    return base + 4;
  }

  /** The service that does nothing; only benchmarks start it. */
  public int bareService() {
    return base + 7;
  }

  public int kafka() {
    return base + 12;
  }

  /** Every port with the name of what listens on it. */
  public Map<String, Integer> all() {
    Map<String, Integer> all = new LinkedHashMap<>();
    all.put("development issuer", issuer());
    all.put("token-service", tokenService());
    all.put("agent-control-service", agentControl());
    all.put("room-gateway", roomGateway());
    all.put("voicechat-simulator", simulator());
    all.put("kafka", kafka());
    return all;
  }

  /** Those of {@link #all()} on which somebody else listens. */
  public Map<String, Integer> taken() {
    Map<String, Integer> taken = new LinkedHashMap<>();
    all()
        .forEach(
            (name, port) -> {
              if (!free(port)) {
                taken.put(name, port);
              }
            });
    return taken;
  }

  /** This base if all its ports are free, else the next that has them free. */
  public Ports orNextFree() {
    for (int candidate = base; candidate <= 65_000; candidate += 2 * SPAN) {
      Ports ports = new Ports(candidate);
      if (ports.taken().isEmpty()) {
        return ports;
      }
    }
    throw new IllegalStateException("no free ports from " + base + " upwards");
  }

  private static boolean free(int port) {
    return canBind(new InetSocketAddress(port))
        && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static boolean canBind(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      // A port that a stopped service left in TIME_WAIT is free for us.
      socket.setReuseAddress(true);
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
