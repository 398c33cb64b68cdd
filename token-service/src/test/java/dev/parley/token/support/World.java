package dev.parley.token.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** What is around the service in component tests: identity providers and a policy service. */
public final class World implements AutoCloseable {
  private final TestIssuer main = new TestIssuer("https://idp.example.com");
  private final TestIssuer partner = new TestIssuer("https://partner.example.com");
  private final TestIssuer slow = new TestIssuer("https://slow.example.com");
  private final TestIssuer offline = new TestIssuer("https://offline.example.com");
  private final HttpServer server;
  private final Semaphore letSlowAnswer = new Semaphore(0);
  private final List<String> hookQuestions = new CopyOnWriteArrayList<>();
  private volatile int hookStatus = 200;
  private volatile String hookAnswer = "{\"allow\":true}";

  World() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/main/jwks", exchange -> answer(exchange, 200, main.jwks()));
    server.createContext("/partner/jwks", exchange -> answer(exchange, 200, partner.jwks()));
    server.createContext(
        "/slow/jwks",
        exchange -> {
          letSlowAnswer.acquireUninterruptibly();
          answer(exchange, 200, slow.jwks());
        });
    server.createContext("/offline/jwks", exchange -> answer(exchange, 500, ""));
    server.createContext(
        "/hook",
        exchange -> {
          hookQuestions.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          if (hookStatus != 0) {
            answer(exchange, hookStatus, hookAnswer);
          }
          // With status 0 nobody answers: the exchange stays open.
        });
    server.start();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  public TestIssuer main() {
    return main;
  }

  public TestIssuer partner() {
    return partner;
  }

  /** Its keys are handed out only when {@link #letSlowAnswer} says so. */
  public TestIssuer slow() {
    return slow;
  }

  public void letSlowAnswer() {
    letSlowAnswer.release(1000);
  }

  public TestIssuer offline() {
    return offline;
  }

  /** What the policy hook answers from now on; status 0 for never. */
  public void hookAnswers(int status, String body) {
    hookStatus = status;
    hookAnswer = body;
  }

  /** What the policy hook was asked: its Authorization header and the body. */
  public List<String> hookQuestions() {
    return hookQuestions;
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
