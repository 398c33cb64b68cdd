package dev.parley.simulator.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.simulator.fault.FaultRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header that asks for faults of one request: {@code kind;name=value;name=value}, several
 * separated by commas, with the names of {@link FaultRequest}.
 */
final class FaultHeader {

  static final String NAME = "X-Simulator-Fault";

  private static final int MAX_LENGTH = 2000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private FaultHeader() {}

  static List<FaultRule> parse(String header) {
    if (header.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(NAME + " must not be longer than " + MAX_LENGTH);
    }
    List<FaultRule> rules = new ArrayList<>();
    for (String one : header.split(",", -1)) {
      if (one.isBlank()) {
        continue;
      }
      Map<String, String> fields = new LinkedHashMap<>();
      for (String part : one.split(";", -1)) {
        int equals = part.indexOf('=');
        if (equals < 0) {
          fields.put("kind", part.strip());
        } else {
          fields.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
        }
      }
      rules.add(JSON.convertValue(fields, FaultRequest.class).toRule());
    }
    return rules;
  }
}
