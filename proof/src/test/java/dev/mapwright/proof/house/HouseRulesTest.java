package dev.mapwright.proof.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of docs/ARCHITECTURE.md, checked on the compiled classes. */
class HouseRulesTest {
  private static final String ROOT = "dev.mapwright.";

  /** Everything of ours that is published: core, sim, zircon, linux and cli. */
  private static final JavaClasses PUBLISHED =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/proof/"))
          .importPackages("dev.mapwright");

  @Test
  void core_imports_nothing_of_ours_but_itself() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "sim..", ROOT + "zircon..", ROOT + "linux..", ROOT + "cli..")
        .check(PUBLISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim", "zircon", "linux"})
  void a_substrate_or_personality_imports_only_core(String module) {
    String[] others =
        java.util.stream.Stream.of("sim", "zircon", "linux", "cli")
            .filter(other -> !other.equals(module))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(PUBLISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "sim", "zircon", "linux", "cli"})
  void packages_of_a_module_form_no_cycle(String module) {
    slices()
        .matching(ROOT + module + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(PUBLISHED);
  }
}
