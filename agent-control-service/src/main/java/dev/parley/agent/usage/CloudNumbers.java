package dev.parley.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** The numbers in a usage event of the cloud. Its form is not documented, so all are taken. */
final class CloudNumbers {
  private static final int MAX_NUMBERS = 32;
  private static final int MAX_DEPTH = 4;
  private static final int MAX_PATH = 120;

  private CloudNumbers() {}

  /** Numbers by their path, such as {@code asr.seconds}; the first 32 of them. */
  static Map<String, Double> of(JsonNode usage) {
    Map<String, Double> numbers = new HashMap<>();
    collect("", usage, 0, numbers);
    return numbers;
  }

  private static void collect(String path, JsonNode value, int depth, Map<String, Double> numbers) {
    if (value.isNumber()) {
      if (numbers.size() < MAX_NUMBERS && !path.isEmpty() && path.length() <= MAX_PATH) {
        numbers.merge(path, value.asDouble(), Double::sum);
      }
    } else if (value.isObject() && depth < MAX_DEPTH) {
      value
          .properties()
          .forEach(
              field ->
                  collect(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      depth + 1,
                      numbers));
    } else if (value.isArray() && depth < MAX_DEPTH) {
      value.forEach(item -> collect(path + "[]", item, depth + 1, numbers));
    }
  }

  static Map<String, Double> sum(Map<String, Double> a, Map<String, Double> b) {
    Map<String, Double> sum = new HashMap<>(a);
    b.forEach(
        (path, number) -> {
          if (sum.containsKey(path) || sum.size() < MAX_NUMBERS) {
            sum.merge(path, number, Double::sum);
          }
        });
    return sum;
  }
}
