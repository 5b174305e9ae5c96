package dev.mapwright.proof.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows and prohibitions of docs/ARCHITECTURE.md, checked on the compiled classes. */
class HouseRulesTest {
  private static final String[] MODULES = {"core", "sim", "zircon", "linux", "cli"};
  private static final String[] BELOW_CLI = packages("core", "sim", "zircon", "linux");

  private static final JavaClasses PUBLISHED =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(Stream.of(MODULES).map(m -> "dev.mapwright." + m).toList());

  /** What java.lang.foreign and its neighbours declare restricted: it can crash the JVM. */
  private static final Map<String, Set<String>> RESTRICTED =
      Map.of(
          "java.lang.foreign.MemorySegment", Set.of("reinterpret"),
          "java.lang.foreign.AddressLayout", Set.of("withTargetLayout"),
          "java.lang.foreign.Linker", Set.of("downcallHandle", "upcallStub"),
          "java.lang.foreign.SymbolLookup", Set.of("libraryLookup"),
          "java.lang.ModuleLayer$Controller", Set.of("enableNativeAccess"),
          "java.lang.System", Set.of("load", "loadLibrary"),
          "java.lang.Runtime", Set.of("load", "loadLibrary"));

  @ParameterizedTest
  @ValueSource(strings = {"core", "sim", "zircon", "linux", "cli"})
  void the_rules_see_classes_of_every_module(String module) {
    assertThat(PUBLISHED.stream().map(c -> c.getPackageName() + "."))
        .anyMatch(name -> name.startsWith("dev.mapwright." + module + "."));
  }

  @Test
  void core_imports_nothing_of_ours_but_itself() {
    noClasses()
        .that()
        .resideInAnyPackage(packages("core"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages("sim", "zircon", "linux", "cli"))
        .check(PUBLISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim", "zircon", "linux"})
  void a_substrate_or_personality_imports_only_core(String module) {
    String[] others =
        Stream.of("sim", "zircon", "linux", "cli")
            .filter(m -> !m.equals(module))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAnyPackage(packages(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(others))
        .check(PUBLISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "sim", "zircon", "linux", "cli"})
  void packages_of_a_module_form_no_cycle(String module) {
    slices()
        .matching("dev.mapwright." + module + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true) // a module of one package has no slices
        .check(PUBLISHED);
  }

  @Test
  void modules_below_the_command_depend_on_the_jdk_alone() {
    classes()
        .that()
        .resideInAnyPackage(BELOW_CLI)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..", "jdk.jfr..", "org.jspecify.annotations", "dev.mapwright.."))
        .check(PUBLISHED);
  }

  @Test
  void nothing_published_calls_what_can_crash_the_jvm() {
    noClasses()
        .should()
        .accessTargetWhere(calls("a restricted method", RESTRICTED))
        .check(PUBLISHED);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("sun.misc.Unsafe")
        .check(PUBLISHED);
  }

  @Test
  void core_has_no_threads_of_its_own() {
    noClasses()
        .that()
        .resideInAnyPackage(packages("core"))
        .should()
        .accessTargetWhere(describe("something that starts threads", HouseRulesTest::startsThreads))
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.concurrent\\.(.*Executor.*|ForkJoin.*|CompletableFuture)")
        .check(PUBLISHED);
  }

  @Test
  void no_context_is_found_by_a_thread_local() {
    noClasses()
        .that()
        .resideInAnyPackage(BELOW_CLI)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .check(PUBLISHED);
  }

  /** Calls and method references alike; the owner of an inherited method is any subtype. */
  private static boolean startsThreads(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    if (owner.isAssignableTo(Thread.class) || owner.isAssignableTo(Timer.class)) {
      return Set.of("<init>", "ofPlatform", "ofVirtual", "startVirtualThread", "start")
          .contains(name);
    }
    return owner.getPackageName().startsWith("java.util")
        && (name.equals("parallel") || name.equals("parallelStream"));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String what, Map<String, Set<String>> methodsByOwner) {
    return describe(
        what,
        access ->
            methodsByOwner
                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                .contains(access.getTarget().getName()));
  }

  private static String[] packages(String... modules) {
    return Stream.of(modules)
        .map(module -> "dev.mapwright." + module + "..")
        .toArray(String[]::new);
  }
}
