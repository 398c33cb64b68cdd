package dev.parley.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How every service is built: its middle is plain Java, frameworks stand at its edges, packages
 * have one direction, and time comes from a clock that tests can set.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ArchitectureRules {
  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "io.smallrye..",
    "io.vertx..",
    "io.micrometer..",
    "jakarta..",
    "org.apache.kafka..",
    "org.eclipse.microprofile.."
  };

  private final String root;
  private final String[] edges;
  private final JavaClasses classes;

  /**
   * The rules for one service.
   *
   * @param root its package
   * @param edges packages below it, by their last name, that may use frameworks
   */
  protected ArchitectureRules(String root, String... edges) {
    this.root = root;
    this.edges = new String[edges.length];
    for (int i = 0; i < edges.length; i++) {
      this.edges[i] = root + "." + edges[i] + "..";
    }
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(root);
  }

  @Test
  void frameworksStandAtTheEdges() {
    noClasses()
        .that()
        .resideOutsideOfPackages(edges)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAMEWORKS)
        .check(classes);
  }

  @Test
  void packagesHaveOneDirection() {
    slices().matching(root + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void timeComesFromAClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage(root + ".config..")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .because("tests set the clock; only configuration makes the real one")
        .check(classes);
  }

  @Test
  void nothingIsPrinted() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(classes);
  }
}
