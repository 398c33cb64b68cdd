package dev.parley.stack.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.parley.stack.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one benchmark or chaos run measured: a table for a person, a JSON file for a program. */
public record Report(String name, List<Figure> figures) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final List<String> HEAD = List.of("figure", "value", "unit", "baseline", "ratio");
  private static final String VERDICT = "must be";

  public Report {
    figures = List.copyOf(figures);
  }

  /** The figures that have another value than they must have. */
  public List<Figure> wrong() {
    return figures.stream().filter(figure -> !figure.asExpected()).toList();
  }

  /** Prints the table. */
  public void print(Console console) {
    boolean judged = figures.stream().anyMatch(figure -> figure.expected() != null);
    List<List<String>> rows = new ArrayList<>();
    rows.add(judged ? judgedHead() : HEAD);
    figures.forEach(figure -> rows.add(judged ? judgedRow(figure) : row(figure)));
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
          }
        });
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        boolean words = i == 0 || i == 2;
        line.append(
            String.format(
                Locale.ROOT, "%" + (words ? "-" : "") + widths[i] + "s  ", rows.get(r).get(i)));
      }
      console.line(
          r == 0 ? console.bold(line.toString().stripTrailing()) : line.toString().stripTrailing());
    }
  }

  private static List<String> row(Figure figure) {
    return List.of(
        figure.figure(),
        number(figure.value()),
        figure.unit(),
        number(figure.baseline()),
        number(figure.ratio()));
  }

  private static List<String> judgedHead() {
    List<String> head = new ArrayList<>(HEAD);
    head.add(VERDICT);
    return head;
  }

  private static List<String> judgedRow(Figure figure) {
    List<String> row = new ArrayList<>(row(figure));
    row.add(number(figure.expected()) + (figure.asExpected() ? "" : " (wrong)"));
    return row;
  }

  /**
   * Writes {@code NAME.json} into a folder.
   *
   * @return the file
   */
  public Path write(Path folder) {
    Path file = folder.resolve(name + ".json");
    try {
      Files.createDirectories(folder);
      JSON.writeValue(file.toFile(), figures);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be written", e);
    }
  }

  private static String number(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    return Math.abs(value) >= 100 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
