package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for all operations, however many there will be. */
class KindTest {
  private static final String HERE = Kind.class.getPackageName();
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(HERE);

  /** The machine under test, its border for mutants, its device, and what makes it fail. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("ZirconSubject", "MutantRun", "PlainDevice", "Starving");

  private static final Set<String> FACE =
      Set.of(MxCalls.class.getName(), MxContext.class.getName(), MxContext.State.class.getName());

  @Test
  void every_kind_has_a_weight_for_each_shape() {
    for (Kind kind : Kind.values()) {
      for (Shape shape : Shape.values()) {
        assertThatCode(() -> assertThat(kind.weight(shape)).isNotNegative())
            .as("%s in %s", kind, shape)
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void every_operation_is_one_of_the_kinds() {
    List<String> operations =
        CLASSES.stream()
            .filter(one -> one.isAssignableTo(Operation.class) && !one.isInterface())
            .map(JavaClass::getName)
            .toList();
    assertThat(operations)
        .containsExactlyInAnyOrderElementsOf(
            List.of(Kind.values()).stream().map(kind -> kind.type().getName()).toList());
  }

  @Test
  void the_model_shares_no_code_with_what_it_judges() {
    int seen = 0;
    for (JavaClass one : CLASSES) {
      if (one.getPackageName().equals(HERE) && !ofTheMachine(one)) {
        seen++;
        assertThat(one.getDirectDependenciesFromSelf())
            .as(one.getName())
            .noneMatch(dependency -> foreign(one, dependency));
      }
    }
    assertThat(seen).isGreaterThan(50);
  }

  private static boolean ofTheMachine(JavaClass one) {
    return OF_THE_MACHINE.stream()
        .anyMatch(name -> one.getName().matches("\\Q" + HERE + "." + name + "\\E(\\$.*)?"));
  }

  /** The engine; only calls, and what javac makes of their switches, may name the call face. */
  private static boolean foreign(JavaClass one, Dependency dependency) {
    String target = dependency.getTargetClass().getBaseComponentType().getName();
    boolean ours =
        target.startsWith("dev.mapwright.") && !target.startsWith("dev.mapwright.proof.");
    boolean call = one.isAssignableTo(MxCall.class) || one.getSimpleName().matches("\\d*");
    return ours && !(call && FACE.contains(target));
  }
}
