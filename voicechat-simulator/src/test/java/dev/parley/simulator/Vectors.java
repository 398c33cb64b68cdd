package dev.parley.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Test vectors that other implementations made. */
public final class Vectors {

  private Vectors() {}

  /** The entries of one list of one file; a missing or empty list is an error. */
  public static List<JsonNode> list(String file, String field) {
    try (InputStream in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file)) {
      List<JsonNode> entries = new ArrayList<>();
      new ObjectMapper().readTree(in).path(field).forEach(entries::add);
      if (entries.isEmpty()) {
        throw new IllegalStateException(file + " has no " + field);
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
