package dev.parley.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.codec.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The weather, made up: where a real worker asks a service, this one has a table. */
final class Weather {
  private static final Map<String, String> BY_CITY = new LinkedHashMap<>();

  static {
    BY_CITY.put("Shanghai", "sunny, 26 degrees");
    BY_CITY.put("Beijing", "windy, 18 degrees");
    BY_CITY.put("Hamburg", "rainy, 12 degrees");
  }

  private Weather() {}

  /**
   * What the agent is told.
   *
   * @param arguments the function's arguments as the model wrote them: a JSON text, or anything
   */
  static String answer(String arguments) {
    String location = location(arguments);
    for (Map.Entry<String, String> city : BY_CITY.entrySet()) {
      // Models write "Shanghai, China" or repeat the whole question.
      if (location.contains(city.getKey())) {
        return city.getKey() + ": " + city.getValue();
      }
    }
    return "The weather there is not known.";
  }

  private static String location(String arguments) {
    try {
      JsonNode json = Json.mapper().readTree(arguments);
      return json.path("location").asText("");
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
