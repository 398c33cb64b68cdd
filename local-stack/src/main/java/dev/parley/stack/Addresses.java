package dev.parley.stack;

import dev.parley.stack.process.Ports;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where everything answers, and what to try first. */
record Addresses(Ports ports) {
  void print(Console console) {
    console.line("");
    console.line(console.bold("Parley is up."));
    Map<String, Integer> http = new LinkedHashMap<>();
    http.put("token-service", ports.tokenService());
    http.put("agent-control-service", ports.agentControl());
    http.put("room-gateway", ports.roomGateway());
    http.put("voicechat-simulator", ports.simulator());
    http.forEach(
        (name, port) ->
            console.line(
                String.format(
                    "  %-22s http://localhost:%d   Swagger UI: http://localhost:%d/q/swagger-ui",
                    name, port, port)));
    console.line(
        String.format(
            "  %-22s http://localhost:%d   makes bearer JWTs for anybody: development only",
            "development issuer", ports.issuer()));
    console.line(String.format("  %-22s localhost:%d", "Kafka bootstrap", ports.kafka()));
    console.line("");
    console.line("Try, in another terminal:");
    console.line("  ./parley demo");
    console.line(
        "  curl -s http://localhost:"
            + ports.tokenService()
            + "/v1/tokens -H \"Authorization: Bearer $(./parley token alice)\" -H 'Content-Type:"
            + " application/json' -d '{\"roomId\":\"room-1\"}'");
    console.line("  kcat -b localhost:" + ports.kafka() + " -t rtc.room.events -C -o beginning");
    console.line("");
    console.line("Logs: .parley/logs   Data: .parley/data   Stop: Ctrl-C");
  }
}
