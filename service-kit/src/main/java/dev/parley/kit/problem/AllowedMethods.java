package dev.parley.kit.problem;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which methods the paths of a service's resources take, as their annotations say. Quarkus finds a
 * path only where the first class that knows its beginning takes the method, and never says which
 * ones there are.
 */
@ApplicationScoped
public class AllowedMethods {
  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]*}");
  // Between fixed texts, which are quoted.
  private static final String ANYTHING = Matcher.quoteReplacement("\\E[^/]+\\Q");

  private record Door(Pattern path, String method) {}

  private final List<Door> doors;

  @Inject
  AllowedMethods(BeanManager beans) {
    this(
        beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
            .<Class<?>>map(Bean::getBeanClass)
            .filter(type -> type.isAnnotationPresent(Path.class))
            .distinct()
            .toList());
  }

  /** Those of the resources alone. */
  AllowedMethods(Collection<Class<?>> resources) {
    this.doors = resources.stream().flatMap(AllowedMethods::doors).toList();
  }

  /**
   * Sorted, HEAD wherever there is GET; empty when there is nothing at the path.
   *
   * @param path decoded, from the root on
   */
  SortedSet<String> of(String path) {
    return doors.stream()
        .filter(door -> door.path().matcher(path).matches())
        .flatMap(
            door ->
                door.method().equals(HttpMethod.GET)
                    ? Stream.of(HttpMethod.GET, HttpMethod.HEAD)
                    : Stream.of(door.method()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<Door> doors(Class<?> resource) {
    return Arrays.stream(resource.getMethods())
        .flatMap(
            method ->
                Arrays.stream(method.getAnnotations())
                    .map(AllowedMethods::verb)
                    .flatMap(Stream::ofNullable)
                    .map(verb -> new Door(pattern(resource, method), verb.value())));
  }

  private static @Nullable HttpMethod verb(Annotation annotation) {
    return annotation.annotationType().getAnnotation(HttpMethod.class);
  }

  private static Pattern pattern(Class<?> resource, Method method) {
    String template =
        Stream.of(resource.getAnnotation(Path.class), method.getAnnotation(Path.class))
            .flatMap(Stream::ofNullable)
            .flatMap(path -> Arrays.stream(path.value().split("/")))
            .filter(step -> !step.isEmpty())
            .collect(Collectors.joining("/", "/", ""));
    return Pattern.compile("\\Q" + VARIABLE.matcher(template).replaceAll(ANYTHING) + "\\E/?");
  }
}
