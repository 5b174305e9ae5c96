package dev.mapwright.proof.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows and prohibitions of docs/ARCHITECTURE.md, checked on the compiled classes. */
class HouseRulesTest {
  private static final String[] MODULES = {"core", "sim", "zircon", "windows", "linux", "cli"};
  private static final String[] BELOW_CLI = packages("core", "sim", "zircon", "windows", "linux");

  private static final JavaClasses PUBLISHED =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(Stream.of(MODULES).map(m -> "dev.mapwright." + m).toList());

  /** The class that may reach memory by its addresses, if native access was granted. */
  private static final String HOST_MEMORY = "dev.mapwright.sim.memory.HostMemory";

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
  @ValueSource(strings = {"core", "sim", "zircon", "windows", "linux", "cli"})
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
        .resideInAnyPackage(packages("sim", "zircon", "windows", "linux", "cli"))
        .check(PUBLISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim", "zircon", "windows", "linux"})
  void a_substrate_or_personality_imports_only_core(String module) {
    String[] others =
        Stream.of("sim", "zircon", "windows", "linux", "cli")
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

  /** The only arrows from a face to its works: what it permits, and what its factories call. */
  private static final Map<String, String> WORKS_OF_FACES =
      Map.of(
          "dev.mapwright.core.memory.MemoryObject", "dev.mapwright.core.object.EngineObject",
          "dev.mapwright.core.space.AddressSpace", "dev.mapwright.core.engine.EngineSpace",
          "dev.mapwright.core.space.Region", "dev.mapwright.core.engine.EngineRegion",
          "dev.mapwright.core.space.Reservation", "dev.mapwright.core.engine.EngineReservation",
          "dev.mapwright.core.space.Lease", "dev.mapwright.core.engine.EngineLease",
          "dev.mapwright.core.space.SpaceSnapshot", "dev.mapwright.core.engine.EngineSnapshot",
          "dev.mapwright.core.dma.Domain", "dev.mapwright.core.domain.EngineDomain",
          "dev.mapwright.core.dma.DomainReservation",
              "dev.mapwright.core.domain.EngineDomainReservation");

  @ParameterizedTest
  @ValueSource(strings = {"core", "sim", "zircon", "windows", "linux", "cli"})
  void packages_of_a_module_form_no_cycle(String module) {
    SliceRule rule =
        slices().matching("dev.mapwright." + module + ".(**)").should().beFreeOfCycles();
    for (Map.Entry<String, String> edge : WORKS_OF_FACES.entrySet()) {
      rule = rule.ignoreDependency(edge.getKey(), edge.getValue());
    }
    rule.allowEmptyShould(true) // a module of one package has no slices
        .check(PUBLISHED);
  }

  @Test
  void faces_know_of_their_works_what_they_permit_and_nothing_else() {
    for (JavaClass face : PUBLISHED) {
      for (Dependency dependency : face.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        boolean toWorks =
            target.matches("dev\\.mapwright\\.core\\.(object|state|engine|domain)\\..*");
        boolean fromFace =
            face.getPackageName().matches("dev\\.mapwright\\.core\\.(memory|space|dma)");
        if (fromFace && toWorks) {
          assertThat(target)
              .as(dependency.getDescription())
              .isEqualTo(WORKS_OF_FACES.get(face.getName()));
        }
      }
    }
  }

  @Test
  void classes_behind_the_faces_form_no_circle() {
    slices().assignedFrom(new EachClassBehindTheFaces()).should().beFreeOfCycles().check(PUBLISHED);
  }

  /** Each class with what is nested in it. */
  private static final class EachClassBehindTheFaces implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass one) {
      boolean behind =
          one.getPackageName().matches("dev\\.mapwright\\.core\\.(object|state|engine|index|lock)");
      return behind
          ? SliceIdentifier.of(one.getName().replaceAll("\\$.*", ""))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "classes behind the faces";
    }
  }

  @Test
  void nothing_exported_shows_what_is_not() {
    for (JavaClass one : PUBLISHED) {
      if (!EXPORTED.contains(one.getPackageName()) || !isPublic(one)) {
        continue;
      }
      Stream.concat(
              one.getMethods().stream()
                  .filter(HouseRulesTest::isSeen)
                  .flatMap(method ->
                      Stream.concat(
                          Stream.of(method.getRawReturnType()),
                          method.getRawParameterTypes().stream())),
              one.getFields().stream().filter(HouseRulesTest::isSeen).map(JavaField::getRawType))
          .map(JavaClass::getBaseComponentType)
          .filter(type -> type.getName().startsWith("dev.mapwright."))
          .forEach(type ->
              assertThat(EXPORTED)
                  .as(one.getName() + " shows " + type.getName())
                  .contains(type.getPackageName()));
    }
  }

  private static boolean isPublic(JavaClass one) {
    return one.getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static boolean isSeen(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  /** What the module descriptors on the class path export. */
  private static final Set<String> EXPORTED = exported();

  private static Set<String> exported() {
    Set<String> packages = new TreeSet<>();
    try {
      for (URL file :
          Collections.list(
              HouseRulesTest.class.getClassLoader().getResources("module-info.class"))) {
        try (InputStream in = file.openStream()) {
          ModuleDescriptor module = ModuleDescriptor.read(in);
          if (module.name().startsWith("dev.mapwright.")) {
            module.exports().forEach(one -> packages.add(one.source()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packages;
  }

  @Test
  void modules_below_the_command_depend_on_the_jdk_alone() {
    classes()
        .that()
        .resideInAnyPackage(BELOW_CLI)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "jdk.jfr..",
                "org.jspecify.annotations",
                "com.google.errorprone.annotations.concurrent", // @GuardedBy, at build time only
                "dev.mapwright.."))
        .check(PUBLISHED);
  }

  @Test
  void one_class_published_calls_what_can_crash_the_jvm() {
    noClasses()
        .that(
            describe(
                "are not " + HOST_MEMORY, (JavaClass c) -> !c.getName().startsWith(HOST_MEMORY)))
        .should()
        .accessTargetWhere(calls("a restricted method", RESTRICTED))
        .check(PUBLISHED);
    // What it gives is for the CPUs of a machine alone, and for nobody to see.
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.mapwright.sim.cpu", "dev.mapwright.sim.memory")
        .should()
        .accessTargetWhere(describe("host memory itself", HouseRulesTest::usesHostMemory))
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

  /** Anything of it but the question whether it may be used. */
  private static boolean usesHostMemory(JavaAccess<?> access) {
    return access.getTargetOwner().getName().equals(HOST_MEMORY)
        && !access.getTarget().getName().equals("granted");
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
